//! `/verify`: links and codes that confirm an address.

use latchkey::base::time::Span;

use super::{is_signed_in, sign_up};
use crate::served;
use crate::support::app::{Answer, Browser, PASSWORD, TestApp};
use crate::support::rows::{everything, rows};

const EMAIL: &str = "anna@example.com";

async fn verified(app: &TestApp) -> bool {
    let unverified = "SELECT id FROM accounts WHERE verified_at IS NULL AND email = 'anna@example.com'";
    rows(&app.app().ctx.db, unverified).await.is_empty()
}

/// Signs up; the link and the code that came by mail.
async fn signed_up(app: &TestApp) -> (String, String) {
    sign_up(&app.browser(), EMAIL, PASSWORD).await;
    app.confirmation(EMAIL).await
}

async fn press(browser: &Browser<'_>, link: &str) -> Answer {
    browser.submit(link, link, &[]).await
}

async fn enter(browser: &Browser<'_>, email: &str, code: &str) -> Answer {
    browser.submit("/verify", "/verify", &[("email", email), ("code", code)]).await
}

served! {
    async fn r37_mail_scanners_may_open_the_link_as_often_as_they_like(app: &TestApp) {
        let (link, _) = signed_up(app).await;
        let before = app.state().await;
        for method in ["HEAD", "GET", "GET", "HEAD", "GET", "GET", "GET"] {
            assert_eq!(app.anon(method, &link).await.status, 200, "{method}");
        }
        assert_eq!(app.anon("POST", &link).await.status, 403, "pressing the button without the page changes nothing either");
        assert_eq!(app.state().await, before);
        let page = app.anon("GET", &link).await;
        assert_eq!((page.text_of("h1").as_str(), page.text_of("main strong").as_str()), ("Confirm your email address", EMAIL));
        assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("no-referrer", "no-store"));
        let done = press(&app.browser(), &link).await;
        assert_eq!((done.status, done.text_of("h1").as_str()), (200, "Email address confirmed"));
        assert!(verified(app).await);
    }

    async fn r49_a_link_works_once_and_says_so_afterwards(app: &TestApp) {
        let (link, code) = signed_up(app).await;
        let browser = app.browser();
        let page = browser.get(&link).await;
        assert_eq!(browser.submit_from(&page, &link, &[]).await.status, 200);
        let before = app.state().await;
        let again = browser.submit_from(&page, &link, &[]).await;
        assert_eq!((again.status, again.text_of("title").as_str()), (410, "Error: This link no longer works · Latchkey"));
        assert_eq!(browser.get(&link).await.status, 410);
        assert_eq!(enter(&browser, EMAIL, &code).await.status, 422, "the code ended with the link");
        assert_eq!(app.state().await, before);
        assert!(!is_signed_in(&browser).await, "confirming an address signs nobody in");
    }

    async fn r49_of_two_who_press_at_once_one_wins(app: &TestApp) {
        let (link, _) = signed_up(app).await;
        let (one, two) = (app.browser(), app.browser());
        let (page_one, page_two) = (one.get(&link).await, two.get(&link).await);
        let (a, b) = tokio::join!(one.submit_from(&page_one, &link, &[]), two.submit_from(&page_two, &link, &[]));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 410]);
    }

    async fn r49_a_link_is_refused_the_moment_it_is_24_hours_old(app: &TestApp) {
        let (link, _) = signed_up(app).await;
        app.clock.advance(Span::seconds(86_399));
        let browser = app.browser();
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        app.clock.advance(Span::seconds(1));
        assert_eq!(browser.get(&link).await.status, 410);
        let before = app.state().await;
        assert_eq!(browser.submit_from(&page, &link, &[]).await.status, 410);
        assert_eq!(app.state().await, before);
    }

    async fn r49_a_new_link_ends_the_older_one_and_links_serve_one_purpose(app: &TestApp) {
        let (old, old_code) = signed_up(app).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        app.clock.advance(Span::seconds(1));
        let sent = browser.submit("/verify", "/profile/verify", &[]).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/profile?done=sent"));
        let (new, new_code) = app.confirmation(EMAIL).await;
        assert!(new != old && new_code != old_code);
        assert_eq!(browser.get(&old).await.status, 410);
        assert_eq!(browser.get(&new.replace("/verify/", "/setup/")).await.status, 404);
        let setup = app.setup_url().expect("a setup link");
        let setup = setup.rsplit_once('/').expect("a path").1;
        assert_eq!(browser.get(&format!("/verify/{setup}")).await.status, 410);
        assert_eq!(browser.get("/verify/short").await.status, 410);
        let before = app.state().await;
        assert_eq!(enter(&browser, EMAIL, &old_code).await.status, 422);
        assert_eq!(app.state().await.len(), before.len());
        assert!(!verified(app).await);
        assert_eq!(enter(&browser, EMAIL, &new_code).await.status, 200);
        assert!(verified(app).await);
        let again = browser.submit("/verify", "/profile/verify", &[]).await;
        assert_eq!((again.status, again.header("location"), app.mails_to(EMAIL).await.len()), (303, "/profile", 2));
    }

    async fn r49_the_code_is_good_for_ten_minutes_spaces_or_not(app: &TestApp) {
        let (_, code) = signed_up(app).await;
        app.clock.advance(Span::minutes(10));
        let late = enter(&app.browser(), EMAIL, &code).await;
        assert_eq!((late.status, late.text_of("title").as_str()), (422, "Error: Confirm your email address · Latchkey"));
        assert!(!verified(app).await);
        app.clock.advance(Span::seconds(-1));
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(enter(&app.browser(), "ANNA@example.com", &spaced).await.status, 200);
        assert!(verified(app).await);
    }

    async fn r49_the_fifth_wrong_code_ends_the_link(app: &TestApp) {
        let (link, code) = signed_up(app).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let browser = app.browser();
        for _ in 0..5 {
            assert_eq!(browser.get(&link).await.status, 200);
            assert_eq!(enter(&browser, EMAIL, wrong).await.status, 422);
        }
        assert_eq!(enter(&browser, EMAIL, &code).await.status, 422);
        assert_eq!(browser.get(&link).await.status, 410);
        assert!(!verified(app).await);
    }

    async fn r49_neither_link_nor_code_is_in_the_database(app: &TestApp) {
        let (link, code) = signed_up(app).await;
        let kept = everything(&app.app().ctx.db).await;
        let secret = link.strip_prefix("/verify/").expect("a link");
        assert!(kept.contains(EMAIL) && !kept.contains(secret), "{kept}");
        let kept = rows(&app.app().ctx.db, "SELECT seed, digest, message FROM links, mails").await;
        assert!(!kept.is_empty() && kept.iter().all(|row| !row.contains(&code)), "{kept:?}");
    }

    async fn wrong_codes_tell_nobody_who_has_an_account_and_are_counted(app: &TestApp) {
        signed_up(app).await;
        let browser = app.browser();
        let (known, unknown) = (enter(&browser, EMAIL, "1234 5").await, enter(&browser, "nobody@example.com", "1234 5").await);
        assert_eq!((known.status, unknown.status), (422, 422));
        assert_eq!(known.text_of("#code-problem"), "Error: Enter the six digits from the mail.");
        let (known, unknown) = (enter(&browser, EMAIL, "000000").await, enter(&browser, "nobody@example.com", "000000").await);
        assert_eq!((known.status, known.text_of("#code-problem")), (unknown.status, unknown.text_of("#code-problem")));
        for _ in 0..9 {
            enter(&browser, "nobody@example.com", "000000").await;
        }
        let limited = enter(&browser, "nobody@example.com", "000000").await;
        assert_eq!((limited.status, limited.header("retry-after")), (429, "6"));
    }

    async fn somebody_else_cannot_ask_for_the_mail_and_it_is_not_sent_for_ever(app: &TestApp) {
        signed_up(app).await;
        let anon = app.browser();
        let page = anon.get("/verify").await;
        let sent = anon.submit_from(&page, "/profile/verify", &[]).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/sign-in"));
        assert_eq!(app.mails_to(EMAIL).await.len(), 1);
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        for status in [303, 303, 303, 429] {
            app.clock.advance(Span::seconds(1));
            assert_eq!(browser.submit("/verify", "/profile/verify", &[]).await.status, status);
        }
        assert_eq!(app.mails_to(EMAIL).await.len(), 4);
    }
}
