//! `POST /v1/verify`.

use latchkey::base::time::Span;
use latchkey::domain::access::Switch;
use serde_json::{Value, json};

use super::unknown_secret;
use crate::support::TestApp;
use crate::{both, served};

/// What is told about a token, with this question.
async fn verdict(app: &TestApp, asking: &str, question: Value) -> Value {
    let answer = app.bearer(asking).post("/v1/verify", &question).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].clone()
}

served! {
    async fn a_service_learns_who_presented_a_token(app: &TestApp) {
        app.admin("root@example.com").await;
        let service = app.user("service@example.com").await;
        let alice = app.user("alice@example.com").await;
        let asking = app.token(&service, "API", &["verify"]).await;
        let asked = app.token(&alice, "CI", &["profile"]).await;
        let told = verdict(app, asking.secret.reveal(), json!({ "token": asked.secret.reveal(), "scopes": "profile" })).await;
        let reset = app.clock.now().unix_seconds() + 1;
        assert_eq!(
            told,
            json!({
                "valid": true,
                "code": "VALID",
                "keyId": asked.credential.id.to_string(),
                "kind": "personal",
                "name": "CI",
                "subject": alice.id().to_string(),
                "scopes": ["profile"],
                "roles": ["user"],
                "expiresAt": "2026-12-22T09:00:00.000Z",
                "rateLimit": { "limit": 1000, "remaining": 999, "reset": reset },
            })
        );
    }

    async fn an_owner_and_an_administrator_learn_why_a_token_is_not_good(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let given_up = app.token(&alice, "given up", &[]).await;
        assert_eq!(app.bearer(given_up.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        let expired = app.token(&alice, "expired", &[]).await;
        app.clock.advance(Span::days(30));
        let (own, all) = (app.token(&alice, "own", &["verify"]).await, app.token(&root, "all", &["admin"]).await);
        let living = app.token(&alice, "living", &["profile"]).await;
        for asking in [own.secret.reveal(), all.secret.reveal()] {
            for (question, code) in [
                (json!({ "token": given_up.secret.reveal() }), "REVOKED"),
                (json!({ "token": expired.secret.reveal() }), "EXPIRED"),
                (json!({ "token": living.secret.reveal(), "scopes": "profile AND verify" }), "INSUFFICIENT_SCOPE"),
                (json!({ "token": living.secret.reveal(), "scopes": "documents:read" }), "INSUFFICIENT_SCOPE"),
                (json!({ "token": living.secret.reveal(), "scopes": "PROFILE" }), "INSUFFICIENT_SCOPE"),
                (json!({ "token": living.secret.reveal(), "environment": "live" }), "WRONG_ENVIRONMENT"),
                (json!({ "token": living.secret.reveal(), "environment": "test" }), "WRONG_ENVIRONMENT"),
                (json!({ "token": living.secret.reveal(), "scopes": "verify OR profile", "kinds": ["personal"] }), "VALID"),
                (json!({ "token": unknown_secret(3) }), "NOT_FOUND"),
                (json!({ "token": "" }), "NOT_FOUND"),
            ] {
                let told = verdict(app, asking, question.clone()).await;
                assert_eq!((&told["code"], &told["valid"]), (&json!(code), &json!(code == "VALID")), "{question}");
                assert_eq!(told["subject"].is_string(), code != "NOT_FOUND", "{told}");
            }
        }
        let question = json!({ "token": living.secret.reveal(), "scopes": "profile AND (verify OR admin)" });
        assert_eq!(verdict(app, own.secret.reveal(), question).await["missingScope"], "verify");
        app.allow_tokens(&root, Switch::Off).await;
        assert_eq!(app.bearer(all.secret.reveal()).post("/v1/verify", &json!({ "token": "x" })).await.code(), "AUTH_003");
    }

    async fn a_verdict_is_that_of_this_moment(app: &TestApp) {
        app.admin("root@example.com").await;
        let (service, alice) = (app.user("service@example.com").await, app.user("alice@example.com").await);
        let (asking, asked) = (app.token(&service, "API", &["verify"]).await, app.token(&alice, "CI", &[]).await);
        let question = json!({ "token": asked.secret.reveal() });
        for _ in 0..3 {
            assert_eq!(verdict(app, asking.secret.reveal(), question.clone()).await["code"], "VALID");
        }
        assert_eq!(app.bearer(asked.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        assert_eq!(verdict(app, asking.secret.reveal(), question.clone()).await, json!({ "valid": false, "code": "NOT_FOUND" }));
        assert_eq!(app.bearer(asking.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        assert_eq!(app.bearer(asking.secret.reveal()).post("/v1/verify", &question).await.code(), "AUTH_002");
    }
}

both! {
    async fn who_asks_from_a_listed_network_needs_no_credential_and_learns_no_more_than_a_stranger(db: &TestDb) {
        let settings = [("verify_networks", "198.51.100.0/24, 2001:db8::/32"), ("trusted_proxies", "127.0.0.1")];
        let app = TestApp::start(db, &settings).await;
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (good, given_up) = (app.token(&alice, "good", &[]).await, app.token(&alice, "given up", &[]).await);
        assert_eq!(app.bearer(given_up.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        let ask = async |from: &str, token: &str, key: Option<&str>| {
            let mut headers = vec![("x-forwarded-for", from), ("content-type", "application/json")];
            headers.extend(key.map(|key| ("x-api-key", key)));
            app.send("POST", "/v1/verify", &headers, json!({ "token": token }).to_string()).await
        };
        for inside in ["198.51.100.9", "2001:db8::9", "::ffff:198.51.100.9"] {
            assert_eq!(ask(inside, good.secret.reveal(), None).await.json()["data"]["code"], "VALID", "{inside}");
            let refused = ask(inside, given_up.secret.reveal(), None).await.json();
            assert_eq!(refused["data"], json!({ "valid": false, "code": "NOT_FOUND" }), "{inside}");
            for bad in ["lk_pat_bad", "", given_up.secret.reveal()] {
                assert_eq!(ask(inside, good.secret.reveal(), Some(bad)).await.status, 401, "a bad credential is not rescued");
            }
            assert_eq!(ask(inside, good.secret.reveal(), Some(good.secret.reveal())).await.code(), "AUTH_003");
        }
        for outside in ["203.0.113.9", "198.51.101.9", "2001:db9::1", "127.0.0.1", "garbage", "198.51.100.9, 203.0.113.9"] {
            assert_eq!(ask(outside, good.secret.reveal(), None).await.code(), "AUTH_001", "{outside}");
        }
        assert_eq!(app.anon("GET", "/v1/me").await.code(), "AUTH_001", "and it is about verification alone");
        app.stop().await;
    }
}
