//! `/sign-out`: afterwards, nothing of the session is worth anything.

use latchkey::base::time::{Clock, Timestamp};
use latchkey::domain::accounts::Roles;

use super::is_signed_in;
use crate::support::app::{START, TestApp};
use crate::support::rows::rows;
use crate::{both, served};

const EMAIL: &str = "anna@example.com";

served! {
    async fn r29_signing_out_tells_the_browser_to_forget_and_says_that_it_is_done(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let answer = browser.submit("/verify", "/sign-out", &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/sign-in?done=signed-out"));
        assert_eq!(answer.header("clear-site-data"), "\"cache\",\"cookies\",\"storage\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(browser.cookie("sid").is_none());
        let page = browser.get("/sign-in?done=signed-out").await;
        assert_eq!((page.text_of("[role=status]").as_str(), page.header("cache-control")), ("You have signed out.", "no-store"));
        assert!(browser.get("/sign-in?done=Call+0900+123").await.body.contains("<h1>Sign in</h1>"));
        let again = browser.submit("/sign-in", "/sign-out", &[]).await;
        assert_eq!((again.status, again.header("location")), (303, "/sign-in"), "signing out twice is no error");
    }

    async fn a_link_cannot_sign_anybody_out(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        for method in ["GET", "HEAD"] {
            let answer = browser.send(method, "/sign-out", &[], String::new()).await;
            assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
        }
        assert!(is_signed_in(&browser).await);
    }

    async fn other_sessions_stay(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let (here, there) = (app.browser(), app.browser());
        here.sign_in(EMAIL).await;
        there.sign_in(EMAIL).await;
        here.submit("/verify", "/sign-out", &[]).await;
        assert!(!is_signed_in(&here).await && is_signed_in(&there).await);
    }
}

both! {
    async fn r29_a_copied_cookie_is_dead_after_sign_out_also_after_a_restart(db: &TestDb) {
        let clock = Clock::manual(Timestamp::parse_rfc3339(START).expect("an instant"));
        let app = TestApp::start_at(db, &[], clock.clone()).await;
        app.account(EMAIL, Roles::user()).await;
        let (ended, alive) = (app.browser(), app.browser());
        ended.sign_in(EMAIL).await;
        alive.sign_in(EMAIL).await;
        let [stolen, good] = [&ended, &alive].map(|browser| browser.cookie("sid").expect("a session"));
        ended.submit("/verify", "/sign-out", &[]).await;
        assert_replayed(&app, &stolen, &good).await;
        app.stop().await;
        let app = TestApp::start_at(db, &[("bind", "127.0.0.1:0")], clock).await;
        assert_replayed(&app, &stolen, &good).await;
        assert_eq!(rows(&app.app().ctx.db, "SELECT id FROM sessions WHERE ended_at IS NULL").await.len(), 1);
        app.stop().await;
    }
}

/// A cookie whose session has ended is nobody's; one that was as good before still is somebody's.
async fn assert_replayed(app: &TestApp, ended: &str, alive: &str) {
    let thief = app.browser();
    thief.set_cookie("sid", ended);
    assert!(!is_signed_in(&thief).await);
    assert_eq!(thief.submit("/sign-in", "/sign-out", &[]).await.header("location"), "/sign-in");
    let owner = app.browser();
    owner.set_cookie("sid", alive);
    assert!(is_signed_in(&owner).await);
}
