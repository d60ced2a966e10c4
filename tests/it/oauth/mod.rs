//! OAuth 2: what is said of it, and what it does.

mod bought;
mod classes;
mod corpus;
mod derive;
mod held;
mod introspect;
mod metadata;
mod refresh;
mod service;

pub use bought::service_account;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey::domain::accounts::Roles;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::{Answer, PASSWORD};

pub const ANNA: &str = "anna@example.com";

/// Asks `/v1/auth/token`.
pub async fn ask(app: &TestApp, body: &Value) -> Answer {
    app.send("POST", "/v1/auth/token", &[("content-type", "application/json")], body.to_string()).await
}

/// Asks `/v1/auth/refresh`.
pub async fn renew(app: &TestApp, refresh: &str) -> Answer {
    let body = json!({ "refreshToken": refresh }).to_string();
    app.send("POST", "/v1/auth/refresh", &[("content-type", "application/json")], body).await
}

/// Asks `/oauth2/token` with a form.
pub async fn form(app: &TestApp, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut headers = headers.to_vec();
    headers.push(("content-type", "application/x-www-form-urlencoded"));
    app.send("POST", "/oauth2/token", &headers, body).await
}

/// Signs Anna in, whose account is made where it is not there, and gives access and refresh token.
pub async fn pair(app: &TestApp) -> (String, String) {
    if app.rows("SELECT id FROM accounts WHERE email_key = 'anna@example.com'").await.is_empty() {
        app.account(ANNA, Roles::user()).await;
    }
    let answer = ask(app, &json!({ "email": ANNA, "password": PASSWORD })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    both(&answer)
}

/// The two tokens of an answer of `/v1`.
pub fn both(answer: &Answer) -> (String, String) {
    let body = answer.json();
    let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name}: {}", answer.body)).to_owned();
    (text("accessToken"), text("refreshToken"))
}

/// What a token says.
pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("a JWT has three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}
