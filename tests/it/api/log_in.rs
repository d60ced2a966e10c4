//! `POST /v1/auth/login` and `/logout`: sessions of programs.

use latchkey::base::time::{Clock, Span};
use latchkey::domain::accounts::Roles;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::{Answer, PASSWORD};
use crate::support::authenticator::{Authenticator, recovery_codes};
use crate::{both, served};

const ANNA: &str = "anna@example.com";
const LOGIN: &str = "/v1/auth/login";

async fn log_in(app: &TestApp, body: &Value) -> Answer {
    app.send("POST", LOGIN, &[("content-type", "application/json"), ("user-agent", "deploy/1")], body.to_string()).await
}

/// What an answer tells, apart from what differs each time.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let headers = answer.headers.iter().filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()));
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    headers.sort();
    (answer.status, headers, answer.json()["error"].clone())
}

served! {
    async fn a_password_gives_a_session_that_knows_its_person_and_ends_with_sign_out(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let answer = log_in(app, &json!({ "email": "Anna@Example.com", "password": PASSWORD })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let session = answer.json()["data"].clone();
        assert_eq!(session["expiresAt"], "2026-11-23T09:00:00.000Z");
        assert_eq!((&session["user"]["email"], &session["user"]["plan"]), (&json!(ANNA), &json!("free")));
        assert!(!answer.headers.contains_key("set-cookie"));
        let token = session["token"].as_str().expect("a token");
        let parts: Vec<&str> = token.split('.').collect();
        assert!(parts.len() == 3 && parts[2].len() == 86, "{token}");
        let bearer = app.bearer(token);
        let me = bearer.get("/v1/me").await;
        assert_eq!((&me.json()["data"]["email"], &me.json()["data"]["credential"]), (&json!(ANNA), &Value::Null), "{}", me.body);
        assert_eq!((me.header("x-ratelimit-limit"), me.header("x-ratelimit-remaining")), ("1000", "999"));
        assert_eq!(me.json()["data"]["id"], session["user"]["id"]);
        let everything = crate::support::rows::everything(&app.app().ctx.db).await;
        assert!(!everything.contains(parts[2]), "nothing of it is kept");
        let out = bearer.post("/v1/auth/logout", &json!({})).await;
        assert_eq!((out.status, out.body.as_str()), (204, ""));
        let dead = bearer.get("/v1/me").await;
        assert_eq!((dead.status, dead.code().as_str()), (401, "AUTH_002"));
        assert!(dead.header("www-authenticate").contains("error=\"invalid_token\""));
        assert_eq!(bearer.post("/v1/auth/logout", &json!({})).await.code(), "AUTH_002");
    }

    async fn r28_a_session_of_a_program_ends_after_a_day_however_much_it_is_used(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let token = app.log_in(ANNA).await;
        for _ in 0..23 {
            app.clock.advance(Span::hours(1));
            assert_eq!(app.bearer(&token).get("/v1/me").await.status, 200);
        }
        app.clock.advance(Span::minutes(59));
        assert_eq!(app.bearer(&token).get("/v1/me").await.status, 200);
        app.clock.advance(Span::minutes(1));
        assert_eq!(app.bearer(&token).get("/v1/me").await.code(), "AUTH_002");
        app.clock.advance(Span::hours(-2));
        assert_eq!(app.browser().get("/profile").await.status, 303);
    }

    async fn r17_every_refusal_of_a_password_looks_the_same(app: &TestApp) {
        for email in [ANNA, "suspended@example.com"] {
            app.account(email, Roles::user()).await;
        }
        app.suspend("suspended@example.com").await;
        let before = app.state().await;
        let long = "x".repeat(4_000);
        let mut all = Vec::new();
        for (email, password) in [
            ("nobody@example.com", PASSWORD),
            (ANNA, "not the password"),
            ("suspended@example.com", PASSWORD),
            ("no address at all", PASSWORD),
            (ANNA, ""),
            (ANNA, long.as_str()),
            ("", ""),
        ] {
            let answer = log_in(app, &json!({ "email": email, "password": password, "totp": "123456" })).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "AUTH_006"), "{email}: {}", answer.body);
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"latchkey\"");
            all.push(told(&answer));
        }
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        assert_eq!(app.state().await, before);
    }

    async fn r20_the_page_and_the_api_count_on_one_counter(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        for email in [ANNA, "ANNA@example.com", " anna@EXAMPLE.com "] {
            assert_eq!(log_in(app, &json!({ "email": email, "password": "wrong" })).await.code(), "AUTH_006");
        }
        for _ in 0..2 {
            let browser = app.browser();
            let form = [("email", ANNA), ("password", "wrong")];
            assert_eq!(browser.submit("/sign-in", "/sign-in", &form).await.status, 401);
        }
        let limited = log_in(app, &json!({ "email": ANNA, "password": PASSWORD })).await;
        assert_eq!((limited.status, limited.code().as_str(), limited.header("retry-after")), (429, "RATE_001", "2"));
        assert_eq!(app.browser().sign_in(ANNA).await.status, 429);
        app.clock.advance(Span::seconds(2));
        assert_eq!(log_in(app, &json!({ "email": ANNA, "password": PASSWORD })).await.status, 200);
    }

    async fn r60_whoever_has_a_second_factor_shows_it_in_the_same_request(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let phone = Authenticator::set_up(&browser).await;
        let codes = recovery_codes(&browser).await;
        app.clock.advance(Span::seconds(90));
        let before = app.state().await;
        let half = log_in(app, &json!({ "email": ANNA, "password": PASSWORD })).await;
        assert_eq!((half.status, half.code().as_str()), (401, "AUTH_007"), "{}", half.body);
        assert_eq!(half.json()["error"]["details"]["reason"], "missing");
        let wrong = phone.wrong_code(app.clock.now());
        let refused = log_in(app, &json!({ "email": ANNA, "password": PASSWORD, "totp": wrong })).await;
        assert_eq!((refused.code().as_str(), &refused.json()["error"]["details"]["reason"]), ("AUTH_007", &json!("wrong")));
        let both = log_in(app, &json!({ "email": ANNA, "password": "wrong", "totp": phone.code(app.clock.now()) })).await;
        assert_eq!(both.code(), "AUTH_006", "a code without the password is worth nothing");
        assert_eq!(app.state().await, before, "no session, not even half of one");
        let code = phone.code(app.clock.now());
        let good = json!({ "email": ANNA, "password": PASSWORD, "totp": code });
        assert_eq!(log_in(app, &good).await.status, 200);
        assert_eq!(log_in(app, &good).await.code(), "AUTH_007", "a code is good once");
        let recovered = log_in(app, &json!({ "email": ANNA, "password": PASSWORD, "totp": codes[0] })).await;
        assert_eq!(recovered.status, 200, "{}", recovered.body);
        assert_eq!(app.rows("SELECT factor FROM sessions WHERE kind = 'api' ORDER BY factor").await, ["recovery_code", "totp"]);
    }

    async fn r24_a_program_that_is_new_is_mailed_of_and_one_that_is_known_is_not(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        app.browser().sign_in(ANNA).await;
        let mails = app.mails_to(ANNA).await.len();
        for _ in 0..3 {
            assert_eq!(log_in(app, &json!({ "email": ANNA, "password": PASSWORD })).await.status, 200);
        }
        assert_eq!(app.mails_to(ANNA).await.len(), mails + 1);
    }

    async fn r27_a_cookie_is_no_session_token_and_a_session_token_no_cookie(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let (browser, token) = (app.browser(), app.log_in(ANNA).await);
        browser.sign_in(ANNA).await;
        let cookie = browser.cookie("sid").expect("a session");
        assert_eq!(browser.get("/v1/me").await.code(), "AUTH_001", "the cookie says nothing at /v1");
        assert_eq!(app.bearer(&cookie).get("/v1/me").await.status, 401);
        let thief = app.browser();
        thief.set_cookie("sid", &token);
        assert_eq!(thief.get("/profile").await.status, 303);
        assert_eq!(app.send("GET", "/profile", &[("authorization", &format!("Bearer {token}"))], "").await.status, 303);
        let bad = [("authorization", "Bearer lk_pat_bad"), ("cookie", &format!("sid={cookie}"))];
        assert_eq!(app.send("GET", "/v1/me", &bad, "").await.code(), "AUTH_002", "a good cookie rescues nothing");
        assert_eq!(app.anon("GET", &format!("/v1/me?access_token={token}")).await.code(), "AUTH_001");
    }

    async fn r30_suspension_and_a_new_password_end_the_sessions_of_programs(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let (first, browser) = (app.log_in(ANNA).await, app.browser());
        browser.sign_in(ANNA).await;
        let change = [("current", PASSWORD), ("new", "copper-lantern-drifts-77")];
        assert_eq!(browser.submit("/profile/security", "/profile/security/password", &change).await.status, 303);
        assert_eq!(app.bearer(&first).get("/v1/me").await.code(), "AUTH_002");
        app.account("bob@example.com", Roles::user()).await;
        let second = app.log_in("bob@example.com").await;
        app.suspend("bob@example.com").await;
        assert_eq!(app.bearer(&second).get("/v1/me").await.code(), "AUTH_002");
    }
}

both! {
    async fn a_password_gives_a_session_while_time_goes_on(db: &TestDb) {
        let app = TestApp::start_at(db, &[], Clock::system()).await;
        app.account(ANNA, Roles::user()).await;
        for _ in 0..3 {
            let answer = log_in(&app, &json!({ "email": ANNA, "password": PASSWORD })).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let token = answer.json()["data"]["token"].as_str().expect("a token").to_owned();
            assert_eq!(app.bearer(&token).get("/v1/me").await.status, 200);
        }
        app.stop().await;
    }
}
