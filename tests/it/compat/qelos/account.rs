//! Signing up, staying signed in, signing out, and what a person changes about themselves.

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;
use serde_json::{Value, json};

use super::{ask, call, oauth, refusal, text};
use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser, PASSWORD};

const JSON: (&str, &str) = ("content-type", "application/json");

/// A browser that is signed in by a script.
async fn browser<'a>(app: &'a TestApp, email: &str) -> Browser<'a> {
    let browser = app.browser();
    let body = json!({ "username": email, "password": PASSWORD }).to_string();
    assert_eq!(browser.send("POST", "/api/signin", &[JSON], body).await.status, 200);
    browser
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    call(app, token, "POST", "/api/token/refresh", Value::Null).await
}

served! {
    async fn whoever_signs_up_confirms_their_address_and_then_signs_in(app: &TestApp) {
        let wanted = json!({ "username": "jose@example.com", "password": PASSWORD, "firstName": "José", "lastName": "O'Brien-Smith",
                             "birthDate": "1961-02-03", "phone": "+49 30 1234", "authType": "oauth", "roles": ["admin"], "is_admin": true });
        let made = ask(app, "POST", "/api/signup", &[], &wanted).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let told = made.json();
        let id = text(&told["payload"]["user"]["_id"]);
        let user = json!({ "_id": id, "username": "jose@example.com", "email": "jose@example.com", "name": "José O'Brien-Smith",
                           "fullName": "José O'Brien-Smith", "firstName": "José", "lastName": "O'Brien-Smith", "roles": ["user"] });
        assert_eq!(told["payload"], json!({ "user": user }));
        assert!(!made.headers.contains_key("set-cookie"), "it signs nobody in");
        let (link, _) = app.confirmation("jose@example.com").await;
        assert_eq!(app.browser().submit(&link, &link, &[]).await.status, 200);
        let (token, _) = oauth(app, "jose@example.com").await;
        let me = call(app, &token, "GET", "/api/me", Value::Null).await.json();
        assert_eq!((&me["_id"], &me["phone"], &me["birthDate"]), (&json!(id), &json!("+49 30 1234"), &json!("1961-02-03")));
        assert_eq!((&me["firstName"], &me["roles"]), (&json!("José"), &json!(["user"])));
    }

    async fn r15_a_sign_up_tells_nobody_who_has_an_account(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let mut answers = Vec::new();
        for username in ["ann@example.com", "bob@example.com"] {
            for auth_type in [Value::Null, json!("oauth")] {
                let wanted = json!({ "username": username, "password": PASSWORD, "firstName": "A", "lastName": "B", "authType": auth_type });
                let made = ask(app, "POST", "/api/signup", &[], &wanted).await;
                let mut told = made.json();
                assert!(text(&told["payload"]["user"]["_id"]).starts_with("usr_"));
                told["payload"]["user"]["_id"] = Value::Null;
                answers.push((made.status, told.to_string().replace(username, "…"), made.headers.contains_key("set-cookie")));
            }
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(app.mails_to("ann@example.com").await.len(), 2, "its owner hears of both");
    }

    async fn what_is_no_sign_up_makes_no_account(app: &TestApp) {
        let before = app.state_and_log().await;
        let good = json!({ "username": "ann@example.com", "password": PASSWORD, "firstName": "Ann", "lastName": "Lee" });
        for (name, value, status) in [
            ("username", json!({ "$gt": "" }), 400),
            ("username", Value::Null, 400),
            ("username", json!("ann"), 422),
            ("email", json!("other@example.com"), 422),
            ("email", json!(7), 400),
            ("password", json!(12), 400),
            ("password", json!("short"), 422),
            ("firstName", json!(["Ann"]), 400),
            ("lastName", json!("a\u{0}b"), 422),
            ("fullName", json!("x".repeat(101)), 422),
            ("profileImage", json!("javascript:alert(1)"), 422),
            ("metadata", json!("x"), 400),
            ("metadata", json!({ "x": "y".repeat(5_000) }), 422),
            ("authType", json!(false), 400),
        ] {
            let mut wanted = good.clone();
            wanted[name] = value;
            let (got, told) = refusal(&ask(app, "POST", "/api/signup", &[], &wanted).await);
            assert!(got == status && told.starts_with(name), "{name}: {got} {told}");
        }
        assert_eq!(refusal(&app.send("POST", "/api/signup", &[JSON], "").await).0, 400);
        assert_eq!(refusal(&app.send("POST", "/api/signup", &[JSON], "x".repeat(1_000_000)).await).0, 413);
        let name = json!({ "username": "bob@example.com", "password": PASSWORD, "firstName": "a".repeat(30) + "!", "lastName": "" });
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(ask(app, "POST", "/api/signup", &[], &name).await.status, 200, "thirty letters are a name");
    }

    async fn five_refreshes_at_once_get_one_successor_and_old_access_tokens_live_on(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let (access, first) = oauth(app, "ann@example.com").await;
        let five = futures_util::future::join_all((0..5).map(|_| refresh(app, &first))).await;
        let successors: Vec<String> = five.iter().map(|answer| text(&answer.json()["payload"]["refreshToken"])).collect();
        assert!(successors.iter().all(|next| *next == successors[0] && *next != first), "{successors:?}");
        for answer in &five {
            assert_eq!(answer.json()["payload"]["user"]["username"], "ann@example.com");
            let token = text(&answer.json()["payload"]["token"]);
            assert_eq!(call(app, &token, "GET", "/api/me", Value::Null).await.status, 200);
        }
        assert_eq!(call(app, &access, "GET", "/api/me", Value::Null).await.status, 200, "and so does the one before");
        app.clock.advance(Span::minutes(16));
        assert_eq!(refusal(&call(app, &access, "GET", "/api/me", Value::Null).await).0, 401, "until its own end");

        assert_eq!(refresh(app, &successors[0]).await.status, 200);
        assert_eq!(refusal(&refresh(app, &first).await).0, 401, "the first is in two hands now");
        for wrong in ["lk_rft_nonsense", access.as_str()] {
            assert_eq!(refusal(&refresh(app, wrong).await).0, 401);
        }
        assert_eq!(refusal(&ask(app, "POST", "/api/token/refresh", &[JSON], &Value::Null).await).0, 401);
    }

    async fn signing_out_ends_the_session_at_once_by_token_and_by_cookie(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let (access, refresh_token) = oauth(app, "ann@example.com").await;
        let out = call(app, &access, "POST", "/api/logout", Value::Null).await;
        assert_eq!((out.status, out.json()), (200, json!({ "message": "You are signed out." })));
        assert_eq!(call(app, &access, "GET", "/api/me", Value::Null).await.status, 401);
        assert_eq!(refresh(app, &refresh_token).await.status, 401);
        assert_eq!(refusal(&call(app, &access, "POST", "/api/logout", Value::Null).await).0, 401);

        let ann = browser(app, "ann@example.com").await;
        let (copied, before) = (ann.cookie("sid").expect("a cookie"), app.state().await);
        let foreign = ann.send("POST", "/api/logout", &[("sec-fetch-site", "cross-site")], String::new()).await;
        assert_eq!((refusal(&foreign).0, app.state().await), (403, before));
        let out = ann.send("POST", "/api/logout", &[], String::new()).await;
        assert_eq!((out.status, ann.cookie("sid")), (200, None));
        let thief = app.browser();
        thief.set_cookie("sid", &copied);
        assert_eq!(refusal(&thief.get("/api/me").await).0, 401);
        assert_eq!(thief.send("POST", "/api/logout", &[], String::new()).await.status, 200, "again is no error");
    }

    async fn r36_a_cookie_changes_nothing_for_a_page_of_another_site(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let ann = browser(app, "ann@example.com").await;
        let before = app.state_and_log().await;
        let body = || json!({ "firstName": "Mallory" }).to_string();
        for headers in [
            &[JSON, ("sec-fetch-site", "cross-site")][..],
            &[JSON, ("sec-fetch-site", "same-site")],
            &[JSON, ("origin", "https://evil.example")],
            &[JSON, ("origin", "null")],
            &[JSON, ("referer", "https://evil.example/")],
            &[("content-type", "text/plain")],
            &[],
        ] {
            let answer = ann.send("POST", "/api/me", headers, body()).await;
            assert_eq!(refusal(&answer).0, 403, "{headers:?}");
        }
        let own = ann.send("POST", "/api/me", &[("content-type", "text/plain"), ("sec-fetch-site", "same-origin")], body()).await;
        assert_eq!(refusal(&own).0, 415);
        assert_eq!(app.state_and_log().await, before);
        let here = app.url("");
        for headers in [&[JSON, ("sec-fetch-site", "same-origin")][..], &[JSON, ("origin", here.as_str())], &[JSON]] {
            assert_eq!(ann.send("POST", "/api/me", headers, body()).await.status, 200, "{headers:?}");
        }
    }

    async fn a_person_changes_what_they_say_of_themselves(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let (token, _) = oauth(app, "ann@example.com").await;
        let wanted = json!({ "firstName": "Ann", "lastName": "Lee", "phone": "123", "profileImage": "https://example.com/a.png",
                             "metadata": { "a": 1, "b": 2 }, "email": "Ann@example.com", "roles": ["admin"] });
        let now = call(app, &token, "POST", "/api/me", wanted).await;
        assert_eq!(now.status, 200, "{}", now.body);
        let now = call(app, &token, "POST", "/api/me", json!({ "metadata": { "a": null, "c": 3 }, "phone": "" })).await.json();
        assert_eq!((&now["fullName"], &now["phone"], &now["metadata"]), (&json!("Ann Lee"), &Value::Null, &json!({ "b": 2, "c": 3 })));
        assert_eq!((&now["roles"], &now["profileImage"]), (&json!(["user"]), &json!("https://example.com/a.png")));
        assert_eq!(call(app, &token, "GET", "/api/me", Value::Null).await.json(), now);
        let before = app.state_and_log().await;
        for (name, value, status) in
            [("firstName", json!(5), 400), ("phone", json!("x".repeat(200)), 422), ("email", json!("nobody"), 422), ("password", json!("short"), 422)]
        {
            assert_eq!(refusal(&call(app, &token, "POST", "/api/me", json!({ name: value, "lastName": "Changed" })).await).0, status);
        }
        assert_eq!(app.state_and_log().await, before, "a change that is wrong in one thing changes none");
    }

    async fn r09_a_new_password_needs_a_fresh_session_and_ends_the_others(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let ann = browser(app, "ann@example.com").await;
        let (token, refresh_token) = oauth(app, "ann@example.com").await;
        let new = json!({ "password": "another-anchor-sings-43" });
        app.clock.advance(Span::minutes(11));
        let before = app.state().await;
        let stale = call(app, &token, "POST", "/api/me", new.clone()).await;
        assert_eq!(refusal(&stale), (403, "This needs your password again. Sign in anew, or send it as currentPassword.".to_owned()));
        let mut wrong = new.clone();
        wrong["currentPassword"] = json!("not-the-password");
        assert_eq!(refusal(&call(app, &token, "POST", "/api/me", wrong).await).0, 403);
        assert_eq!(app.state().await, before);

        let mut right = new.clone();
        right["currentPassword"] = json!(PASSWORD);
        let old = ann.cookie("sid");
        let changed = ann.send("POST", "/api/me", &[JSON, ("sec-fetch-site", "same-origin")], right.to_string()).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_ne!(ann.cookie("sid"), old, "whoever copied the cookie is signed out, too");
        assert_eq!(ann.get("/api/me").await.status, 200);
        assert_eq!(call(app, &token, "GET", "/api/me", Value::Null).await.status, 401);
        assert_eq!(refresh(app, &refresh_token).await.status, 401);
        let body = json!({ "username": "ann@example.com", "password": "another-anchor-sings-43", "authType": "oauth" });
        let entered = ask(app, "POST", "/api/signin", &[], &body).await.json();
        let token = text(&entered["payload"]["token"]);
        let again = json!({ "password": "a-third-anchor-sings-44" });
        assert_eq!(call(app, &token, "POST", "/api/me", again).await.status, 200, "a session that has just begun is fresh");
        assert_eq!(call(app, &token, "GET", "/api/me", Value::Null).await.status, 200, "and goes on");
        assert_eq!(ann.get("/api/me").await.status, 401);
        assert_eq!(app.mails_to("ann@example.com").await.iter().filter(|mail| mail.contains("Password changed")).count(), 2);
    }

    async fn r54_another_address_waits_for_its_confirmation(app: &TestApp) {
        app.account("ann@example.com", Roles::user()).await;
        let (token, _) = oauth(app, "ann@example.com").await;
        let asked = call(app, &token, "POST", "/api/me", json!({ "email": "ann@new.example" })).await;
        assert_eq!((asked.status, &asked.json()["email"]), (200, &json!("ann@example.com")));
        let mails = app.mails_to("ann@new.example").await;
        assert_eq!(mails.len(), 1);
        let link = crate::support::letter::link(&mails[0], "/confirm-address/");
        assert_eq!(app.browser().submit(&link, &link, &[]).await.status, 200);
        assert_eq!(call(app, &token, "GET", "/api/me", Value::Null).await.json()["username"], "ann@new.example");
    }
}
