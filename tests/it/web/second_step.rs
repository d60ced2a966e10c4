//! `/sign-in/second-step`: signing in with a code after the password.

use futures_util::future::join_all;
use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;

use super::is_signed_in;
use crate::served;
use crate::support::app::{Answer, Browser, PASSWORD};
use crate::support::authenticator::{Authenticator, recovery_codes};
use crate::support::letter;

const HERE: &str = "/sign-in/second-step";
const ANNA: &str = "anna@example.com";

/// Anna with an app whose present code is fresh, in a browser where she is signed in.
async fn anna<'a>(app: &'a crate::support::TestApp) -> (Browser<'a>, Authenticator) {
    app.account(ANNA, Roles::user()).await;
    let browser = app.browser();
    browser.sign_in(ANNA).await;
    let phone = Authenticator::set_up(&browser).await;
    app.clock.advance(Span::seconds(90));
    (browser, phone)
}

async fn enter(browser: &Browser<'_>, code: &str) -> Answer {
    browser.submit(HERE, HERE, &[("code", code)]).await
}

served! {
    async fn r60_the_password_alone_lets_nobody_in_who_has_a_second_factor(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let browser = app.browser();
        let form = browser.get("/sign-in?next=/profile/sessions").await;
        let half = browser.submit_from(&form, "/sign-in", &[("email", ANNA), ("password", PASSWORD)]).await;
        assert_eq!((half.status, half.header("location")), (303, "/sign-in/second-step?next=%2Fprofile%2Fsessions"));
        assert!(!is_signed_in(&browser).await && browser.cookie("device").is_none());
        let page = browser.get(half.header("location")).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Enter your code"));
        assert_eq!(page.attribute("#code", "autocomplete").as_deref(), Some("one-time-code"));
        let code = phone.code(app.clock.now());
        let through = browser.submit_from(&page, HERE, &[("code", &code)]).await;
        assert_eq!((through.status, through.header("location")), (303, "/profile/sessions"));
        assert!(is_signed_in(&browser).await);
        assert_eq!(browser.get(HERE).await.header("location"), "/sign-in", "nothing waits any more");
        assert_eq!(browser.get("/profile/sessions").await.texts_of("tbody tr").len(), 2, "half a session is not listed");
    }

    async fn r27_the_second_step_gives_a_new_key(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let before = browser.cookie("sid").expect("a session");
        enter(&browser, &phone.code(app.clock.now())).await;
        assert_ne!(browser.cookie("sid"), Some(before.clone()));
        let thief = app.browser();
        thief.set_cookie("sid", &before);
        assert!(!is_signed_in(&thief).await);
        assert_eq!(thief.get(HERE).await.status, 303, "the key of the half session is dead");
    }

    async fn r57_a_code_is_accepted_once_also_of_twenty_at_once(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let code = phone.code(app.clock.now());
        let (spaced, browsers) = (format!(" {} {} ", &code[..3], &code[3..]), [(); 20].map(|()| app.browser()));
        let mut pages = Vec::new();
        for browser in &browsers {
            browser.sign_in(ANNA).await;
            pages.push(browser.get(HERE).await);
        }
        let all = browsers.iter().zip(&pages).enumerate().map(async |(n, (browser, page))| {
            let typed = if n % 2 == 0 { &code } else { &spaced };
            browser.submit_from(page, HERE, &[("code", typed.as_str())]).await.status
        });
        let statuses = join_all(all).await;
        let mut inside = 0;
        for browser in &browsers {
            inside += usize::from(is_signed_in(browser).await);
        }
        assert_eq!(inside, 1, "{statuses:?}");
        app.clock.advance(Span::minutes(20));
        let late = app.browser();
        late.sign_in(ANNA).await;
        assert_eq!(enter(&late, &code).await.status, 401, "nor later, nor anywhere else");
    }

    async fn r57_what_is_no_code_is_wrong_and_says_so(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let before = app.state().await.len();
        for wrong in ["", "abcdef", "12345678", phone.wrong_code(app.clock.now()).as_str()] {
            let refused = enter(&browser, wrong).await;
            assert_eq!(refused.status, 401, "{wrong}");
            assert!(refused.text_of("#code-problem").starts_with("Error: This code is wrong, or was used before."));
            assert!(refused.attribute("#code", "value").unwrap_or_default().is_empty(), "it is not shown again");
        }
        assert_eq!(app.state().await.len(), before);
        let old = phone.code(app.clock.now() - Span::seconds(90));
        assert_eq!(enter(&browser, &old).await.header("location"), "/sign-in?done=again", "the fifth ends it");
        let again = browser.get("/sign-in?done=again").await;
        assert!(again.text_of(".notice.warn").starts_with("The code was not entered in time"), "{}", again.body);
        assert_eq!(browser.get(HERE).await.header("location"), "/sign-in");
    }

    async fn r58_wrong_codes_are_throttled_across_sessions(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let mut statuses = Vec::new();
        for _ in 0..6 {
            let browser = app.browser();
            let half = browser.sign_in(ANNA).await;
            statuses.push(half.status);
            if half.status == 303 {
                statuses.push(enter(&browser, &phone.wrong_code(app.clock.now())).await.status);
            }
        }
        assert_eq!(statuses, [303, 401, 303, 401, 303, 401, 303, 401, 303, 401, 429], "the password does not take it back");
    }

    async fn r58_a_half_session_dies_after_five_minutes(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let page = browser.get(HERE).await;
        app.clock.advance(Span::minutes(5));
        let late = browser.submit_from(&page, HERE, &[("code", &phone.code(app.clock.now()))]).await;
        assert_eq!((late.status, late.header("location")), (303, "/sign-in"));
        assert!(!is_signed_in(&browser).await);
        browser.sign_in(ANNA).await;
        assert_eq!(enter(&browser, &phone.code(app.clock.now())).await.header("location"), "/profile/tokens");
    }

    async fn r29_a_half_session_can_be_left(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let copied = browser.cookie("sid").expect("a session");
        let left = browser.submit(HERE, "/sign-out", &[]).await;
        assert_eq!((left.status, left.header("location")), (303, "/sign-in?done=signed-out"));
        let thief = app.browser();
        thief.set_cookie("sid", &copied);
        assert_eq!(thief.get(HERE).await.header("location"), "/sign-in");
        assert!(!phone.code(app.clock.now()).is_empty());
    }

    async fn r59_a_recovery_code_stands_in_once(app: &TestApp) {
        let (owner, _) = anna(app).await;
        let codes = recovery_codes(&owner).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let through = enter(&browser, &codes[3].to_uppercase().replace('-', " ")).await;
        assert_eq!((through.status, through.header("location")), (303, "/profile/tokens"), "{}", through.body);
        let mails = app.mails_to(ANNA).await;
        let told = mails.iter().find(|mail| mail.contains("Subject: A recovery code was used")).expect("a mail");
        let told = letter::text(told);
        assert!(told.contains("9 are left") && !told.contains(&codes[3]), "{told}");
        let again = app.browser();
        again.sign_in(ANNA).await;
        assert_eq!(enter(&again, &codes[3]).await.status, 401, "used up");
        assert_eq!(enter(&again, &codes[4]).await.status, 303);
        assert_eq!(app.rows("SELECT factor FROM sessions WHERE factor IS NOT NULL").await.len(), 2);
    }

    async fn r60_a_suspended_account_gets_no_further_with_its_code(app: &TestApp) {
        let (_, phone) = anna(app).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let page = browser.get(HERE).await;
        app.suspend(ANNA).await;
        let refused = browser.submit_from(&page, HERE, &[("code", &phone.code(app.clock.now()))]).await;
        assert_eq!(refused.header("location"), "/sign-in");
        assert!(!is_signed_in(&browser).await);
    }
}
