//! What a server writes to its log, at the most talkative level.

use std::fs::File;
use std::process::Stdio;

use super::serve::{Served, next_line};
use super::{account, latchkey, outcome};

const PASSWORD: &str = "CANARY horse battery staple";
const TOKEN: &str = "lk_pat_CANARYCANARYCANARYCANARYCANARYCANARYCANARYCAN";

/// Sends secrets in every place where a client may put one.
async fn send_secrets(url: &str) {
    let client = reqwest::Client::new();
    let json = serde_json::json!({ "token": TOKEN, "scopes": 7, "CANARY": "CANARY" }).to_string();
    let form = "email=ada%40example.com&password=CANARY+horse+battery+staple&code=CANARY";
    let requests = [
        client.get(format!("{url}/v1/me")).bearer_auth(TOKEN),
        client.get(format!("{url}/v1/me")).header("x-api-key", TOKEN),
        client.get(format!("{url}/v1/me")).basic_auth("ada@example.com", Some(PASSWORD)),
        client.get(format!("{url}/v1/me?token={TOKEN}&access_token={TOKEN}")),
        client.get(format!("{url}/profile/tokens")).header("cookie", "sid=CANARY; __Host-sid=CANARY"),
        client.post(format!("{url}/v1/verify")).bearer_auth(TOKEN).header("content-type", "application/json").body(json),
        client.post(format!("{url}/v1/verify")).bearer_auth(TOKEN).header("content-type", "application/json").body("{\"CANARY"),
        client.post(format!("{url}/login")).header("content-type", "application/x-www-form-urlencoded").body(form),
        client.get(format!("{url}/setup/CANARYCANARYCANARYCANARYCANARYCANARYCANARY")),
    ];
    for request in requests {
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().as_u16() < 500, "{}", answer.status());
    }
}

#[tokio::test]
async fn r119_no_secret_reaches_the_log_even_at_its_most_talkative() {
    for format in ["text", "json"] {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(outcome(latchkey(folder.path(), &["migrate"])).0, Some(0));
        let arguments = ["--email", "ada@example.com", "--log", "trace"];
        let (code, out, log_of_creation) = account::create(folder.path(), &arguments, PASSWORD);
        assert_eq!(code, Some(0), "{log_of_creation}");

        let log = folder.path().join("log");
        let err = Stdio::from(File::create(&log).expect("created"));
        let mut served = Served::start_logging(folder.path(), &["--log", "trace", "--log-format", format], err);
        let setup = next_line(&mut served.out);
        let (_, setup) = setup.rsplit_once('/').expect("an address");
        send_secrets(&served.url).await;
        served.signal("TERM");
        let printed = served.rest();

        let log = std::fs::read_to_string(log).expect("UTF-8");
        assert!(log.contains("/v1/me") || log.contains("stopping"), "something is logged:\n{log}");
        for said in [&log, &log_of_creation, &printed, &out] {
            let told = said.lines().find(|line| line.contains("CANARY") || line.contains(setup));
            assert_eq!(told, None);
        }
    }
}

#[tokio::test]
async fn r120_what_a_client_sends_forges_no_line_in_either_format() {
    for format in ["text", "json"] {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let err = Stdio::from(File::create(&log).expect("created"));
        let mut served = Served::start_logging(folder.path(), &["--log", "trace", "--log-format", format], err);
        let client = reqwest::Client::new();
        for path in ["/%0a%0dERROR%20forged", "/admin/tokens?q=%0aERROR+forged", "/verify/%1b%5b31mERROR%20forged%e2%80%a8"] {
            let agent = "curl\tERROR forged=\"1\" {\"level\":\"ERROR\"}";
            client.get(format!("{}{path}", served.url)).header("user-agent", agent).send().await.expect("an answer");
        }
        served.signal("TERM");
        served.rest();
        let log = std::fs::read_to_string(log).expect("UTF-8");
        assert!(log.lines().count() > 10, "{log}");
        for line in log.lines() {
            let whole = match format {
                "json" => serde_json::from_str::<serde_json::Value>(line).is_ok_and(|line| line["level"] != "ERROR"),
                _ => line.starts_with("20") && !line.contains(char::is_control) && line.get(28..33) != Some("ERROR"),
            };
            assert!(whole, "{format}: {line}");
        }
    }
}
