//! KLIQ: three ways to authenticate. A key for servers, tokens with refresh for people, client credentials for services.

use latchkey::base::time::Span;
use serde_json::{Value, json};

use super::client::{exchange, text};
use crate::served;
use crate::support::TestApp;
use crate::support::app::PASSWORD;
use latchkey::domain::accounts::Roles;

const EMAIL: &str = "noor@example.com";

/// What surrounds a success of everything that gives no tokens.
fn data(data: Value) -> Value {
    json!({ "data": data, "meta": { "requestId": "<req_…>", "timestamp": "<time>" } })
}

fn error(code: &str) -> Value {
    let error = json!({ "code": code, "message": "<text>", "details": {}, "fix": "<text>" });
    json!({ "error": error, "meta": { "requestId": "<req_…>", "timestamp": "<time>" } })
}

/// Token answers carry no envelope.
fn pair() -> Value {
    json!({ "accessToken": "<JWT>", "refreshToken": "<lk_…>", "tokenType": "Bearer", "expiresIn": 900 })
}

async fn tokens(app: &TestApp) -> (String, String) {
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let answer = exchange(app, "POST /v1/auth/token").json(&body).answers(200, pair()).await;
    (text(&answer, "/accessToken"), text(&answer, "/refreshToken"))
}

async fn refresh(app: &TestApp, token: &str) -> (String, String) {
    let body = json!({ "refreshToken": token });
    let answer = exchange(app, "POST /v1/auth/refresh").json(&body).answers(200, pair()).await;
    (text(&answer, "/accessToken"), text(&answer, "/refreshToken"))
}

/// Is the token good?
async fn is_good(app: &TestApp, token: &str) -> bool {
    exchange(app, "GET /v1/me").bearer(token).send().await.status == 200
}

served! {
    async fn a_key(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let (access, _) = tokens(app).await;
        let wanted = json!({ "name": "Backend", "type": "secret", "environment": "live", "scopes": ["verify"] });
        let made = json!({
            "id": "<key_…>", "name": "Backend", "type": "secret", "environment": "live", "key": "<lk_sec_live_…>", "prefix": "<text>",
            "scopes": ["verify"], "expiresAt": "<time>", "createdAt": "<time>"
        });
        let made = exchange(app, "POST /v1/auth/api-keys").bearer(&access).json(&wanted).answers(201, data(made)).await;
        let key = text(&made, "/data/key");
        for name in ["X-API-Key", "x-api-key"] {
            assert_eq!(exchange(app, "GET /v1/me").header(name, key.as_str()).send().await.status, 200, "{name}");
        }
        let id = text(&made, "/data/id");
        exchange(app, &format!("DELETE /v1/auth/api-keys/{id}")).bearer(&access).answers_nothing().await;
        exchange(app, "GET /v1/me").header("X-API-Key", key).answers(401, error("AUTH_002")).await;
    }

    async fn tokens_of_a_person_from_sign_in_to_401_after_sign_out(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let wrong = json!({ "email": EMAIL, "password": "not the password" });
        exchange(app, "POST /v1/auth/token").json(&wrong).answers(401, error("AUTH_006")).await;
        let (access, first) = tokens(app).await;
        assert!(is_good(app, &access).await);

        app.clock.advance(Span::minutes(15));
        exchange(app, "GET /v1/me").bearer(&access).answers(401, error("AUTH_002")).await;
        let (access, second) = refresh(app, &first).await;
        assert!(is_good(app, &access).await);

        // An answer that was lost is given again; once its token was used, the old one is in two hands, and all ends.
        assert_eq!(refresh(app, &first).await.1, second);
        let (access, _) = refresh(app, &second).await;
        let stolen = json!({ "refreshToken": first });
        exchange(app, "POST /v1/auth/refresh").json(&stolen).answers(401, error("AUTH_002")).await;
        assert!(!is_good(app, &access).await);

        let (access, token) = tokens(app).await;
        exchange(app, "POST /v1/auth/logout").bearer(&access).answers_nothing().await;
        exchange(app, "GET /v1/me").bearer(&access).answers(401, error("AUTH_002")).await;
        let dead = json!({ "refreshToken": token });
        exchange(app, "POST /v1/auth/refresh").json(&dead).answers(401, error("AUTH_002")).await;
    }

    async fn client_credentials_of_a_service(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let (access, _) = tokens(app).await;
        let workspace = json!({ "name": "Billing" });
        let made = exchange(app, "POST /v1/workspaces").bearer(&access).json(&workspace).send().await;
        assert_eq!(made.status, 201, "{}", made.body);
        let accounts = format!("/v1/workspaces/{}/service-accounts", text(&made, "/data/id"));
        let service = json!({ "name": "Invoices", "scopes": ["introspect", "verify"] });
        let made = json!({
            "id": "<key_…>", "name": "Invoices", "clientId": "<svc_…>", "clientSecret": "<lk_svc_…>", "scopes": ["introspect", "verify"],
            "audiences": [], "createdAt": "<time>"
        });
        let line = format!("POST {accounts}");
        let made = exchange(app, &line).bearer(&access).json(&service).answers(201, data(made)).await;
        let (id, client, secret) = (text(&made, "/data/id"), text(&made, "/data/clientId"), text(&made, "/data/clientSecret"));

        let given = |scope: &str| json!({ "accessToken": "<JWT>", "tokenType": "Bearer", "expiresIn": 900, "scope": scope });
        let body = json!({ "clientId": client, "clientSecret": secret });
        let whole = exchange(app, "POST /v1/auth/token").json(&body).answers(200, given("introspect verify")).await;
        let body = json!({ "clientId": client, "clientSecret": secret, "scope": "verify" });
        exchange(app, "POST /v1/auth/token").json(&body).answers(200, given("verify")).await;
        let fields = [("grant_type", "client_credentials"), ("client_id", client.as_str()), ("client_secret", secret.as_str())];
        exchange(app, "POST /v1/auth/token").form(&fields).answers(200, given("introspect verify")).await;
        let body = json!({ "clientId": client, "clientSecret": "lk_svc_wrong" });
        exchange(app, "POST /v1/auth/token").json(&body).answers(401, error("AUTH_002")).await;

        let token = text(&whole, "/accessToken");
        assert!(is_good(app, &token).await);
        exchange(app, &format!("DELETE {accounts}/{id}")).bearer(&access).answers_nothing().await;
        exchange(app, "GET /v1/me").bearer(&token).answers(401, error("AUTH_002")).await;
        let body = json!({ "clientId": client, "clientSecret": secret });
        exchange(app, "POST /v1/auth/token").json(&body).answers(401, error("AUTH_002")).await;
    }
}
