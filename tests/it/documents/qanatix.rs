//! QANATIX: a key with the scope `admin` manages the keys of its workspace. No envelope, names in snake_case, times in UTC.

use latchkey::base::time::Span;
use latchkey::domain::credentials;
use serde_json::{Value, json};

use super::client::{exchange, text};
use crate::support::TestApp;
use crate::{both, served};

const KEEP: &str = "Store this key now. It will not be shown again.";

/// Somebody's first key, made where people sign in; it holds everything that a key of the workspace may.
async fn first_key(app: &TestApp) -> String {
    app.user("ines@example.com").await;
    let session = app.log_in("ines@example.com").await;
    let body = json!({ "name": "First", "type": "secret", "environment": "live", "scopes": ["admin"] });
    let made = exchange(app, "POST /v1/auth/api-keys").bearer(&session).json(&body).send().await;
    assert_eq!(made.status, 201, "{}", made.body);
    text(&made, "/data/key")
}

fn detail(words: &str) -> Value {
    json!({ "detail": words })
}

served! {
    async fn keys_from_creation_to_401_after_revocation(app: &TestApp) {
        app.scope(&app.admin("root@example.com").await, "search", &[]).await;
        let admin = first_key(app).await;

        app.clock.advance(Span::seconds(1));
        let wanted = json!({ "name": "Ingest", "scopes": ["search"], "expires_at": "2027-01-01T00:00:00Z" });
        let made = json!({
            "id": "<key_…>", "name": "Ingest", "key": "<sk_live_…>", "scopes": ["search"],
            "expires_at": "2027-01-01T00:00:00.000Z", "message": KEEP
        });
        let made = exchange(app, "POST /api/v1/auth/keys").bearer(&admin).json(&wanted).answers(201, made).await;
        let (id, key) = (text(&made, "/id"), text(&made, "/key"));
        assert_eq!(key.len(), "sk_live_".len() + 64);

        let row = |name: &str, scopes: Value, expires_at: Value, last_used_at: &str| {
            let used: Value = if last_used_at.is_empty() { Value::Null } else { last_used_at.into() };
            json!({ "id": "<key_…>", "name": name, "scopes": scopes, "created_at": "<time>", "expires_at": expires_at, "last_used_at": used })
        };
        let first = row("First", json!(["admin"]), Value::Null, "<time>");
        let second = row("Ingest", json!(["search"]), json!("2027-01-01T00:00:00.000Z"), "");
        credentials::flush(&app.app().ctx).await.expect("flushed");
        exchange(app, "GET /api/v1/auth/keys").bearer(&admin).answers(200, json!([first, second])).await;

        // The same id, name, scopes and expiry; the old secret is dead at once.
        let rotated = json!({
            "id": id, "name": "Ingest", "key": "<sk_live_…>", "scopes": ["search"], "expires_at": "2027-01-01T00:00:00.000Z",
            "message": KEEP
        });
        let line = format!("POST /api/v1/auth/keys/{id}/rotate");
        let rotated = exchange(app, &line).bearer(&admin).answers(200, rotated).await;
        let new = text(&rotated, "/key");
        let dead = detail("This credential is not good. Create a new token and use that.");
        exchange(app, "GET /api/v1/auth/keys").bearer(&key).answers(401, dead.clone()).await;

        // The new one is good, and may not manage keys.
        let lacks = detail("This credential is not allowed to do that. Use a token with the scope or role that this needs.");
        exchange(app, "GET /api/v1/auth/keys").bearer(&new).answers(403, lacks).await;

        exchange(app, &format!("DELETE /api/v1/auth/keys/{id}")).bearer(&admin).answers_nothing().await;
        exchange(app, "GET /api/v1/auth/keys").bearer(&new).answers(401, dead).await;
    }

    async fn errors(app: &TestApp) {
        app.scope(&app.admin("root@example.com").await, "search", &[]).await;
        let admin = first_key(app).await;
        let nobody = exchange(app, "GET /api/v1/auth/keys");
        nobody.answers(401, detail("No credential was presented, or it cannot be read. Send the token once, as `Authorization: Bearer …` or `X-API-Key: …`.")).await;
        let told = |at: Value| json!({ "detail": [{ "loc": at, "msg": "<text>", "type": "value_error" }] });
        for (wrong, at) in [
            (json!({ "name": "", "scopes": ["search"] }), json!(["body", "name"])),
            (json!({ "name": "x", "scopes": ["search", "nowhere"] }), json!(["body", "scopes", 1])),
            (json!({ "name": "x", "scopes": [], "expires_at": "2026-11-22T08:59:59Z" }), json!(["body", "expires_at"])),
        ] {
            exchange(app, "POST /api/v1/auth/keys").bearer(&admin).json(&wrong).answers(422, told(at)).await;
        }
        let line = "DELETE /api/v1/auth/keys/key_019ab3c1d2e37f4089ab12cd34ef5678";
        exchange(app, line).bearer(&admin).answers(404, detail("There is nothing here. Check the path and the ids.")).await;
    }

    async fn plans(app: &TestApp) {
        app.admin("root@example.com").await;
        let key = first_key(app).await;
        let mut last = exchange(app, "GET /api/v1/auth/keys").bearer(&key).send().await;
        assert_eq!(last.header("x-ratelimit-limit"), "60", "the plan free");
        while last.status == 200 {
            last = exchange(app, "GET /api/v1/auth/keys").bearer(&key).send().await;
        }
        let over = detail("Rate limit exceeded. Retry after 1 seconds.");
        let over = exchange(app, "GET /api/v1/auth/keys").bearer(&key).answers(429, over).await;
        assert_eq!((over.header("retry-after"), over.header("x-ratelimit-remaining")), ("1", "0"));
    }
}

both! {
    async fn in_development_a_workspace_stands_in_for_a_credential(db: &TestDb) {
        let app = TestApp::start(db, &[("development", "yes")]).await;
        app.admin("root@example.com").await;
        first_key(&app).await;
        let id = app.rows("SELECT slug FROM workspaces").await.remove(0);
        let listed = exchange(&app, "GET /api/v1/auth/keys").header("X-Tenant-Id", id).send().await;
        assert_eq!((listed.status, text(&listed, "/0/name").as_str()), (200, "First"));
        app.stop().await;
    }
}
