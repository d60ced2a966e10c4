//! `/profile/security`: setting a second factor up, its recovery codes, and switching it off.

use latchkey::base::time::Span;
use latchkey::{execute, sql};

use super::is_signed_in;
use crate::served;
use crate::support::app::PASSWORD;
use crate::support::authenticator::{Authenticator, recovery_codes};

const ANNA: &str = "anna@example.com";
const SECURITY: &str = "/profile/security";
const APP: &str = "/profile/security/authenticator";
const ON: &str = "/profile/security/authenticator/on";
const OFF: &str = "/profile/security/authenticator/off";
const CODES: &str = "/profile/security/recovery-codes";

served! {
    async fn r57_an_app_is_on_once_it_has_shown_one_valid_code(app: &TestApp) {
        app.user(ANNA).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let page = browser.submit(SECURITY, APP, &[]).await;
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.attribute("svg.qr", "role").as_deref(), Some("img"));
        assert!(page.attribute("svg.qr path", "d").is_some_and(|path| path.len() > 1_000));
        let phone = Authenticator::from_page(&page);
        let again = browser.submit(SECURITY, APP, &[]).await;
        assert_eq!(again.text_of(".secret-text"), page.text_of(".secret-text"), "a reload shows what was scanned");
        let before = app.state_and_log().await;
        for wrong in ["", "123", &phone.wrong_code(app.clock.now())] {
            let refused = browser.submit_from(&page, ON, &[("code", wrong)]).await;
            assert_eq!((refused.status, refused.text_of(".secret-text")), (422, page.text_of(".secret-text")));
            assert!(refused.text_of("#code-problem").starts_with("Error: This code is wrong."));
        }
        assert_eq!(app.state_and_log().await, before, "nothing has changed");
        assert_eq!(app.browser().sign_in(ANNA).await.header("location"), "/profile/tokens", "it is not on yet");
        let (old, code) = (browser.cookie("sid"), phone.code(app.clock.now()));
        let on = browser.submit_from(&page, ON, &[("code", &code)]).await;
        assert_eq!((on.status, on.header("location")), (303, "/profile/security/recovery-codes?done=app-on"));
        assert_ne!(browser.cookie("sid"), old, "the session has a new key");
        assert!(is_signed_in(&browser).await);
        let other = app.browser();
        assert_eq!(other.sign_in(ANNA).await.header("location"), "/sign-in/second-step");
        let replayed = other.submit("/sign-in/second-step", "/sign-in/second-step", &[("code", &code)]).await;
        assert_eq!(replayed.status, 401, "the code that switched it on is used up");
        let shown = browser.get(SECURITY).await;
        assert!(shown.texts_of(".tag").contains(&"On".to_owned()), "{}", shown.body);
        assert_eq!(browser.get(APP).await.header("location"), SECURITY);
        let mails = app.mails_to(ANNA).await;
        assert_eq!(mails.iter().filter(|mail| mail.contains("Subject: Second factor added")).count(), 1);
        assert!(!mails.iter().any(|mail| mail.contains(&code)));
    }

    async fn r92_the_secret_is_encrypted_for_its_row(app: &TestApp) {
        for email in [ANNA, "bob@example.com"] {
            app.user(email).await;
            let browser = app.browser();
            browser.sign_in(email).await;
            let page = browser.submit(SECURITY, APP, &[]).await;
            let secret = page.text_of(".secret-text").replace(' ', "");
            let phone = Authenticator::from_page(&page);
            browser.submit_from(&page, ON, &[("code", &phone.code(app.clock.now()))]).await;
            assert!(!app.state().await.iter().any(|row| row.contains(&secret)));
        }
        let secrets = app.rows("SELECT secret FROM totp").await;
        assert!(secrets.len() == 2 && secrets.iter().all(|secret| secret.starts_with("v1.")), "{secrets:?}");
        let server = app.app();
        let mut tx = server.ctx.db.write().await.expect("a transaction");
        let swap = sql!("UPDATE totp SET secret = (SELECT o.secret FROM totp o WHERE o.account_id <> totp.account_id)");
        assert_eq!(execute!(tx, sqlx::query(swap)).expect("swapped"), 2);
        tx.commit().await.expect("committed");
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let broken = browser.submit("/sign-in/second-step", "/sign-in/second-step", &[("code", "123456")]).await;
        assert_eq!(broken.status, 500, "{}", broken.text_of("h1"));
        assert!(!is_signed_in(&browser).await);
    }

    async fn r33_a_second_factor_is_changed_only_by_somebody_who_has_just_shown_who_they_are(app: &TestApp) {
        app.user(ANNA).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        app.clock.advance(Span::minutes(10));
        let before = app.state_and_log().await;
        assert_eq!(browser.submit(SECURITY, APP, &[]).await.text_of("h1"), "Confirm it's you");
        assert_eq!(app.state_and_log().await, before);
        let confirmed = browser.submit(SECURITY, APP, &[("confirm_password", PASSWORD)]).await;
        let phone = Authenticator::from_page(&confirmed);
        browser.submit_from(&confirmed, ON, &[("code", &phone.code(app.clock.now()))]).await;
        app.clock.advance(Span::minutes(11));
        let before = app.state_and_log().await;
        for (page, action) in [(OFF, OFF), (CODES, CODES)] {
            let asked = browser.submit(page, action, &[]).await;
            assert_eq!((asked.status, asked.text_of("h1").as_str()), (403, "Confirm it's you"), "{action}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r59_ten_codes_are_shown_once_and_count_once_one_is_typed_back(app: &TestApp) {
        app.user(ANNA).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        assert_eq!(browser.get(CODES).await.header("location"), SECURITY, "there is no app that they could stand in for");
        Authenticator::set_up(&browser).await;
        let made = browser.submit(CODES, CODES, &[]).await;
        let codes = made.texts_of(".recovery-codes code");
        assert_eq!((made.status, codes.len(), made.header("cache-control")), (200, 10, "no-store"));
        let mut distinct = codes.clone();
        distinct.sort();
        distinct.dedup();
        assert!(distinct.len() == 10 && codes.iter().all(|code| code.len() == 19), "80 bits each: {codes:?}");
        let half = app.browser();
        half.sign_in(ANNA).await;
        let early = half.submit("/sign-in/second-step", "/sign-in/second-step", &[("code", &codes[0])]).await;
        assert_eq!(early.status, 401, "they do not count yet");
        let none = browser.submit(CODES, &format!("{CODES}/confirm"), &[("code", "0000-0000-0000-0000")]).await;
        assert_eq!(none.status, 422);
        assert!(none.text_of("#code-problem").contains("none of the new codes"));
        assert!(codes.iter().all(|code| !none.body.contains(code)), "they are not shown again");
        let stored = browser.submit(CODES, &format!("{CODES}/confirm"), &[("code", &codes[9])]).await;
        assert_eq!(stored.header("location"), "/profile/security?done=codes");
        assert!(browser.get(CODES).await.text_of("main").contains("10 of your codes can still be used"));
        let plain: Vec<String> = codes.iter().map(|code| code.replace('-', "")).collect();
        let rows = app.state_and_log().await;
        assert!(!rows.iter().any(|row| codes.iter().chain(&plain).any(|code| row.contains(code))), "no code is stored");
    }

    async fn r59_new_codes_end_the_old_ones(app: &TestApp) {
        app.user(ANNA).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        Authenticator::set_up(&browser).await;
        let old = recovery_codes(&browser).await;
        let new = recovery_codes(&browser).await;
        let half = app.browser();
        half.sign_in(ANNA).await;
        for (code, status) in [(&old[0], 401), (&new[0], 303)] {
            assert_eq!(half.submit("/sign-in/second-step", "/sign-in/second-step", &[("code", code)]).await.status, status);
        }
    }

    async fn r24_a_second_factor_that_is_switched_off_is_gone_and_told(app: &TestApp) {
        app.user(ANNA).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        assert_eq!(browser.get(OFF).await.header("location"), SECURITY);
        Authenticator::set_up(&browser).await;
        recovery_codes(&browser).await;
        let events = app.events().await;
        let off = browser.submit(OFF, OFF, &[]).await;
        assert_eq!((off.status, off.header("location")), (303, "/profile/security?done=app-off"));
        assert_eq!(app.events().await, events + 1);
        assert!(app.rows("SELECT secret FROM totp").await.is_empty());
        assert!(app.rows("SELECT digest FROM recovery_codes").await.is_empty());
        assert_eq!(app.browser().sign_in(ANNA).await.header("location"), "/profile/tokens");
        let mails = app.mails_to(ANNA).await;
        for subject in ["Second factor added", "Second factor removed"] {
            assert_eq!(mails.iter().filter(|mail| mail.contains(&format!("Subject: {subject}"))).count(), 1, "{subject}");
        }
    }
}
