//! Forms that another site sends, and bodies that are no forms.

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;
use serde_json::json;

use super::is_signed_in;
use crate::support::app::{Answer, Browser, PASSWORD, TestApp};
use crate::{both, served};

const EMAIL: &str = "anna@example.com";
const FORM: &str = "application/x-www-form-urlencoded";
const SITES: [Option<&str>; 5] = [Some("same-origin"), Some("none"), Some("same-site"), Some("cross-site"), None];

/// Sends a form with exactly these proofs.
async fn post(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)], proofs: &[(&str, Option<&str>)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut headers = vec![("content-type", FORM)];
    headers.extend(proofs.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
    browser.send("POST", path, &headers, body).await
}

/// What `Origin` and `Referer` may say, and whether it is us.
fn origins(app: &TestApp) -> Vec<(Option<String>, bool)> {
    let ours = app.url("");
    let other_port = format!("http://127.0.0.1:{}", app.address().port().wrapping_add(1));
    let wrong = ["https://evil.test", "null", "", "http://127.0.0.1", &other_port, &ours.replace("http:", "https:")];
    let mut all = vec![(Some(ours), true), (None, false)];
    all.extend(wrong.map(|origin| (Some(origin.to_owned()), false)));
    all
}

served! {
    async fn r34_exactly_the_allowed_combinations_of_proofs_pass(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let before_session = app.browser().get("/sign-in").await.field("form_token");
        let stranger = app.browser();
        stranger.sign_in(EMAIL).await;
        let of_stranger = stranger.get("/verify").await.field("form_token");
        let referer = format!("{}/verify", app.url(""));
        for site in SITES {
            for (origin, ours) in origins(app) {
                let browser = app.browser();
                browser.sign_in(EMAIL).await;
                let own = browser.get("/verify").await.field("form_token");
                let proofs = [("sec-fetch-site", site), ("origin", origin.as_deref()), ("referer", Some(referer.as_str()))];
                let from_here = match site {
                    Some(site) => matches!(site, "same-origin" | "none"),
                    None => ours || origin.is_none(),
                };
                let before = app.state().await;
                for token in ["", &of_stranger, &before_session, &own[1..], &own.to_lowercase(), "%%%"] {
                    let answer = post(&browser, "/sign-out", &[("form_token", token)], &proofs).await;
                    assert_eq!(answer.status, if from_here { 400 } else { 403 }, "{site:?} {origin:?} {token}");
                    assert!(answer.headers.get("clear-site-data").is_none(), "{site:?} {origin:?} {token}");
                }
                assert_eq!(app.state().await, before, "{site:?} {origin:?}");
                let answer = post(&browser, "/sign-out", &[("form_token", &own)], &proofs).await;
                assert_eq!(answer.status, if from_here { 303 } else { 403 }, "{site:?} {origin:?}");
                assert_eq!(is_signed_in(&browser).await, !from_here, "{site:?} {origin:?}");
                app.clock.advance(Span::seconds(3));
            }
        }
        assert!(is_signed_in(&stranger).await);
    }

    async fn r34_without_any_word_of_the_browser_a_form_is_refused(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let token = browser.get("/verify").await.field("form_token");
        let evil = format!("https://evil.test/?{}/", app.url(""));
        for referer in [None, Some("https://evil.test/"), Some(evil.as_str()), Some("/verify"), Some("")] {
            let answer = post(&browser, "/sign-out", &[("form_token", &token)], &[("referer", referer)]).await;
            assert_eq!((answer.status, answer.text_of("h1").as_str()), (403, "This form was not sent from here"), "{referer:?}");
        }
        assert!(is_signed_in(&browser).await);
    }

    async fn r34_every_form_that_changes_something_asks_for_both_proofs(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await.credential.id;
        let (browser, other) = (app.browser(), app.browser());
        browser.sign_in("root@example.com").await;
        other.sign_in("root@example.com").await;
        let own = browser.get("/profile").await.field("form_token");
        let stolen = other.get("/profile").await.field("form_token");
        let revoke = format!("/profile/tokens/{token}/revoke");
        let end = format!("/profile/sessions/{}/end", root.session());
        let before = app.state().await;
        for path in ["/sign-in", "/sign-out", "/sign-up", "/verify", "/profile/verify", "/profile/security/password", &end,
            "/profile/sessions/end-others", "/profile/tokens", "/profile/tokens/save", &revoke, "/admin/policy"]
        {
            for (token, site, status) in [("", "same-origin", 400), (&stolen, "same-origin", 400), (&own, "cross-site", 403)] {
                let answer = post(&browser, path, &[("form_token", token)], &[("sec-fetch-site", Some(site))]).await;
                assert_eq!(answer.status, status, "{path} {site}");
            }
        }
        assert_eq!(app.state().await, before);
        assert!(is_signed_in(&browser).await);
    }

    async fn r35_sign_in_and_sign_up_are_protected_before_there_is_a_session(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let before = app.state().await;
        let (browser, other) = (app.browser(), app.browser());
        let token = browser.get("/sign-in").await.field("form_token");
        let foreign = other.get("/sign-in").await.field("form_token");
        let setup = app.setup_url().expect("a setup link").replace(&app.url(""), "");
        for path in ["/sign-in", "/sign-up", "/verify", &setup] {
            for (token, site, status) in [(&token, "cross-site", 403), (&token, "same-site", 403), (&foreign, "same-origin", 400)] {
                let fields = [("email", EMAIL), ("password", PASSWORD), ("name", "A"), ("code", "123456"), ("form_token", token.as_str())];
                let answer = post(&browser, path, &fields, &[("sec-fetch-site", Some(site))]).await;
                assert_eq!(answer.status, status, "{path} {site}");
                assert!(browser.cookie("sid").is_none(), "{path} {site}");
            }
        }
        assert_eq!(app.state().await, before);
        assert_eq!(app.app().ctx.hasher.hashes_total(), 1, "nothing was hashed but for the account");
        let fields = [("email", EMAIL), ("password", PASSWORD), ("form_token", token.as_str())];
        let answer = post(&browser, "/sign-in", &fields, &[("sec-fetch-site", Some("same-origin"))]).await;
        assert_eq!((answer.status, browser.cookie("browser")), (303, None), "what the forms were bound to before is gone");
        let stale = post(&browser, "/sign-out", &[("form_token", &token)], &[("sec-fetch-site", Some("same-origin"))]).await;
        assert_eq!((stale.status, stale.text_of("h1").as_str()), (400, "This form has expired"));
        assert!(is_signed_in(&browser).await);
    }

    async fn what_is_no_form_is_not_read(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        let token = browser.get("/sign-in").await.field("form_token");
        let before = app.state().await;
        let form = format!("form_token={token}&email={EMAIL}&password={PASSWORD}");
        let twice = format!("{form}&email=eve@example.com");
        let huge = format!("{form}&x={}", "x".repeat(20_000));
        let json = json!({ "form_token": token, "email": EMAIL, "password": PASSWORD }).to_string();
        let tries = [
            ("application/json", &json, 400),
            ("text/plain", &form, 400),
            ("multipart/form-data; boundary=x", &form, 400),
            ("", &form, 400),
            (FORM, &twice, 400),
            (FORM, &huge, 413),
        ];
        for (kind, body, status) in tries {
            let headers = [("content-type", kind), ("sec-fetch-site", "same-origin")];
            let answer = browser.send("POST", "/sign-in", &headers, body.clone()).await;
            assert_eq!(answer.status, status, "{kind}");
            assert!(answer.header("content-type").starts_with("text/html") && browser.cookie("sid").is_none(), "{kind}");
        }
        assert_eq!(app.state().await, before);
    }
}

both! {
    async fn r36_the_api_takes_json_alone_and_never_a_cookie(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.admin("root@example.com").await;
        let person = app.user(EMAIL).await;
        let token = app.token(&person, "CI", &["verify"]).await;
        let bearer = format!("Bearer {}", token.secret.reveal());
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let before = app.state().await;
        let body = json!({ "token": token.secret.reveal() }).to_string();
        for path in ["/v1/verify", "/v1/tokens/revoke"] {
            let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
            let answer = browser.send("POST", path, &headers, body.clone()).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "AUTH_001"), "{path}: a cookie is no credential");
        }
        assert_eq!(browser.get("/v1/me").await.status, 401);
        for kind in ["text/plain", FORM, "multipart/form-data; boundary=x", "application/jsonp", ""] {
            let headers = [("content-type", kind), ("authorization", bearer.as_str())];
            assert_eq!(browser.send("POST", "/v1/verify", &headers, body.clone()).await.status, 415, "{kind}");
        }
        assert_eq!(app.state().await, before);
        app.stop().await;
    }
}
