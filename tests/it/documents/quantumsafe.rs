//! QuantumSafe: people register and log in, a session token manages API keys, and products present the keys.

use latchkey::base::time::Span;
use serde_json::{Value, json};

use super::client::{exchange, text};
use crate::served;
use crate::support::TestApp;

const EMAIL: &str = "maya@example.com";
const PASSWORD: &str = "copper-lantern-drifts-77";

/// What surrounds a success.
fn data(data: Value) -> Value {
    json!({ "data": data, "meta": { "requestId": "<req_…>", "timestamp": "<time>" } })
}

/// What surrounds a list.
fn list(rows: Value) -> Value {
    json!({ "data": rows, "meta": { "requestId": "<req_…>", "timestamp": "<time>", "nextCursor": null } })
}

/// What surrounds a failure.
fn error(code: &str, details: Value) -> Value {
    let error = json!({ "code": code, "message": "<text>", "details": details, "fix": "<text>" });
    json!({ "error": error, "meta": { "requestId": "<req_…>", "timestamp": "<time>" } })
}

/// Registers, confirms the address by the link of the mail, logs in, and gives the session token.
async fn signed_in(app: &TestApp) -> String {
    let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Maya" });
    exchange(app, "POST /v1/auth/register").json(&account).answers(201, data(account_shape())).await;
    confirm(app).await;
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let answer = exchange(app, "POST /v1/auth/login").json(&login).answers(200, data(session_shape())).await;
    text(&answer, "/data/token")
}

fn account_shape() -> Value {
    json!({ "id": "<usr_…>", "email": EMAIL, "name": "Maya", "plan": "free", "createdAt": "<time>" })
}

fn session_shape() -> Value {
    json!({ "token": "<JWT>", "expiresAt": "<time>", "user": { "id": "<usr_…>", "email": EMAIL, "plan": "free" } })
}

async fn confirm(app: &TestApp) {
    let (link, _) = app.confirmation(EMAIL).await;
    let confirmed = app.browser().submit(&link, &link, &[]).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
}

served! {
    async fn accounts(app: &TestApp) {
        let account = json!({ "email": EMAIL, "password": PASSWORD, "name": "Maya" });
        exchange(app, "POST /v1/auth/register").json(&account).answers(201, data(account_shape())).await;
        confirm(app).await;

        // An address that is taken gets the same answer, so that nobody learns who has an account.
        exchange(app, "POST /v1/auth/register").json(&account).answers(201, data(account_shape())).await;
        let weak = json!({ "email": "leo@example.com", "password": "short" });
        let fields = json!({ "fields": { "password": "<text>" } });
        exchange(app, "POST /v1/auth/register").json(&weak).answers(422, error("VAL_001", fields)).await;

        let login = json!({ "email": EMAIL, "password": PASSWORD });
        let answer = exchange(app, "POST /v1/auth/login").json(&login).answers(200, data(session_shape())).await;
        assert_eq!(text(&answer, "/data/expiresAt"), "2026-11-23T09:00:00.000Z", "24 hours");
        let wrong = json!({ "email": EMAIL, "password": "not her password" });
        exchange(app, "POST /v1/auth/login").json(&wrong).answers(401, error("AUTH_006", json!({}))).await;
        let nobody = json!({ "email": "nobody@example.com", "password": PASSWORD });
        exchange(app, "POST /v1/auth/login").json(&nobody).answers(401, error("AUTH_006", json!({}))).await;

        let token = text(&answer, "/data/token");
        let me = json!({ "id": "<usr_…>", "email": EMAIL, "name": "Maya", "roles": ["user"], "workspace": null, "credential": null });
        exchange(app, "GET /v1/me").bearer(&token).answers(200, data(me)).await;
        exchange(app, "POST /v1/auth/logout").bearer(&token).answers_nothing().await;
        let ended = exchange(app, "GET /v1/me").bearer(&token).answers(401, error("AUTH_002", json!({}))).await;
        assert!(ended.header("www-authenticate").starts_with("Bearer"));
    }

    async fn keys_from_creation_to_401_after_revocation(app: &TestApp) {
        let token = signed_in(app).await;

        // Without scopes a key holds everything that its workspace may do, and without an end it lives for a year.
        let wanted = json!({ "name": "Production", "type": "secret", "environment": "live" });
        let made = json!({
            "id": "<key_…>", "name": "Production", "type": "secret", "environment": "live", "key": "<lk_sec_live_…>",
            "prefix": "<text>", "scopes": ["admin"],
            "expiresAt": "<time>", "createdAt": "<time>"
        });
        let created = exchange(app, "POST /v1/auth/api-keys").bearer(&token).json(&wanted).answers(201, data(made)).await;
        let (id, key) = (text(&created, "/data/id"), text(&created, "/data/key"));

        // The key is there and nowhere else, ever.
        let row = json!({
            "id": id, "name": "Production", "type": "secret", "environment": "live", "prefix": text(&created, "/data/prefix"),
            "scopes": created.json()["data"]["scopes"], "expiresAt": "2027-11-22T09:00:00.000Z", "lastUsedAt": null, "createdAt": "<time>", "…": "…"
        });
        let listed = exchange(app, "GET /v1/auth/api-keys").bearer(&token).answers(200, list(json!([row]))).await;
        assert!(!listed.body.contains(&key));

        // A product presents it, in either header.
        let who = |kind: &str| json!({
            "id": id, "email": null, "name": "Production", "roles": [],
            "workspace": { "id": "<wsp_…>", "slug": "<text>", "name": "<text>", "roles": [] },
            "credential": { "id": id, "kind": kind, "name": "Production", "prefix": "<text>",
                            "scopes": created.json()["data"]["scopes"], "expiresAt": "<time>" }
        });
        let used = exchange(app, "GET /v1/me").header("X-API-Key", key.as_str()).answers(200, data(who("secret"))).await;
        assert_eq!((used.header("x-ratelimit-limit"), used.header("x-ratelimit-remaining")), ("60", "59"), "the plan free");
        exchange(app, "GET /v1/me").bearer(&key).answers(200, data(who("secret"))).await;

        exchange(app, &format!("DELETE /v1/auth/api-keys/{id}")).bearer(&token).answers_nothing().await;
        exchange(app, "GET /v1/me").bearer(&key).answers(401, error("AUTH_002", json!({}))).await;
        exchange(app, "GET /v1/auth/api-keys").bearer(&token).answers(200, list(json!([]))).await;
    }

    async fn keys_that_manage_keys_never_mint_more_than_they_are(app: &TestApp) {
        let token = signed_in(app).await;
        let create = |secret: &str, body: Value| exchange(app, "POST /v1/auth/api-keys").bearer(secret).json(&body).answers(
            201,
            data(json!({
                "id": "<key_…>", "name": body["name"], "type": body["type"], "environment": body["environment"], "key": "<lk_…>",
                "prefix": "<text>", "scopes": body["scopes"], "expiresAt": "<time>", "createdAt": "<time>"
            })),
        );
        let named = |name: &str, kind: &str, environment: &str, scopes: &[&str]| {
            json!({ "name": name, "type": kind, "environment": environment, "scopes": scopes })
        };
        let manager = named("Manager", "secret", "live", &["introspect", "keys:manage"]);
        let manager = text(&create(&token, manager).await, "/data/key");
        create(&manager, named("Reader", "secret", "live", &["introspect"])).await;

        let more = named("More", "secret", "live", &["verify"]);
        let grown = json!({ "reason": "beyond_the_key", "field": "scopes", "why": "<text>" });
        exchange(app, "POST /v1/auth/api-keys").bearer(&manager).json(&more).answers(403, error("AUTH_003", grown)).await;
        let other = named("Other", "secret", "test", &["introspect"]);
        let grown = json!({ "reason": "beyond_the_key", "field": "environment", "why": "<text>" });
        exchange(app, "POST /v1/auth/api-keys").bearer(&manager).json(&other).answers(403, error("AUTH_003", grown)).await;

        // A publishable key never manages anything.
        let page = named("Page", "publishable", "live", &[]);
        let page = text(&create(&token, page).await, "/data/key");
        let never = error("AUTH_003", json!({ "reason": "token_management_forbidden", "why": "<text>" }));
        exchange(app, "GET /v1/auth/api-keys").bearer(&page).answers(403, never).await;
    }

    async fn the_errors_in_their_order(app: &TestApp) {
        let token = signed_in(app).await;
        let none = exchange(app, "GET /v1/me").answers(401, error("AUTH_001", json!({}))).await;
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"latchkey\"");
        let unknown = "lk_sec_live_4fPq2R8sVx1Yb7Nc5Md3Ke9Lg6Hj0Tz2Wu8Qa1Xo7Ri4Sp5v";
        let unknown = exchange(app, "GET /v1/me").bearer(unknown).answers(401, error("AUTH_002", json!({}))).await;
        assert!(unknown.header("www-authenticate").contains("error=\"invalid_token\""));

        let narrow = json!({ "name": "Narrow", "type": "secret", "environment": "test", "scopes": ["verify"] });
        let shape = json!({
            "id": "<key_…>", "name": "Narrow", "type": "secret", "environment": "test", "key": "<lk_sec_test_…>",
            "prefix": "<text>", "scopes": ["verify"], "expiresAt": "<time>", "createdAt": "<time>"
        });
        let narrow = exchange(app, "POST /v1/auth/api-keys").bearer(&token).json(&narrow).answers(201, data(shape)).await;
        let narrow = text(&narrow, "/data/key");
        let lacks = error("AUTH_003", json!({ "scope": "keys:manage" }));
        let lacks = exchange(app, "GET /v1/auth/api-keys").bearer(&narrow).answers(403, lacks).await;
        assert!(lacks.header("www-authenticate").contains("error=\"insufficient_scope\", scope=\"keys:manage\""));

        exchange(app, "GET /v1/auth/api-keys/key_019ab3c1d2e37f4089ab12cd34ef5678")
            .bearer(&token)
            .answers(404, error("RES_001", json!({})))
            .await;
        let bad = json!({ "name": "", "type": "magic", "environment": "live" });
        let fields = json!({ "fields": { "name": "<text>", "type": "<text>" } });
        exchange(app, "POST /v1/auth/api-keys").bearer(&token).json(&bad).answers(422, error("VAL_001", fields)).await;
        let unknown = json!({ "name": "x", "type": "secret", "environment": "live", "color": "red" });
        let fields = json!({ "fields": { "color": "<text>" } });
        exchange(app, "POST /v1/auth/api-keys").bearer(&token).json(&unknown).answers(400, error("VAL_001", fields)).await;

        for left in (0..59).rev() {
            let within = exchange(app, "GET /v1/me").bearer(&narrow).send().await;
            assert_eq!((within.status, within.header("x-ratelimit-remaining")), (200, left.to_string().as_str()));
        }
        let limit = exchange(app, "GET /v1/me").bearer(&narrow).answers(429, error("RATE_001", json!({}))).await;
        assert_eq!((limit.header("retry-after"), limit.header("x-ratelimit-remaining")), ("1", "0"));
        app.clock.advance(Span::seconds(1));
        assert_eq!(exchange(app, "GET /v1/me").bearer(&narrow).send().await.status, 200, "one comes back each second");

        app.suspend(EMAIL).await;
        exchange(app, "GET /v1/me").bearer(&token).answers(401, error("AUTH_002", json!({}))).await;
    }
}
