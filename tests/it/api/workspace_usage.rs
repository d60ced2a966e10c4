//! `GET /v1/workspaces/{workspace}/usage`.

use latchkey::domain::credentials;
use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;

const HERE: &str = "/v1/workspaces/acme/usage";

/// The answer, once this many uses are stored: the server's own round may be writing them at this moment.
async fn counted(app: &TestApp, session: &str, allowed: i64) -> Value {
    let began = std::time::Instant::now();
    loop {
        credentials::flush(&app.app().ctx).await.expect("flushed");
        let answer = app.bearer(session).get(HERE).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let data = answer.json()["data"].clone();
        if data["days"][29]["allowed"] == allowed || began.elapsed().as_secs() >= 5 {
            return data;
        }
    }
}

served! {
    async fn members_see_how_all_keys_were_used_by_the_day(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        app.belongs(&acme, "viewer@example.com", "viewer").await;
        let session = app.log_in("viewer@example.com").await;
        let none = app.bearer(&session).get(HERE).await.json()["data"].clone();
        assert_eq!(none["days"].as_array().map(Vec::len), Some(30));
        assert!(none["days"].as_array().is_some_and(|days| days.iter().all(|day| day["allowed"] == 0 && day["refused"] == 0)));
        assert_eq!(none["plan"], "free");
        let (me, there) = (app.member_of(&acme, &alice).await, app.member_of(&other, &alice).await);
        let (one, two) = (app.key(&me, "one", &[]).await, app.key(&me, "two", &[]).await);
        let elsewhere = app.key(&there, "elsewhere", &[]).await;
        for key in [&one, &one, &two, &elsewhere] {
            let answer = app.bearer(key.secret.reveal()).get("/v1/me").await;
            assert_eq!((answer.status, answer.header("x-ratelimit-limit")), (200, none["requestsPerMinute"].to_string().as_str()));
        }
        let page = [("x-api-key", two.secret.reveal()), ("origin", "https://a.example.com"), ("sec-fetch-site", "cross-site")];
        assert_eq!(app.send("GET", "/v1/me", &page, "").await.status, 403);
        let told = counted(app, &session, 3).await;
        assert_eq!(told["days"][29], json!({ "at": "2026-11-22T00:00:00.000Z", "allowed": 3, "refused": 1 }));
        assert_eq!(told["days"][28]["allowed"], 0);
        assert_eq!(told["days"][0]["at"], "2026-10-24T00:00:00.000Z");
    }

    async fn r101_usage_is_nobody_elses_business(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.user("bob@example.com").await;
        let bob = app.log_in("bob@example.com").await;
        let key = app.key(&app.member_of(&acme, &alice).await, "one", &[]).await;
        let before = app.state_and_log().await;
        let unknown = app.bearer(&bob).get("/v1/workspaces/nobodys/usage").await;
        assert_eq!((unknown.status, unknown.code().as_str()), (404, "RES_001"));
        for name in ["acme".to_owned(), acme.id.to_string()] {
            let path = format!("/v1/workspaces/{name}/usage");
            let refused = app.bearer(&bob).get(&path).await;
            assert_eq!((refused.status, &refused.json()["error"]), (404, &unknown.json()["error"]), "{path}");
            let refused = app.bearer(key.secret.reveal()).get(&path).await;
            assert_eq!((refused.status, &refused.json()["error"]["details"]["scope"]), (403, &json!("workspace:read")));
            assert_eq!(app.anon("GET", &path).await.status, 401);
        }
        assert_eq!(app.state_and_log().await, before);
    }
}
