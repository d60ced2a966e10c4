//! `/v1/auth/api-keys`.

use latchkey::base::time::Span;
use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const HERE: &str = "/v1/auth/api-keys";
const ANNA: &str = "anna@example.com";

async fn anna(app: &TestApp) -> String {
    app.user(ANNA).await;
    app.log_in(ANNA).await
}

async fn create(app: &TestApp, secret: &str, body: &Value) -> Answer {
    app.bearer(secret).post(HERE, body).await
}

fn key(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["data"]["key"].as_str().expect("a secret").to_owned()
}

served! {
    async fn the_documented_transcript_gives_the_documented_answers(app: &TestApp) {
        let session = anna(app).await;
        let made = create(app, &session, &json!({ "name": "Backend", "type": "secret", "environment": "live" })).await;
        let secret = key(&made);
        assert!(secret.starts_with("lk_sec_live_"), "{secret}");
        let told = made.json()["data"].clone();
        assert_eq!((&told["name"], &told["type"], &told["environment"]), (&json!("Backend"), &json!("secret"), &json!("live")));
        assert!(secret.starts_with(told["prefix"].as_str().expect("a prefix")));
        let browser = create(app, &session, &json!({ "name": "Site", "type": "publishable", "environment": "test" })).await;
        assert!(key(&browser).starts_with("lk_pub_test_"));
        let listed = app.bearer(&session).get(HERE).await;
        assert_eq!(listed.json()["data"].as_array().map(Vec::len), Some(2), "{}", listed.body);
        assert!(!listed.body.contains(&secret[20..]), "no secret is in a list");
        let me = app.bearer(&secret).get("/v1/me").await.json()["data"].clone();
        assert_eq!((&me["credential"]["kind"], &me["email"]), (&json!("secret"), &Value::Null));
        let here = format!("{HERE}/{}", told["id"].as_str().expect("an id"));
        let gone = app.bearer(&session).send("DELETE", &here).await;
        assert_eq!((gone.status, gone.body.as_str()), (204, ""));
        assert_eq!(app.bearer(&secret).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(app.bearer(&session).send("DELETE", &here).await.status, 204);
        assert_eq!(app.bearer(&session).get(&here).await.json()["data"]["state"], "revoked");
    }

    async fn r71_a_key_makes_keys_that_are_never_more_than_itself(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.scope(&root, "documents:read", &[]).await;
        app.scope(&root, "documents:write", &[]).await;
        let session = anna(app).await;
        let parent = key(&create(app, &session, &json!({
            "name": "CI", "type": "secret", "environment": "test", "scopes": ["keys:manage", "documents:read"], "expiresAt": "2027-01-01T00:00:00Z",
        })).await);
        let child = create(app, &parent, &json!({ "name": "child", "type": "secret", "environment": "test", "scopes": ["documents:read"] })).await;
        assert_eq!(child.status, 201, "{}", child.body);
        assert_eq!(child.json()["data"]["expiresAt"], "2027-01-01T00:00:00.000Z", "as long as its parent");
        let before = app.state().await;
        for (field, value) in [
            ("environment", json!("live")),
            ("scopes", json!(["documents:write"])),
            ("scopes", json!(["admin"])),
            ("expiresAt", json!("2027-01-02T00:00:00Z")),
            ("expiresAt", Value::Null),
        ] {
            let mut body = json!({ "name": "grown", "type": "secret", "environment": "test", "scopes": ["documents:read"] });
            body[field] = value.clone();
            let refused = create(app, &parent, &body).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"), "{field} {value}: {}", refused.body);
            assert_eq!(refused.json()["error"]["details"]["field"], field);
        }
        let weak = key(&child);
        let refused = create(app, &weak, &json!({ "name": "x", "type": "secret", "environment": "test", "scopes": [] })).await;
        assert_eq!((refused.status, &refused.json()["error"]["details"]["scope"]), (403, &json!("keys:manage")));
        assert!(refused.header("www-authenticate").contains("insufficient_scope"));
        assert_eq!(app.state().await, before);
    }

    async fn r70_tokens_and_publishable_keys_manage_nothing_and_r101_another_tenant_sees_nothing(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let session = anna(app).await;
        app.user("bob@example.com").await;
        let bob = app.log_in("bob@example.com").await;
        let made = create(app, &session, &json!({ "name": "Backend", "type": "secret", "environment": "live" })).await;
        let id = made.json()["data"]["id"].as_str().expect("an id").to_owned();
        let open = key(&create(app, &session, &json!({ "name": "Site", "type": "publishable", "environment": "live" })).await);
        let theirs = key(&create(app, &bob, &json!({ "name": "Theirs", "type": "secret", "environment": "live" })).await);
        let strong = app.token(&root, "strong", &["admin"]).await;
        let (own, slug) = {
            let me = app.bearer(&key(&made)).get("/v1/me").await.json()["data"]["workspace"].clone();
            (me["id"].as_str().expect("an id").to_owned(), me["slug"].as_str().expect("a slug").to_owned())
        };
        let before = app.state().await;
        let requests = [
            ("GET", format!("{HERE}/{id}")),
            ("POST", format!("{HERE}/{id}/rotate")),
            ("POST", format!("{HERE}/{id}/pause")),
            ("POST", format!("{HERE}/{id}/resume")),
            ("DELETE", format!("{HERE}/{id}")),
        ];
        for (method, path) in &requests {
            for (secret, status) in [(open.as_str(), 403), (strong.secret.reveal(), 403), (bob.as_str(), 404), (theirs.as_str(), 404)] {
                let bearer = app.bearer(secret);
                let answer = if *method == "POST" { bearer.post(path, &json!({})).await } else { bearer.send(method, path).await };
                assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
                if status == 404 {
                    let nobodys = path.replace(&id, "key_00000000000070008000000000000000");
                    let unknown = if *method == "POST" { bearer.post(&nobodys, &json!({})).await } else { bearer.send(method, &nobodys).await };
                    assert_eq!(answer.json()["error"], unknown.json()["error"], "{method} {path}");
                }
            }
        }
        for workspace in [own.as_str(), slug.as_str(), "wsp_00000000000070008000000000000000", "nobodys", "No Slug"] {
            for secret in [&bob, &theirs] {
                let body = json!({ "name": "x", "type": "secret", "environment": "live", "workspace": workspace });
                assert_eq!(create(app, secret, &body).await.code(), "RES_001", "{workspace}");
                let encoded = workspace.replace(' ', "%20");
                assert_eq!(app.bearer(secret).get(&format!("{HERE}?workspace={encoded}")).await.code(), "RES_001", "{workspace}");
            }
        }
        assert_eq!(app.state().await, before);
        assert_eq!(app.bearer(&theirs).get(HERE).await.json()["data"].as_array().map(Vec::len), Some(1), "its own alone");
    }

    async fn what_is_wrong_with_a_key_is_told_field_by_field(app: &TestApp) {
        let session = anna(app).await;
        assert_eq!(app.bearer(&session).get(HERE).await.status, 200, "one's own workspace is there from the first need on");
        let before = app.state().await;
        let good = json!({ "name": "Backend", "type": "secret", "environment": "live" });
        for (field, value) in [
            ("name", json!("")),
            ("name", json!("x".repeat(10_000))),
            ("type", json!("personal")),
            ("type", json!(null)),
            ("environment", json!("production")),
            ("environment", json!(1)),
            ("scopes", json!(["canary"])),
            ("expiresAt", json!("2026-11-22T08:59:59Z")),
            ("allowedAddresses", json!(["203.0.113.7/24"])),
            ("allowedAddresses", json!(["here"])),
            ("origins", json!(["https://shop.example.com"])),
            ("requestsPerMinute", json!(0)),
            ("metadata", json!("text")),
            ("metadata", json!((0..51).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>())),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let refused = create(app, &session, &body).await;
            assert_eq!((refused.status, refused.code().as_str()), (422, "VAL_001"), "{field}: {}", refused.body);
            assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{field}: {}", refused.body);
        }
        let mut body = good.clone();
        body["metadata"] = json!((0..10_001).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>());
        assert!(matches!(create(app, &session, &body).await.status, 400 | 413));
        assert_eq!(app.state().await, before);
    }

    async fn a_key_is_rotated_paused_and_made_once_for_one_key_of_idempotency(app: &TestApp) {
        let session = anna(app).await;
        let authorization = format!("Bearer {session}");
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json"), ("idempotency-key", "a")];
        let body = json!({ "name": "Backend", "type": "secret", "environment": "live" });
        let made = app.send("POST", HERE, &headers, body.to_string()).await;
        let again = app.send("POST", HERE, &headers, body.to_string()).await;
        assert_eq!((made.status, again.status, again.header("idempotency-replayed")), (201, 200, "true"), "{}", again.body);
        assert_eq!(made.json()["data"]["id"], again.json()["data"]["id"]);
        assert!(again.json()["data"]["key"].is_null());
        let other = app.send("POST", HERE, &headers, json!({ "name": "Other", "type": "secret", "environment": "live" }).to_string()).await;
        assert_eq!(other.code(), "RES_002");
        let (old, bearer) = (key(&made), app.bearer(&session));
        let here = format!("{HERE}/{}", made.json()["data"]["id"].as_str().expect("an id"));
        let rotated = bearer.post(&format!("{here}/rotate"), &json!({ "graceSeconds": 60 })).await;
        assert_eq!(rotated.status, 200, "{}", rotated.body);
        let new = rotated.json()["data"]["key"].as_str().expect("a secret").to_owned();
        assert_eq!((app.bearer(&old).get("/v1/me").await.status, app.bearer(&new).get("/v1/me").await.status), (200, 200));
        app.clock.advance(Span::seconds(60));
        assert_eq!(app.bearer(&old).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(bearer.post(&format!("{here}/pause"), &json!({})).await.json()["data"]["state"], "paused");
        assert_eq!(app.bearer(&new).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(bearer.post(&format!("{here}/resume"), &json!({})).await.json()["data"]["state"], "active");
        assert_eq!(app.bearer(&new).get("/v1/me").await.status, 200);
        assert_eq!(bearer.post(&format!("{here}/rotate"), &json!({ "graceSeconds": 604_801 })).await.status, 422);
    }
}
