//! Bad input: told in this door's shape, with the right status, and without any effect.

use serde_json::{Value, json};

use super::client::{Client, credentials, refusal};
use super::{service_account, tenant};
use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, PASSWORD};

const JSON: (&str, &str) = ("content-type", "application/json");
const CALLS: [&str; 5] =
    ["/auth/login", "/auth/token/refresh", "/auth/token/revoke", "/auth/service-token", "/billing/v1/sdk/activate"];
const UUID: &str = "01890a5d-1c2b-7d3e-8f90-a1b2c3d4e5f6";

async fn post(app: &TestApp, path: &str, secret: &str, body: impl Into<reqwest::Body>) -> Answer {
    app.send("POST", path, &[JSON, ("x-api-key", secret)], body).await
}

#[track_caller]
fn is(answer: &Answer, status: u16, word: &str) {
    assert_eq!(refusal(answer), (status, word.to_owned()), "{}", answer.body);
}

served! {
    async fn r111_bodies_that_cannot_be_read_are_400_413_or_415_at_every_call(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let service = service_account(app, &acme.member, "Billing").await;
        let before = app.state_and_log().await;
        for path in CALLS {
            let secret = if path == "/auth/service-token" { service.secret.reveal() } else { acme.key.secret.reveal() };
            for body in ["", "{", "[]", "1", "null", "\"x\"", r#"{"a":1,"a":1}"#, "{\"a\":\"\u{0}\"}", "\u{feff}{}", "{}"] {
                is(&post(app, path, secret, body).await, 400, "BAD_REQUEST");
            }
            let deep = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
            is(&post(app, path, secret, deep).await, 400, "BAD_REQUEST");
            is(&post(app, path, secret, "x".repeat(1_000_000)).await, 413, "PAYLOAD_TOO_LARGE");
            let text = [("content-type", "text/plain"), ("x-api-key", secret)];
            is(&app.send("POST", path, &text, "{}").await, 415, "UNSUPPORTED_MEDIA_TYPE");
            let wrong = app.send("PUT", path, &[JSON], "{}").await;
            is(&wrong, 405, "METHOD_NOT_ALLOWED");
            assert_eq!(wrong.header("allow"), "POST", "{path}");
        }
        for nowhere in ["/auth", "/auth/", "/auth/nothing", "/auth/token", "/billing", "/billing/v1/sdk"] {
            is(&app.anon("GET", nowhere).await, 404, "NOT_FOUND");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn fields_of_a_wrong_kind_are_400_and_named(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let service = service_account(app, &acme.member, "Billing").await;
        let (key, secret) = (acme.key.secret.reveal(), service.secret.reveal());
        let whole = credentials("acme@example.com", PASSWORD, &acme.id());
        let id = service.account.id.uuid().to_string();
        let before = app.state_and_log().await;
        let odd = [json!(5), json!(true), json!([]), json!({}), json!("x".repeat(5_000))];
        let login = |name: &str, value: &Value| {
            let mut body = whole.clone();
            body[name] = value.clone();
            body
        };
        for value in &odd {
            for name in ["email", "password", "tenantId", "totp", "audience"] {
                let answer = post(app, "/auth/login", "", login(name, value).to_string()).await;
                is(&answer, 400, "BAD_REQUEST");
                assert!(answer.json()["message"].as_str().is_some_and(|told| told.starts_with(name)), "{}", answer.body);
            }
            for (path, secret, body) in [
                ("/auth/token/refresh", "", json!({ "refreshToken": value })),
                ("/auth/token/revoke", "", json!({ "refreshToken": value })),
                ("/auth/token/revoke", "", json!({ "tokenId": value })),
                ("/auth/token/revoke", "", json!({ "refreshToken": "x", "reason": value })),
                ("/auth/service-token", secret, json!({ "serviceId": value })),
                ("/auth/service-token", secret, json!({ "serviceId": id, "audience": value })),
                ("/billing/v1/sdk/activate", key, json!({ "sdkId": value, "sdkVersion": "1", "runtime": "x" })),
                ("/billing/v1/sdk/activate", key, json!({ "sdkId": "x", "sdkVersion": value, "runtime": "x" })),
                ("/billing/v1/sdk/activate", key, json!({ "sdkId": "x", "sdkVersion": "1", "runtime": value })),
            ] {
                is(&post(app, path, secret, body.to_string()).await, 400, "BAD_REQUEST");
            }
        }
        for id in ["", "x", &UUID.replace('-', ""), &format!("{{{UUID}}}"), "usr_01890a5d1c2b7d3e8f90a1b2c3d4e5f6", "../..", "'--"] {
            is(&post(app, "/auth/login", "", login("tenantId", &json!(id)).to_string()).await, 400, "BAD_REQUEST");
            is(&post(app, "/auth/token/revoke", "", json!({ "tokenId": id }).to_string()).await, 400, "BAD_REQUEST");
            is(&post(app, "/auth/service-token", secret, json!({ "serviceId": id }).to_string()).await, 400, "BAD_REQUEST");
        }
        for both in [json!({ "reason": "x" }), json!({ "refreshToken": "x", "tokenId": UUID })] {
            is(&post(app, "/auth/token/revoke", "", both.to_string()).await, 400, "BAD_REQUEST");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn nothing_is_read_of_a_body_before_it_is_certain_who_asks(app: &TestApp) {
        tenant(app, "acme").await;
        let huge = || "x".repeat(1_000_000);
        is(&post(app, "/auth/service-token", "lk_svc_garbage", huge()).await, 401, "UNAUTHORIZED");
        let inactive = post(app, "/billing/v1/sdk/activate", "lk_sec_live_garbage", huge()).await;
        assert_eq!((inactive.status, inactive.json()["code"].as_str()), (401, Some("INVALID_API_KEY")));
        let nobody = app.send("POST", "/auth/service-token", &[JSON], huge()).await;
        is(&nobody, 401, "UNAUTHORIZED");
        assert!(nobody.header("www-authenticate").starts_with("Bearer"));
    }

    async fn two_credentials_are_none_and_no_cookie_rescues_a_bad_one(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let (key, bearer) = (acme.key.secret.reveal(), format!("Bearer {}", acme.key.secret.reveal()));
        let browser = app.browser();
        browser.sign_in("acme@example.com").await;
        let body = r#"{"sdkId":"x","sdkVersion":"1","runtime":"x"}"#;
        let path = "/billing/v1/sdk/activate";
        is(&app.send("POST", path, &[JSON, ("authorization", &bearer), ("x-api-key", "other")], body).await, 400, "BAD_REQUEST");
        assert_eq!(app.send("POST", path, &[JSON, ("authorization", &bearer), ("x-api-key", key)], body).await.status, 200);
        for headers in [vec![JSON], vec![JSON, ("x-api-key", "lk_sec_live_garbage")]] {
            let refused = browser.send("POST", path, &headers, body.to_owned()).await;
            assert_eq!((refused.status, refused.json()["code"].as_str()), (401, Some("INVALID_API_KEY")));
        }
        let revoke = json!({ "tokenId": UUID }).to_string();
        is(&browser.send("POST", "/auth/token/revoke", &[JSON], revoke).await, 401, "UNAUTHORIZED");
    }

    async fn what_nobody_asks_for_is_passed_by(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let mut body = credentials(" ACME@Example.com ", PASSWORD, &acme.id().to_uppercase());
        body["device"] = json!({ "name": "José O'Brien-Smith", "trusted": true });
        body["roles"] = json!(["admin"]);
        let pair = Client(app).login(body).await.expect("signed in");
        assert_eq!(pair.refresh().metadata.roles, ["owner"], "and nothing is gained by it");
        assert_eq!(app.anon("GET", "/auth/health?kid=x").await.json(), json!({ "status": "ok", "service": "latchkey" }));
        assert_eq!(app.anon("HEAD", "/auth/health").await.status, 200);
    }
}
