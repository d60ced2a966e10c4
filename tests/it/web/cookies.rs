//! The cookie of a session: what it looks like, how long it is good for, and that nothing else is taken for one.

use std::collections::HashSet;

use latchkey::base::rng::Rng;
use latchkey::base::secret::base62_of_32;
use latchkey::base::time::Span;
use latchkey::config::Config;
use latchkey::domain::accounts::Roles;

use super::is_signed_in;
use crate::support::app::{Browser, PASSWORD, TestApp};
use crate::support::rows::{everything, rows};
use crate::{both, served};

const EMAIL: &str = "anna@example.com";

/// Somebody who is signed in.
async fn signed_in(app: &TestApp) -> Browser<'_> {
    let browser = app.browser();
    assert_eq!(browser.sign_in(EMAIL).await.status, 303);
    browser
}

/// Another browser, with a copy of somebody's cookie.
fn thief<'a>(app: &'a TestApp, cookie: &str) -> Browser<'a> {
    let browser = app.browser();
    browser.set_cookie("sid", cookie);
    browser
}

served! {
    async fn r25_a_session_key_is_random_and_kept_as_a_digest(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let keys: HashSet<String> = (0..10_000).map(|_| base62_of_32(&Rng::os().bytes32())).collect();
        assert!(keys.len() == 10_000 && keys.iter().all(|key| key.len() == 43), "256 bits each, none twice");
        let mut seen = HashSet::new();
        for _ in 0..20 {
            let browser = signed_in(app).await;
            let cookie = browser.cookie("sid").expect("a session");
            let key = &cookie[cookie.len() - 43..];
            assert!(key.bytes().all(|b| b.is_ascii_alphanumeric()), "{cookie}");
            assert!(seen.insert(key.to_owned()), "{cookie}");
        }
        let kept = everything(&app.app().ctx.db).await;
        assert!(seen.iter().all(|key| !kept.contains(key)));
        let digests = rows(&app.app().ctx.db, "SELECT key_digest FROM sessions").await;
        assert!(seen.iter().all(|key| digests.contains(&app.app().ctx.keys.digest(key).hex())), "{digests:?}");
    }

    async fn r27_a_session_key_is_never_taken_from_the_client_and_is_new_at_every_sign_in(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let chosen = base62_of_32(&[7; 32]);
        for offered in ["AAAA", &chosen, &format!("{}{chosen}", "A".repeat(44))] {
            let browser = thief(app, offered);
            assert_eq!(browser.sign_in(EMAIL).await.status, 303);
            let cookie = browser.cookie("sid").expect("a session");
            assert!(!cookie.ends_with(&offered[offered.len() - 4..]) && is_signed_in(&browser).await, "{offered}");
            assert!(!is_signed_in(&thief(app, offered)).await, "{offered}");
        }
        let browser = signed_in(app).await;
        let first = browser.cookie("sid").expect("a session");
        let page = browser.get("/verify").await;
        let again = browser.submit_from(&page, "/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(again.status, 303);
        let second = browser.cookie("sid").expect("a session");
        assert!(first != second && is_signed_in(&thief(app, &second)).await);
        assert!(!is_signed_in(&thief(app, &first)).await, "the session before it ended");
    }

    async fn r27_a_cookie_that_was_changed_is_no_session(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let cookie = signed_in(app).await.cookie("sid").expect("a session");
        let (start, key) = cookie.split_at(cookie.len() - 43);
        let swapped = format!("{start}{}", base62_of_32(&[7; 32]));
        let many = "A".repeat(4_000);
        for changed in [key, &swapped, &cookie[1..], &cookie[..cookie.len() - 1], &format!("{cookie}A"), "", "%00", &many] {
            let browser = thief(app, changed);
            assert!(!is_signed_in(&browser).await, "{changed}");
        }
        assert!(is_signed_in(&thief(app, &cookie)).await, "the cookie itself still is one");
    }

    async fn r28_a_session_ends_after_a_day_without_use_and_after_14_days(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let idle = signed_in(app).await;
        app.clock.advance(Span::seconds(86_399));
        assert!(is_signed_in(&idle).await);
        app.clock.advance(Span::seconds(86_399));
        assert!(is_signed_in(&idle).await, "each use begins the day again");
        app.clock.advance(Span::hours(24));
        assert!(!is_signed_in(&idle).await);
        assert_eq!(idle.submit("/sign-in", "/sign-out", &[]).await.header("location"), "/sign-in", "for changes too");

        let busy = signed_in(app).await;
        for _ in 0..27 {
            app.clock.advance(Span::hours(12));
            assert!(is_signed_in(&busy).await);
        }
        app.clock.advance(Span::seconds(43_199));
        assert!(is_signed_in(&busy).await);
        app.clock.advance(Span::seconds(1));
        assert!(!is_signed_in(&busy).await, "14 days are over");
    }

    async fn r42_nothing_that_a_cookie_was_sent_for_is_kept_by_a_cache(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = signed_in(app).await;
        for path in ["/", "/sign-in", "/sign-up", "/verify", "/verify/x", "/setup/x", "/profile/tokens", "/admin/policy", "/no", "/v1/me"] {
            for method in ["GET", "POST"] {
                let answer = browser.send(method, path, &[], String::new()).await;
                assert_eq!(answer.header("cache-control"), "no-store", "{method} {path}");
            }
        }
    }
}

both! {
    async fn r26_over_https_the_cookie_has_the_host_prefix_and_every_attribute(db: &TestDb) {
        let app = TestApp::start(db, &[("public_url", "https://id.example.test")]).await;
        app.account(EMAIL, Roles::user()).await;
        let host = ("host", "id.example.test");
        let form = app.send("GET", "/sign-in", &[host], "").await;
        let browser = form.header("set-cookie");
        assert_attributes(browser, "__Host-browser=");
        let pair = browser.split(';').next().expect("a pair").to_owned();
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("email", EMAIL), ("password", PASSWORD), ("form_token", &form.field("form_token"))])
            .finish();
        let headers = [
            host,
            ("cookie", pair.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", "https://id.example.test"),
        ];
        let answer = app.send("POST", "/sign-in", &headers, body).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/profile/tokens"));
        let set: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("text")).collect();
        let session = set.iter().find(|cookie| cookie.starts_with("__Host-sid=")).expect("a session");
        assert_attributes(session, "__Host-sid=");
        assert!(!session.contains("Max-Age") && !session.contains("Expires"), "it ends with the browser: {session}");
        let gone = set.iter().find(|cookie| cookie.starts_with("__Host-browser=;")).expect("the browser's own is taken away");
        assert!(gone.contains("Max-Age=0"), "{gone}");
        assert!(answer.header("strict-transport-security").starts_with("max-age=63072000"));
        app.stop().await;
    }

    async fn r28_the_strict_profile_ends_after_half_an_hour_and_after_12_hours(db: &TestDb) {
        let app = TestApp::start(db, &[("session_profile", "strict")]).await;
        app.account(EMAIL, Roles::user()).await;
        let idle = signed_in(&app).await;
        app.clock.advance(Span::minutes(30));
        assert!(!is_signed_in(&idle).await);
        let busy = signed_in(&app).await;
        for _ in 0..35 {
            app.clock.advance(Span::minutes(20));
            assert!(is_signed_in(&busy).await);
        }
        app.clock.advance(Span::minutes(20));
        assert!(!is_signed_in(&busy).await, "12 hours are over");
        app.stop().await;
    }
}

#[track_caller]
fn assert_attributes(cookie: &str, start: &str) {
    assert!(cookie.starts_with(start) && cookie.len() < 4_096, "{cookie}");
    let attributes: HashSet<&str> = cookie.split("; ").skip(1).collect();
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(attribute), "{cookie}: {attribute}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[test]
fn r26_plain_http_is_for_this_machine_alone() {
    let exposed = Config::from_pairs(&[("bind", "0.0.0.0:8080")]).expect_err("refused").to_string();
    assert!(exposed.contains("public_url"), "{exposed}");
    assert!(Config::from_pairs(&[("bind", "0.0.0.0:8080"), ("public_url", "https://id.example.test")]).is_ok());
}
