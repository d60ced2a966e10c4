//! Signing in, and who is calling.

use latchkey::domain::accounts::Roles;
use serde_json::{Value, json};

use super::{ask, call, oauth, refusal, text};
use crate::served;
use crate::support::app::PASSWORD;

served! {
    async fn both_beginnings_are_one_door_that_tells_its_version(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let (token, _) = oauth(app, "ann@example.com").await;
        for path in ["/api/me", "/api/v1/me"] {
            let answer = call(app, &token, "GET", path, Value::Null).await;
            assert_eq!((answer.status, answer.header("x-api-version")), (200, "v1"), "{path}");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("ratelimit-policy"), "\"account\";q=1000;w=60");
            assert!(answer.header("x-request-id").starts_with("req_"));
        }
        let bearer = format!("Bearer {token}");
        for (version, status) in [("v1", 200), ("V1", 200), ("v2", 400), ("", 400)] {
            let headers = [("authorization", bearer.as_str()), ("accept-version", version)];
            assert_eq!(app.send("GET", "/api/me", &headers, "").await.status, status, "{version}");
        }
        let nowhere = app.anon("GET", "/api/v1/blueprints").await;
        assert_eq!(refusal(&nowhere), (404, "There is nothing here. Check the path and the ids.".to_owned()));
        assert_eq!(refusal(&app.anon("DELETE", "/api/signin").await).0, 405);
        assert_eq!(refusal(&app.anon("GET", &format!("/api/me?{}", "x".repeat(5_000))).await).0, 414);
    }

    async fn a_cookie_or_tokens_and_the_same_person_behind_either(app: &TestApp) {
        let ann = app.user("ann@example.com").await;
        let wanted = json!({ "username": "Ann@Example.com", "password": PASSWORD, "roles": [], "color": 7 });
        let browser = app.browser();
        let entered = browser.send("POST", "/api/signin", &[("content-type", "application/json")], wanted.to_string()).await;
        let user = json!({ "_id": ann.id(), "username": "ann@example.com", "email": "ann@example.com", "name": "ann",
                           "fullName": "ann", "firstName": "ann", "lastName": "", "roles": ["user"] });
        assert_eq!((entered.status, entered.json()), (200, json!({ "payload": { "user": user } })));
        assert!(browser.cookie("sid").is_some() && browser.cookie("device").is_some());
        let me = browser.get("/api/me").await;
        let mut whole = user.clone();
        for (name, value) in
            [("phone", Value::Null), ("birthDate", Value::Null), ("profileImage", Value::Null), ("metadata", json!({})), ("workspace", Value::Null)]
        {
            whole[name] = value;
        }
        assert_eq!((me.status, me.json()), (200, whole.clone()));
        assert_eq!(browser.get("/profile").await.status, 200, "it is the session of the pages");

        let (token, refresh) = oauth(app, "ann@example.com").await;
        assert!(refresh.starts_with("lk_rft_"));
        assert_eq!(call(app, &token, "GET", "/api/me", Value::Null).await.json(), whole);
        let answer = browser.send("GET", "/api/me", &[("authorization", "Bearer lk_pat_none")], String::new()).await;
        assert_eq!(answer.status, 401, "no cookie rescues a bad credential");
    }

    async fn nobody_learns_what_was_wrong_with_address_and_password(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let before = app.rows("SELECT id FROM sessions").await;
        for (username, password) in [("ann@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("ann", PASSWORD)] {
            for auth_type in [Value::Null, json!("oauth")] {
                let body = json!({ "username": username, "password": password, "authType": auth_type });
                let answer = ask(app, "POST", "/api/signin", &[], &body).await;
                let told = answer.json();
                let sentence = "Email address and password do not match. Check both and try again.";
                assert_eq!(refusal(&answer), (401, sentence.to_owned()));
                assert_eq!(text(&told["errors"]["general"]["message"]), sentence);
                assert!(!answer.headers.contains_key("set-cookie"));
            }
        }
        assert_eq!(app.rows("SELECT id FROM sessions").await, before);
    }

    async fn what_is_no_sign_in_is_refused_before_anything_is_compared(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let before = app.state_and_log().await;
        for (body, named) in [
            (json!({ "username": { "$ne": null }, "password": PASSWORD }), "username"),
            (json!({ "username": 5, "password": PASSWORD }), "username"),
            (json!({ "password": PASSWORD }), "username"),
            (json!({ "username": "ann@example.com", "password": ["x"] }), "password"),
            (json!({ "username": "ann@example.com", "password": PASSWORD, "authType": 1 }), "authType"),
        ] {
            let (status, told) = refusal(&ask(app, "POST", "/api/signin", &[], &body).await);
            assert!(status == 400 && told.starts_with(named), "{status} {told}");
        }
        let json = ("content-type", "application/json");
        for (body, status) in [("", 400), ("[]", 400), ("{\"username\":", 400), ("{\"username\":\"a\",\"username\":\"b\"}", 400)] {
            assert_eq!(refusal(&app.send("POST", "/api/signin", &[json], body).await).0, status, "{body}");
        }
        assert_eq!(refusal(&app.send("POST", "/api/signin", &[json], "x".repeat(1_000_000)).await).0, 413);
        let body = json!({ "username": "ann@example.com", "password": PASSWORD });
        assert_eq!(refusal(&app.send("POST", "/api/signin", &[], body.to_string()).await).0, 415);
        let foreign = ask(app, "POST", "/api/signin", &[("origin", "https://evil.example")], &body).await;
        assert_eq!(refusal(&foreign).0, 403);
        assert_eq!(app.state_and_log().await, before);
    }
}
