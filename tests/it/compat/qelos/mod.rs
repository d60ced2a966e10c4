//! The Qelos door, as its contract has it.

mod account;
mod configuration;
mod invites;
mod people;
mod tokens;
mod users;
mod workspaces;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::{Answer, PASSWORD};

/// A request with a JSON body, or without one where it is null.
pub async fn ask(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut headers = headers.to_vec();
    if body.is_null() {
        return app.send(method, path, &headers, "").await;
    }
    headers.push(("content-type", "application/json"));
    app.send(method, path, &headers, body.to_string()).await
}

/// With a token, as the SDK sends what a password bought.
pub async fn call(app: &TestApp, token: &str, method: &str, path: &str, body: Value) -> Answer {
    ask(app, method, path, &[("authorization", &format!("Bearer {token}"))], &body).await
}

/// The access token and the refresh token of somebody who has an account.
pub async fn oauth(app: &TestApp, email: &str) -> (String, String) {
    let body = json!({ "username": email, "password": PASSWORD, "authType": "oauth" });
    let answer = ask(app, "POST", "/api/signin", &[], &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let payload = &answer.json()["payload"];
    (text(&payload["token"]), text(&payload["refreshToken"]))
}

/// A text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The status, and what the body says went wrong, in both of its places.
#[track_caller]
pub fn refusal(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    assert_eq!(body["message"], body["error"]["message"], "{body}");
    assert!(body["error"]["code"].is_string(), "{body}");
    assert_eq!(answer.header("x-api-version"), "v1", "{body}");
    assert_eq!(answer.header("content-type"), "application/json", "{body}");
    (answer.status, text(&body["message"]))
}
