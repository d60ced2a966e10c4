//! `/v1/me/tokens`.

use latchkey::base::time::Span;
use latchkey::domain::access::{Idle, Longest, NoExpiry, Switch, TokenPolicy};
use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const HERE: &str = "/v1/me/tokens";
const ANNA: &str = "anna@example.com";

/// Anna, where everybody may hold tokens, and her session token.
async fn anna(app: &TestApp) -> String {
    app.admin("root@example.com").await;
    app.user(ANNA).await;
    app.log_in(ANNA).await
}

fn fields(answer: &Answer) -> Value {
    answer.json()["error"]["details"]["fields"].clone()
}

served! {
    async fn a_token_lives_its_life_over_the_api(app: &TestApp) {
        let session = anna(app).await;
        let bearer = app.bearer(&session);
        let made = bearer.post(HERE, &json!({ "name": "CI deploy", "scopes": ["profile"], "allowedAddresses": ["127.0.0.0/8"] })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let token = made.json()["data"].clone();
        assert_eq!((&token["name"], &token["scopes"]), (&json!("CI deploy"), &json!(["profile"])));
        assert_eq!(token["expiresAt"], "2027-02-20T09:00:00.000Z", "90 days, if nobody says how long");
        let secret = token["token"].as_str().expect("a secret").to_owned();
        let here = format!("{HERE}/{}", token["id"].as_str().expect("an id"));
        assert_eq!(app.bearer(&secret).get("/v1/me").await.json()["data"]["credential"]["id"], token["id"]);
        let shown = bearer.get(&here).await.json()["data"].clone();
        assert_eq!((&shown["state"], &shown["allowedAddresses"]), (&json!("active"), &json!(["127.0.0.0/8"])));
        assert!(!bearer.get(HERE).await.body.contains(&secret[12..]), "the secret is in one answer");
        assert_eq!(app.mails_to(ANNA).await.iter().filter(|mail| mail.contains("CI deploy")).count(), 1);

        assert_eq!(bearer.post(&format!("{here}/pause"), &json!({})).await.json()["data"]["state"], "paused");
        assert_eq!(app.bearer(&secret).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(bearer.post(&format!("{here}/resume"), &json!({})).await.json()["data"]["state"], "active");
        let rotated = bearer.post(&format!("{here}/rotate"), &json!({ "graceSeconds": 90 })).await;
        assert_eq!((rotated.status, &rotated.json()["data"]["oldSecretEndsAt"]), (200, &json!("2026-11-22T09:01:30.000Z")), "{}", rotated.body);
        let new = rotated.json()["data"]["token"].as_str().expect("a secret").to_owned();
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 200);
        app.clock.advance(Span::seconds(90));
        assert_eq!(app.bearer(&secret).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(app.bearer(&new).get("/v1/me").await.status, 200);
        assert_eq!(bearer.send("DELETE", &here).await.status, 204);
        assert_eq!(app.bearer(&new).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(bearer.send("DELETE", &here).await.status, 204, "revoked already");
        assert_eq!(bearer.post(&format!("{here}/rotate"), &json!({})).await.code(), "RES_002");
        assert_eq!(bearer.get(&format!("{HERE}?state=revoked")).await.json()["data"][0]["id"], token["id"]);
        assert_eq!(bearer.get(HERE).await.json()["data"], json!([]));
    }

    async fn r70_a_token_manages_no_tokens_and_r101_nobody_reaches_anybody_elses(app: &TestApp) {
        let session = anna(app).await;
        let root = app.person("root@example.com").await;
        let strong = app.token(&root, "strong", &["admin"]).await;
        let id = strong.credential.id;
        let bearer = app.bearer(strong.secret.reveal());
        let others = app.bearer(&session);
        let before = app.state_and_log().await;
        for (method, path) in [
            ("GET", HERE.to_owned()),
            ("POST", HERE.to_owned()),
            ("GET", format!("{HERE}/{id}")),
            ("POST", format!("{HERE}/{id}/rotate")),
            ("POST", format!("{HERE}/{id}/pause")),
            ("POST", format!("{HERE}/{id}/resume")),
            ("DELETE", format!("{HERE}/{id}")),
        ] {
            let refused = bearer.send(method, &path).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"), "{method} {path}");
            assert_eq!(refused.json()["error"]["details"]["reason"], "token_management_forbidden");
            if path != HERE {
                let answer = if method == "POST" { others.post(&path, &json!({})).await } else { others.send(method, &path).await };
                let unknown = path.replace(&id.to_string(), "key_00000000000070008000000000000000");
                let nobodys = if method == "POST" { others.post(&unknown, &json!({})).await } else { others.send(method, &unknown).await };
                assert_eq!((answer.status, answer.json()["error"].clone()), (404, nobodys.json()["error"].clone()), "{method} {path}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r33_a_session_whose_password_was_typed_long_ago_makes_no_tokens(app: &TestApp) {
        let session = anna(app).await;
        let bearer = app.bearer(&session);
        app.clock.advance(Span::minutes(31));
        let before = app.state().await;
        let refused = bearer.post(HERE, &json!({ "name": "late" })).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"));
        assert_eq!(refused.json()["error"]["details"]["reason"], "confirm_again");
        assert!(refused.json()["error"]["fix"].as_str().is_some_and(|fix| fix.starts_with("Sign in again")));
        assert_eq!(app.state().await, before);
        assert_eq!(bearer.get(HERE).await.status, 200);
        let again = app.log_in(ANNA).await;
        assert_eq!(app.bearer(&again).post(HERE, &json!({ "name": "late" })).await.status, 201);
    }

    async fn what_is_wrong_is_told_field_by_field_and_makes_nothing(app: &TestApp) {
        let session = anna(app).await;
        let bearer = app.bearer(&session);
        assert_eq!(bearer.post(HERE, &json!({ "name": "taken" })).await.status, 201);
        let before = app.state().await;
        for (body, status, field) in [
            (json!({}), 422, "name"),
            (json!({ "name": "" }), 422, "name"),
            (json!({ "name": "x".repeat(101) }), 422, "name"),
            (json!({ "name": "x".repeat(10_000) }), 422, "name"),
            (json!({ "name": "a\nb" }), 422, "name"),
            (json!({ "name": "taken" }), 409, "name"),
            (json!({ "name": "TAKEN" }), 409, "name"),
            (json!({ "name": "a", "scopes": ["canary"] }), 422, "scopes"),
            (json!({ "name": "a", "scopes": ["no scope"] }), 422, "scopes"),
            (json!({ "name": "a", "scopes": "profile" }), 422, "scopes"),
            (json!({ "name": "a", "expiresAt": "2026-11-22T09:00:00Z" }), 422, "expiresAt"),
            (json!({ "name": "a", "expiresAt": "2020-01-01T00:00:00Z" }), 422, "expiresAt"),
            (json!({ "name": "a", "expiresAt": "tomorrow" }), 422, "expiresAt"),
            (json!({ "name": "a", "expiresAt": 1_900_000_000 }), 422, "expiresAt"),
            (json!({ "name": "a", "allowedAddresses": ["203.0.113.7/24"] }), 422, "allowedAddresses"),
            (json!({ "name": "a", "allowedAddresses": ["example.com"] }), 422, "allowedAddresses"),
            (json!({ "name": "a", "allowedAddresses": [7] }), 422, "allowedAddresses"),
            (json!({ "name": "a", "kind": "secret" }), 400, "kind"),
            (json!({ "name": "a", "account": "usr_1", "owner": 1 }), 400, "owner"),
        ] {
            let refused = bearer.post(HERE, &body).await;
            let told = body.to_string().chars().take(80).collect::<String>();
            assert_eq!(refused.status, status, "{told}: {}", refused.body);
            assert!(fields(&refused)[field].is_string(), "{told}: {}", refused.body);
        }
        let headers = [("authorization", format!("Bearer {session}")), ("content-type", "application/json".to_owned())];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for (body, status) in [
            (r#"{"name":"a","name":"b"}"#.to_owned(), 400),
            (format!(r#"{{"name":{}"x"{}}}"#, "[".repeat(20_000), "]".repeat(20_000)), 400),
            ("[".repeat(100_000), 413),
        ] {
            assert_eq!(app.send("POST", HERE, &headers, body).await.status, status);
        }
        assert_eq!(app.state().await, before);
    }

    async fn the_policy_decides_who_makes_tokens_and_how_long_they_live(app: &TestApp) {
        let session = anna(app).await;
        let bearer = app.bearer(&session);
        let root = app.person("root@example.com").await;
        let never = bearer.post(HERE, &json!({ "name": "never", "expiresAt": null })).await;
        assert_eq!((never.status, &never.json()["data"]["expiresAt"]), (201, &Value::Null));
        let strict = TokenPolicy {
            longest: Longest::days(7).expect("a week"),
            no_expiry: NoExpiry::Forbidden,
            idle: Idle::UNBOUNDED,
            ..latchkey::domain::access::policy(&app.app().ctx.db).await.expect("a policy")
        };
        app.set_policy(&root, strict).await;
        let usual = bearer.post(HERE, &json!({ "name": "usual" })).await;
        assert_eq!(usual.json()["data"]["expiresAt"], "2026-11-29T09:00:00.000Z", "{}", usual.body);
        for end in [json!(null), json!("2026-11-29T09:00:01Z")] {
            let refused = bearer.post(HERE, &json!({ "name": "long", "expiresAt": end })).await;
            assert_eq!((refused.status, fields(&refused)["expiresAt"].is_string()), (422, true), "{}", refused.body);
        }
        app.allow_tokens(&root, Switch::Off).await;
        let before = app.state().await;
        let refused = bearer.post(HERE, &json!({ "name": "off" })).await;
        assert_eq!((refused.status, &refused.json()["error"]["details"]["reason"]), (403, &json!("token_auth_disabled")));
        assert_eq!(app.state().await, before);
        assert_eq!(bearer.get(HERE).await.status, 200, "list and revoke stay open");
    }
}
