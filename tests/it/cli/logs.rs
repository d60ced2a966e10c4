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
