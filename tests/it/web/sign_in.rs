//! `/sign-in`: one answer for everything that is wrong, and where one goes on afterwards.

use std::time::Instant;

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;

use super::{is_signed_in, masked, sign_in};
use crate::support::app::{Answer, PASSWORD, TestApp};
use crate::support::rows::rows;
use crate::{both, served};

/// What an answer tells, apart from what was typed and what differs each time.
fn told(answer: &Answer, email: &str) -> (u16, Vec<(String, String)>, String) {
    // When the limit is over is a time, and differs with the clock.
    const VARYING: &[&str] = &["x-request-id", "date", "content-length", "x-ratelimit-reset"];
    let headers = answer.headers.iter().filter(|(name, _)| !VARYING.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    (answer.status, headers, masked(answer).replace(&format!("value=\"{email}\""), "value=\"EMAIL\""))
}

served! {
    async fn who_signs_in_goes_on_and_who_is_signed_in_is_not_asked_again(app: &TestApp) {
        app.account("anna@example.com", Roles::user()).await;
        let browser = app.browser();
        assert!(!is_signed_in(&browser).await);
        let answer = browser.sign_in("anna@example.com").await;
        assert_eq!((answer.status, answer.header("location")), (303, "/profile/tokens"));
        assert!(answer.body.is_empty() && is_signed_in(&browser).await);
        let again = browser.get("/sign-in?next=/profile").await;
        assert_eq!((again.status, again.header("location")), (303, "/profile"));
        assert_eq!(browser.get("/sign-up").await.header("location"), "/profile/tokens");
    }

    async fn r11_there_is_no_default_account(app: &TestApp) {
        for (email, password) in
            [("admin", "admin"), ("admin@localhost", "admin"), ("admin@example.com", "password"), ("root@example.com", "latchkey")]
        {
            assert_eq!(sign_in(&app.browser(), email, password).await.status, 401, "{email}");
        }
        assert_eq!(rows(&app.app().ctx.db, "SELECT id FROM accounts").await.len(), 0);
    }

    async fn r17_every_refusal_looks_the_same(app: &TestApp) {
        for email in ["anna@example.com", "suspended@example.com"] {
            app.account(email, Roles::user()).await;
        }
        app.suspend("suspended@example.com").await;
        super::sign_up(&app.browser(), "new@example.com", PASSWORD).await;
        let before = app.state().await;
        let long = "x".repeat(5_000);
        let tries = [
            ("nobody@example.com", PASSWORD),
            ("anna@example.com", "not the password"),
            ("suspended@example.com", PASSWORD),
            ("suspended@example.com", "not the password"),
            ("new@example.com", "not the password"),
            ("anna@example.com", ""),
            ("anna@example.com", long.as_str()),
            ("no address at all", PASSWORD),
            ("", ""),
        ];
        let mut all = Vec::new();
        for (email, password) in tries {
            let browser = app.browser();
            let answer = sign_in(&browser, email, password).await;
            assert_eq!(answer.text_of("title"), "Error: Sign in · Latchkey");
            assert_eq!(answer.text_of("#email-problem"), "Error: Email and password do not match. Check both and try again.");
            assert!(browser.cookie("sid").is_none() && !is_signed_in(&browser).await, "{email}");
            all.push(told(&answer, email));
        }
        assert_eq!(all[0].0, 401);
        for (other, (email, _)) in all.iter().zip(tries) {
            assert_eq!(*other, all[0], "{email}");
        }
        assert_eq!(app.state().await, before);
        assert!(sign_in(&app.browser(), "new@example.com", PASSWORD).await.status == 303, "unconfirmed accounts sign in");
    }

    async fn r17_a_limit_is_told_of_unknown_addresses_as_of_known_ones(app: &TestApp) {
        app.account("known@example.com", Roles::user()).await;
        let mut all = Vec::new();
        for email in ["known@example.com", "unknown@example.com"] {
            for _ in 0..5 {
                assert_eq!(sign_in(&app.browser(), email, "not the password").await.status, 401, "{email}");
            }
            let hashes = app.app().ctx.hasher.hashes_total();
            let limited = sign_in(&app.browser(), email, PASSWORD).await;
            assert_eq!(app.app().ctx.hasher.hashes_total(), hashes, "nothing is hashed");
            all.push(told(&limited, email));
            app.clock.advance(Span::minutes(1));
        }
        assert_eq!((all[0].0, &all[0]), (429, &all[1]));
        assert_eq!(app.browser().sign_in("known@example.com").await.status, 303, "the limit passes");
    }

    async fn r45_what_was_sent_is_answered_with_303_and_never_sent_on(app: &TestApp) {
        super::sign_up(&app.browser(), "anna@example.com", PASSWORD).await;
        let browser = app.browser();
        let form = browser.get("/sign-in?next=/verify").await;
        let sent = [
            browser.submit_from(&form, "/sign-in", &[("email", "anna@example.com"), ("password", PASSWORD)]).await,
            browser.submit("/verify", "/profile/verify", &[]).await,
            browser.submit("/verify", "/sign-out", &[]).await,
            browser.submit("/verify", "/sign-out", &[]).await,
        ];
        assert_eq!(sent.each_ref().map(|answer| answer.status), [303; 4]);
        assert_eq!(sent[0].header("location"), "/verify");
    }

    async fn r44_redirects_stay_here(app: &TestApp) {
        app.account("anna@example.com", Roles::user()).await;
        let base = reqwest::Url::parse(&app.url("/sign-in")).expect("an address");
        for payload in ELSEWHERE.iter().chain(HERE) {
            let next: String = form_urlencoded::byte_serialize(payload.as_bytes()).collect();
            let browser = app.browser();
            let form = browser.get(&format!("/sign-in?next={next}")).await;
            let forged = [("email", "anna@example.com"), ("password", PASSWORD), ("next", payload)];
            let asked = browser.submit_from(&form, "/sign-in", &[("email", "anna@example.com"), ("password", PASSWORD)]).await;
            let sent = app.browser().submit("/sign-in", "/sign-in", &forged).await;
            let again = browser.get(&format!("/sign-in?next={next}")).await;
            let expected = if HERE.contains(payload) { *payload } else { "/" };
            for answer in [asked, sent, again] {
                assert_eq!((answer.status, answer.header("location")), (303, expected), "{payload:?}");
                let target = base.join(answer.header("location")).expect("an address");
                assert_eq!(target.origin(), base.origin(), "{payload:?}");
            }
            app.clock.advance(Span::minutes(1));
        }
    }
}

/// What must not be followed.
const ELSEWHERE: &[&str] = &[
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\/evil.test",
    "\\\\evil.test",
    "/a\\..\\evil.test",
    "https:evil.test",
    "https://evil.test",
    "HTTPS://evil.test/",
    "http:/\\evil.test",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.test",
    "@evil.test",
    "?next=//evil.test",
    "#//evil.test",
    " /evil",
    "/\t/evil.test",
    "\t//evil.test",
    "/\n/evil.test",
    "/x\r\nLocation: https://evil.test",
    "/x\r\nSet-Cookie: sid=1",
    "/ /evil.test",
    "/\u{ff0f}evil.test",
    "/ä",
];
/// What looks odd, and is ours.
const HERE: &[&str] =
    &["/profile/tokens?sort=name", "/@evil.test", "/%09/evil.test", "/%2fevil.test", "/a/..//evil.test", "/%5cevil"];

both! {
    async fn r18_every_refusal_costs_one_hash(db: &TestDb) {
        let app = TestApp::start(db, &[("sign_in_rate", "10000")]).await;
        app.account("known@example.com", Roles::user()).await;
        app.account("suspended@example.com", Roles::user()).await;
        app.suspend("suspended@example.com").await;
        let long = "x".repeat(5_000);
        let tries = [
            ("known@example.com", "not the password"),
            ("unknown@example.com", "not the password"),
            ("suspended@example.com", PASSWORD),
            ("known@example.com", long.as_str()),
            ("no address", "not the password"),
        ];
        let mut times = [const { Vec::new() }; 5];
        for _ in 0..8 {
            for (which, (email, password)) in tries.into_iter().enumerate() {
                let browser = app.browser();
                let form = browser.get("/sign-in").await;
                app.clock.advance(Span::minutes(16));
                let (hashes, began) = (app.app().ctx.hasher.hashes_total(), Instant::now());
                let answer = browser.submit_from(&form, "/sign-in", &[("email", email), ("password", password)]).await;
                times[which].push(began.elapsed());
                assert_eq!((answer.status, app.app().ctx.hasher.hashes_total()), (401, hashes + 1), "{email}");
            }
        }
        let medians = times.map(|mut times| {
            times.sort();
            times[times.len() / 2]
        });
        let (least, most) = (medians.iter().min().expect("five"), medians.iter().max().expect("five"));
        assert!(*most < *least * 3, "{medians:?}");
        app.stop().await;
    }
}
