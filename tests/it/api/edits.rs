//! `PATCH` of keys and service accounts: what is there becomes less, never more.

use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;

const KEYS: &str = "/v1/auth/api-keys";
const SERVICES: &str = "/v1/workspaces/acme/service-accounts";

/// Anna's session, with a workspace of hers.
async fn anna(app: &TestApp) -> String {
    let anna = app.user("anna@example.com").await;
    app.workspace(&anna, "acme").await;
    app.log_in("anna@example.com").await
}

/// Makes something, and tells its path and what the answer says of it.
async fn made(app: &TestApp, secret: &str, path: &str, body: Value) -> (String, Value) {
    let answer = app.bearer(secret).post(path, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let told = answer.json()["data"].clone();
    (format!("{path}/{}", told["id"].as_str().expect("an id")), told)
}

fn key(scopes: &[&str]) -> Value {
    json!({ "name": "Backend", "type": "secret", "environment": "live", "workspace": "acme", "scopes": scopes, "requestsPerMinute": 50 })
}

served! {
    async fn a_key_is_renamed_narrowed_and_told_about_and_it_binds_at_once(app: &TestApp) {
        let session = anna(app).await;
        let (here, told) = made(app, &session, KEYS, key(&["workspace:read", "verify"])).await;
        let secret = told["key"].as_str().expect("a secret");
        let body = json!({ "name": "Frankfurt", "scopes": ["verify"], "allowedAddresses": ["127.0.0.0/8"], "requestsPerMinute": 40, "metadata": { "team": "a" } });
        let changed = app.bearer(&session).patch(&here, &body).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let shown = changed.json()["data"].clone();
        for field in ["name", "scopes", "allowedAddresses", "requestsPerMinute", "metadata"] {
            assert_eq!(shown[field], body[field], "{field}");
        }
        assert_eq!(app.bearer(&session).get(&here).await.json()["data"]["name"], "Frankfurt");
        let refused = app.bearer(secret).get("/v1/workspaces/acme/members").await;
        assert_eq!(refused.json()["error"]["details"]["scope"], "workspace:read", "{}", refused.body);
        assert_eq!(refused.header("x-ratelimit-limit"), "40");
        let before = app.state_and_log().await;
        assert_eq!(app.bearer(&session).patch(&here, &json!({})).await.json()["data"]["name"], "Frankfurt");
        assert_eq!(app.bearer(&session).patch(&here, &json!({ "name": null, "scopes": null })).await.status, 200);
        assert_eq!(app.state_and_log().await, before, "who says nothing changes nothing");
    }

    async fn r71_no_change_gives_a_key_more_than_it_has(app: &TestApp) {
        let session = anna(app).await;
        let (here, _) = made(app, &session, KEYS, key(&["verify"])).await;
        let (_, manager) = made(app, &session, KEYS, key(&["keys:manage", "verify"])).await;
        let (ended, _) = made(app, &session, KEYS, key(&["verify"])).await;
        assert_eq!(app.bearer(&session).patch(&here, &json!({ "allowedAddresses": ["127.0.0.1"] })).await.status, 200);
        assert_eq!(app.bearer(&session).send("DELETE", &ended).await.status, 204);
        let before = app.state_and_log().await;
        for secret in [session.as_str(), manager["key"].as_str().expect("a secret")] {
            for (field, value) in [
                ("name", json!("")),
                ("name", json!("x".repeat(10_000))),
                ("scopes", json!(["verify", "workspace:read"])),
                ("scopes", json!(["no scope"])),
                ("allowedAddresses", json!(["127.0.0.0/8"])),
                ("allowedAddresses", json!(["127.0.0.1/8"])),
                ("allowedAddresses", json!([])),
                ("origins", json!(["https://shop.example.com"])),
                ("requestsPerMinute", json!(51)),
                ("metadata", json!("text")),
            ] {
                let refused = app.bearer(secret).patch(&here, &json!({ field: value })).await;
                assert_eq!((refused.status, refused.code().as_str()), (422, "VAL_001"), "{field}: {}", refused.body);
                assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{field}: {}", refused.body);
            }
            for field in ["type", "environment", "expiresAt", "workspace", "id"] {
                let refused = app.bearer(secret).patch(&here, &json!({ field: "live" })).await;
                assert_eq!(refused.status, 400, "{field}: {}", refused.body);
            }
            let late = app.bearer(secret).patch(&ended, &json!({ "name": "Again" })).await;
            assert_eq!((late.status, &late.json()["error"]["details"]["reason"]), (409, &json!("ended")), "{}", late.body);
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_service_account_is_renamed_and_narrowed_and_its_owners_change(app: &TestApp) {
        let session = anna(app).await;
        let acme = app.app().ctx.db.clone();
        let workspace = latchkey::domain::workspaces::list(&acme, app.person("anna@example.com").await.id()).await.expect("listed");
        let workspace = workspace.into_iter().find(|(of, _)| of.slug.as_str() == "acme").expect("hers").0;
        let bob = app.belongs(&workspace, "bob@example.com", "developer").await;
        let bearer = app.bearer(&session);
        let body = json!({ "name": "Indexer", "scopes": ["workspace:read", "verify"], "audiences": ["platform"] });
        let (here, told) = made(app, &session, SERVICES, body).await;
        let changed = bearer.patch(&here, &json!({ "name": "Nightly", "scopes": ["verify"], "audiences": ["platform", "external-api"] })).await;
        let shown = changed.json()["data"].clone();
        assert_eq!((changed.status, &shown["name"], &shown["scopes"]), (200, &json!("Nightly"), &json!(["verify"])), "{}", changed.body);
        assert_eq!(shown["audiences"], json!(["platform", "external-api"]));
        let secret = told["clientSecret"].as_str().expect("a secret");
        assert_eq!(app.bearer(secret).get("/v1/workspaces/acme").await.json()["error"]["details"]["scope"], "workspace:read");
        let anna = app.person("anna@example.com").await.id();
        let before = app.state_and_log().await;
        for (field, value) in [
            ("name", json!("x".repeat(10_000))),
            ("scopes", json!(["workspace:read"])),
            ("scopes", json!(["no scope"])),
            ("audiences", json!(["a b"])),
            ("audiences", json!(["nobodys"])),
            ("allowedAddresses", json!(["10.0.0.1/8"])),
        ] {
            let refused = bearer.patch(&here, &json!({ field: value })).await;
            assert_eq!(refused.status, 422, "{field}: {}", refused.body);
            assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{field}: {}", refused.body);
        }
        let owners = format!("{here}/owners");
        let last = bearer.send("DELETE", &format!("{owners}/{anna}")).await;
        assert_eq!((last.status, &last.json()["error"]["details"]["reason"]), (409, &json!("last")), "{}", last.body);
        for named in ["", "nobody", "stranger@example.com", "usr_01890a5d1c2b7d3e8f90a1b2c3d4e5f6"] {
            assert_eq!(bearer.post(&owners, &json!({ "owner": named })).await.status, 422, "{named}");
        }
        assert_eq!(bearer.send("DELETE", &format!("{owners}/{}", bob.id())).await.status, 404);
        assert_eq!(app.state_and_log().await, before);
        let both = bearer.post(&owners, &json!({ "owner": "bob@example.com" })).await;
        assert_eq!(both.json()["data"]["owners"].as_array().map(Vec::len), Some(2), "{}", both.body);
        assert_eq!(bearer.send("DELETE", &format!("{owners}/{anna}")).await.status, 204);
        let left = bearer.get(&here).await.json()["data"]["owners"].clone();
        assert_eq!((left.as_array().map(Vec::len), &left[0]["email"]), (Some(1), &json!("bob@example.com")));
        let vera = app.belongs(&workspace, "vera@example.com", "viewer").await;
        let (vera, id) = (app.log_in("vera@example.com").await, vera.id());
        let before = app.state().await;
        let viewer = app.bearer(&vera);
        for refused in [
            viewer.patch(&here, &json!({ "name": "Mine" })).await,
            viewer.post(&owners, &json!({ "owner": id.to_string() })).await,
            viewer.send("DELETE", &format!("{owners}/{}", bob.id())).await,
        ] {
            assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"), "{}", refused.body);
        }
        assert_eq!(app.state().await, before);
    }
}
