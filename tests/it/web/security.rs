//! `/profile/security`: changing the password.

use crate::served;
use crate::support::app::{Answer, Browser, PASSWORD};

const NEW: &str = "copper-lantern-drifts-77";
const PAGE: &str = "/profile/security";
const ACTION: &str = "/profile/security/password";

async fn change(browser: &Browser<'_>, current: &str, new: &str) -> Answer {
    browser.submit(PAGE, ACTION, &[("current", current), ("new", new)]).await
}

served! {
    async fn r09_a_password_changes_only_with_the_current_one(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let (before, events) = (app.state().await, app.events().await);
        for wrong in ["", "violet-anchor-sings-43", NEW] {
            let refused = change(&browser, wrong, NEW).await;
            assert_eq!(refused.status, 403, "{}", refused.body);
            assert_eq!(refused.text_of("#current-problem"), "Error: This is not your current password. Nothing was changed.");
            assert!(!refused.body.contains(NEW), "what was typed is not shown again");
        }
        assert_eq!(app.events().await, events + 3, "each attempt is recorded");
        assert_eq!(app.state().await, before, "and changes nothing else");
        assert_eq!(app.browser().sign_in("alice@example.com").await.status, 303, "the old password is good");
    }

    async fn r09_guessing_the_current_password_is_limited(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let mut statuses = Vec::new();
        for _ in 0..35 {
            statuses.push(change(&browser, "a-wrong-password", NEW).await.status);
        }
        assert!(statuses.starts_with(&[403]) && statuses.ends_with(&[429]), "{statuses:?}");
    }

    async fn r27_a_changed_password_ends_other_sessions_and_renews_this_one(app: &TestApp) {
        app.user("alice@example.com").await;
        let (browser, other) = (app.browser(), app.browser());
        browser.sign_in("alice@example.com").await;
        other.sign_in("alice@example.com").await;
        let before = app.events().await;
        let stolen = browser.cookie("sid").expect("a session");
        let changed = change(&browser, PASSWORD, NEW).await;
        assert_eq!((changed.status, changed.header("location")), (303, "/profile/security?done=changed"), "{}", changed.body);
        let page = browser.get(changed.header("location")).await;
        assert_eq!(page.text_of(".notice.good"), "Your password is changed. All your other sessions have ended.");
        assert_eq!(other.get("/profile").await.header("location"), "/sign-in?next=%2Fprofile");
        let thief = app.browser();
        thief.set_cookie("sid", &stolen);
        assert_eq!(thief.get("/profile").await.status, 303, "a copy of the old cookie is dead");
        assert_eq!(app.events().await, before + 1, "one change, one event");
        let mails = app.mails().await;
        assert!(mails.iter().any(|mail| mail.contains("To: alice@example.com") && mail.contains("password")), "{mails:?}");
        assert!(!mails.iter().any(|mail| mail.contains(NEW)));
        assert_eq!(app.browser().sign_in("alice@example.com").await.status, 401, "the old password is over");
        let again = app.browser();
        let back = again.submit("/sign-in", "/sign-in", &[("email", "alice@example.com"), ("password", NEW)]).await;
        assert_eq!(back.status, 303);
    }

    async fn a_password_that_is_easily_guessed_is_refused_with_the_reason(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let before = app.state_and_log().await;
        for (new, reason) in [("short", "too short"), ("password1234", "first that people try"), ("alice-example-alice", "close to your name")]
        {
            let refused = change(&browser, PASSWORD, new).await;
            assert_eq!(refused.status, 422, "{new}");
            assert!(refused.text_of("#new-problem").contains(reason), "{new}: {}", refused.text_of("#new-problem"));
            assert!(refused.text_of("title").starts_with("Error: "));
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r10_password_managers_are_helped(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let page = browser.get(PAGE).await;
        for (name, kind, autocomplete) in
            [("username", "text", "username"), ("current", "password", "current-password"), ("new", "password", "new-password")]
        {
            let attribute = |what| page.attribute(&format!("input[name={name}]"), what);
            assert_eq!((attribute("type").as_deref(), attribute("autocomplete").as_deref()), (Some(kind), Some(autocomplete)));
        }
        assert!(!page.body.contains("onpaste") && page.body.contains("value=\"alice@example.com\""));
    }
}
