//! `/docs`.

use std::process::Command;

use latchkey::domain::credentials::service::client_id;
use latchkey::http::api::operations;
use serde_json::{Value, json};

use crate::oauth::service_account;
use crate::served;
use crate::support::TestApp;
use crate::support::app::PASSWORD;

served! {
    async fn everything_that_programs_can_ask_is_on_the_page_with_this_servers_address(app: &TestApp) {
        let page = app.anon("GET", "/docs").await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "API"));
        let paths = page.texts_of(".docs-path");
        let told: Vec<String> = operations().iter().map(|operation| format!("{} /v1{}", operation.method, operation.path)).collect();
        assert_eq!(paths.len(), told.len());
        assert!(told.iter().all(|path| paths.contains(path)), "{paths:?}");
        let base = app.app().ctx.settings.public_url.clone();
        assert!(page.texts_of("pre").iter().filter(|text| text.starts_with("curl")).all(|text| text.contains(&base)));
        assert!(page.attributes("nav.docs-contents a", "href").contains(&"#errors".to_owned()));
        let zipped = app.send("GET", "/docs", &[("accept-encoding", "gzip")], "").await;
        assert_eq!(zipped.header("content-encoding"), "gzip");
    }
}

/// The lines of a door's page, as a shell gets them.
async fn lines_of(app: &TestApp, door: &str) -> String {
    let page = app.anon("GET", &format!("/docs/{door}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let lines = scraper::Html::parse_document(&page.body);
    let pre = scraper::Selector::parse("pre").expect("a selector");
    let text: String = lines.select(&pre).next().expect("lines").text().collect();
    text.replace(&app.app().ctx.settings.public_url, &format!("http://{}", app.address()))
}

/// Runs them with these words set, and gives what they print, a line each.
async fn run(lines: &str, set: &[(&str, &str)]) -> Vec<Value> {
    // With --fail a refusal ends the lines.
    let lines = lines.replace("curl -s", "curl -sS --fail --write-out '\\n'");
    let mut shell = Command::new("sh");
    shell.args(["-euc", &lines]).envs(set.iter().copied());
    let output = tokio::task::spawn_blocking(move || shell.output()).await.expect("it ran").expect("sh");
    assert!(output.status.success(), "{lines}: {}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    printed.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

served! {
    async fn every_door_that_is_open_has_a_page_with_the_address_and_what_is_different(app: &TestApp) {
        let links = app.anon("GET", "/docs").await.attributes("#doors ~ p a", "href");
        assert_eq!(links, ["oauth", "authz", "qelos", "qanatix", "qnsp"].map(|door| format!("/docs/{door}")));
        let base = app.app().ctx.settings.public_url.clone();
        for link in links {
            let page = app.anon("GET", &link).await;
            assert_eq!(page.texts_of("#address ~ p code"), std::slice::from_ref(&base), "{link}");
            assert!(link.ends_with("authz") || page.texts_of("#deviations ~ ul li").len() > 3, "{link}");
        }
        assert_eq!(app.anon("GET", "/docs/none").await.status, 404);
    }

    async fn the_lines_of_every_page_work(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let acme = app.workspace(&root, "acme").await;
        let member = app.member_of(&acme, &root).await;
        let service = service_account(app, &member, "Robot", &["introspect", "verify"]).await;
        let (id, secret) = (client_id(service.account.id), service.secret.reveal().to_owned());
        let token = app.token(&root, "shown", &["verify", "profile"]).await.secret.reveal().to_owned();
        let key = app.key(&member, "Manager", &["admin"]).await.secret.reveal().to_owned();

        let words = [("CLIENT_ID", id.as_str()), ("CLIENT_SECRET", secret.as_str()), ("TOKEN", token.as_str())];
        let told = run(&lines_of(app, "oauth").await, &words).await;
        assert_eq!((&told[1]["token_type"], &told[2]["active"]), (&json!("Bearer"), &json!(true)), "{told:?}");

        let told = run(&lines_of(app, "authz").await, &[("VERIFIER", key.as_str()), ("TOKEN", token.as_str())]).await;
        assert_eq!(told[0]["data"]["valid"], true, "{told:?}");

        let other = app.key(&member, "Other", &["verify"]).await;
        let id = other.credential.id.to_string();
        let told = run(&lines_of(app, "qanatix").await, &[("KEY", key.as_str()), ("ID", id.as_str())]).await;
        assert_eq!((&told[0]["name"], &told[2]["id"]), (&json!("Ingest"), &json!(id)), "{told:?}");

        let tenant = acme.id.uuid().to_string();
        let words = [("KEY", key.as_str()), ("EMAIL", "root@example.com"), ("PASSWORD", PASSWORD), ("TENANT", tenant.as_str())];
        let told = run(&lines_of(app, "qnsp").await, &words).await;
        assert_eq!((&told[0]["activated"], &told[2]["algorithm"]), (&json!(true), &json!("EdDSA")), "{told:?}");
    }
}
