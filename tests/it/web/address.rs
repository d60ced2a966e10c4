//! `/profile/address` and the links of its mails: an account moves to another address, and its owner can take it back.

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;

use super::{is_signed_in, masked, sign_in, sign_up};
use crate::served;
use crate::support::app::{Answer, Browser, PASSWORD, TestApp};
use crate::support::letter;
use crate::support::rows::everything;

const OLD: &str = "anna@example.com";
const NEW: &str = "anna@berg.example";
const CHOSEN: &str = "copper-lantern-drifts-77";

async fn ask(browser: &Browser<'_>, email: &str) -> Answer {
    browser.submit("/profile/address", "/profile/address", &[("email", email)]).await
}

/// The link that begins so, in the newest mail to an address that holds one.
async fn mailed(app: &TestApp, to: &str, start: &str) -> String {
    let mails = app.mails_to(to).await;
    let newest = mails.iter().rev().find(|mail| letter::text(mail).contains(start)).expect("a mail with such a link");
    letter::link(newest, start)
}

/// Anna asks for the new address; the link that came there.
async fn asked(browser: &Browser<'_>) -> String {
    browser.app.clock.advance(Span::seconds(1));
    assert_eq!(ask(browser, NEW).await.status, 200);
    mailed(browser.app, NEW, "/confirm-address/").await
}

async fn press(browser: &Browser<'_>, link: &str) -> Answer {
    browser.submit(link, link, &[]).await
}

/// Anna has moved; the link that undoes it.
async fn moved(browser: &Browser<'_>) -> String {
    let link = asked(browser).await;
    assert_eq!(press(browser, &link).await.status, 200);
    mailed(browser.app, OLD, "/undo-address/").await
}

async fn emails(app: &TestApp) -> Vec<String> {
    app.rows("SELECT email, verified_at FROM accounts ORDER BY email")
        .await
        .iter()
        .map(|row| row[..row.find(" | ").expect("two columns")].into())
        .collect()
}

async fn anna(app: &TestApp) -> Browser<'_> {
    app.account(OLD, Roles::user()).await;
    let browser = app.browser();
    browser.sign_in(OLD).await;
    browser
}

served! {
    async fn r54_an_address_is_changed_from_the_new_one_and_undone_from_the_old_one(app: &TestApp) {
        let browser = anna(app).await;
        let sent = ask(&browser, NEW).await;
        assert_eq!((sent.status, sent.text_of("h1").as_str()), (200, "Check your mail"));
        assert!(app.mails_to(OLD).await.is_empty() && app.mails_to(NEW).await[0].contains("Subject: Confirm your new address"));
        assert_eq!(emails(app).await, [OLD]);
        assert_eq!(sign_in(&app.browser(), NEW, PASSWORD).await.status, 401, "it is good for nothing before it is confirmed");
        let before = app.state().await;
        app.browser().submit("/recover", "/recover", &[("email", NEW)]).await;
        assert_eq!(app.state().await, before, "nor for a recovery");

        let link = mailed(app, NEW, "/confirm-address/").await;
        let page = app.anon("GET", &link).await;
        assert_eq!(page.text_of("h1"), "Confirm your new address");
        assert_eq!(page.texts_of("main strong"), [OLD, NEW]);
        let done = press(&app.browser(), &link).await;
        assert_eq!((done.status, done.text_of("h1").as_str()), (200, "Your address is changed"));
        assert_eq!(emails(app).await, [NEW]);
        assert_eq!(sign_in(&app.browser(), OLD, PASSWORD).await.status, 401);
        let thief = app.browser();
        assert_eq!(sign_in(&thief, NEW, PASSWORD).await.status, 303);
        let told = app.mails_to(OLD).await;
        assert!(told.len() == 1 && told[0].contains("Subject: Your address was changed") && told[0].contains(NEW), "{told:?}");

        let undo = mailed(app, OLD, "/undo-address/").await;
        app.clock.advance(Span::seconds(71 * 3600));
        sign_in(&thief, NEW, PASSWORD).await;
        let done = press(&app.browser(), &undo).await;
        assert_eq!((done.status, done.text_of("h1").as_str()), (200, "Your address is back"));
        assert_eq!(emails(app).await, [OLD]);
        assert!(!is_signed_in(&thief).await && !is_signed_in(&browser).await, "all sessions have ended");
        assert_eq!(sign_in(&thief, OLD, PASSWORD).await.status, 401, "the thief knew the password");
        let recovery = mailed(app, OLD, "/recover/").await;
        let fields = [("password", CHOSEN), ("revoke_tokens", "yes")];
        assert_eq!(browser.submit(&recovery, &recovery, &fields).await.status, 303);
        assert_eq!(sign_in(&browser, OLD, CHOSEN).await.status, 303);
    }

    async fn r54_a_second_change_a_recovery_and_a_squatter_do_not_end_the_way_back(app: &TestApp) {
        let browser = anna(app).await;
        let undo = moved(&browser).await;
        app.clock.advance(Span::seconds(1));
        assert_eq!(ask(&browser, "thief@example.com").await.status, 200);
        let second = mailed(app, "thief@example.com", "/confirm-address/").await;
        assert_eq!(press(&browser, &second).await.status, 200);
        let thiefs_undo = mailed(app, NEW, "/undo-address/").await;
        browser.submit("/recover", "/recover", &[("email", "thief@example.com")]).await;
        let recovery = mailed(app, "thief@example.com", "/recover/").await;
        assert_eq!(browser.submit(&recovery, &recovery, &[("password", CHOSEN)]).await.status, 303);
        sign_up(&app.browser(), OLD, PASSWORD).await;
        assert_eq!(emails(app).await, [OLD, "thief@example.com"]);
        assert_eq!(press(&app.browser(), &undo).await.status, 200);
        assert_eq!(emails(app).await, [OLD], "the unconfirmed account that was in the way is gone");
        assert_eq!(app.browser().get(&thiefs_undo).await.status, 410);
        for password in [PASSWORD, CHOSEN] {
            assert_eq!(sign_in(&app.browser(), OLD, password).await.status, 401);
        }
    }

    async fn r54_an_address_that_somebody_has_confirmed_stays_theirs(app: &TestApp) {
        let browser = anna(app).await;
        let confirm = asked(&browser).await;
        app.account(NEW, Roles::user()).await;
        let before = app.state_and_log().await;
        let taken = press(&browser, &confirm).await;
        assert_eq!((taken.status, taken.text_of("h1").as_str()), (409, "Another account has this address"));
        assert_eq!(app.state_and_log().await, before);
        app.clock.advance(Span::seconds(1));
        assert_eq!(ask(&browser, "anna@third.example").await.status, 200);
        let third = mailed(app, "anna@third.example", "/confirm-address/").await;
        press(&browser, &third).await;
        let undo = mailed(app, OLD, "/undo-address/").await;
        app.account(OLD, Roles::user()).await;
        let before = app.state_and_log().await;
        assert_eq!(press(&app.browser(), &undo).await.status, 409);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r54_nobody_learns_here_whether_an_address_has_an_account(app: &TestApp) {
        let browser = anna(app).await;
        app.account("known@example.com", Roles::user()).await;
        let (known, free) = (ask(&browser, "known@example.com").await, ask(&browser, "nobody@example.com").await);
        assert_eq!((known.status, masked(&known)), (free.status, masked(&free).replace("nobody@", "known@")));
        let mails = app.mails_to("known@example.com").await;
        assert!(mails.len() == 1 && mails[0].contains("Subject: You already have an account"), "{mails:?}");
        let activity = browser.get("/profile/activity").await.text_of("main");
        assert_eq!(activity.matches("Change of email address asked for").count(), 2);
        assert!(!activity.contains("You already have") && !activity.contains("Confirm your new"), "{activity}");
    }

    async fn r54_and_r33_a_borrowed_browser_does_not_change_the_address(app: &TestApp) {
        let browser = anna(app).await;
        app.clock.advance(Span::minutes(31));
        let before = app.state_and_log().await;
        let asked = ask(&browser, NEW).await;
        assert_eq!(asked.text_of("h1"), "Confirm it's you");
        assert_eq!(app.state_and_log().await, before);
        assert!(app.mails_to(NEW).await.is_empty());
    }

    async fn r54_a_mistake_in_the_form_changes_nothing(app: &TestApp) {
        let browser = anna(app).await;
        let before = app.state_and_log().await;
        let long = format!("{}@example.com", "a".repeat(10_000));
        for wrong in ["", "anna", OLD, "ANNA@EXAMPLE.COM", "b@example.com\r\nBcc: v@example.com", "\u{131}@example.com", &long] {
            let answer = ask(&browser, wrong).await;
            assert_eq!((answer.status, answer.texts_of("#email-problem").len()), (422, 1), "{wrong}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r37_mail_scanners_change_no_address(app: &TestApp) {
        let browser = anna(app).await;
        let confirm = asked(&browser).await;
        let scan = async |link: &str| {
            let before = app.state_and_log().await;
            for method in ["HEAD", "GET", "GET", "GET", "GET", "GET"] {
                assert_eq!(app.anon(method, link).await.status, 200, "{method}");
            }
            assert_eq!(app.anon("POST", link).await.status, 403);
            assert_eq!(app.state_and_log().await, before);
        };
        scan(&confirm).await;
        assert_eq!(press(&browser, &confirm).await.status, 200);
        let undo = mailed(app, OLD, "/undo-address/").await;
        scan(&undo).await;
        assert_eq!(press(&browser, &undo).await.status, 200);
    }

    async fn r49_links_of_addresses_work_once_in_time_and_for_one_purpose(app: &TestApp) {
        let browser = anna(app).await;
        let old = asked(&browser).await;
        let link = asked(&browser).await;
        assert_eq!(browser.get(&old).await.status, 410, "a newer one ended it");
        let secret = link.strip_prefix("/confirm-address/").expect("a link").to_owned();
        for purpose in ["/undo-address/", "/recover/", "/verify/", "/invite/"] {
            assert_eq!(browser.get(&format!("{purpose}{secret}")).await.status, 410, "{purpose}");
        }
        assert!(!everything(&app.app().ctx.db).await.contains(&secret), "the link is not in the database");
        app.clock.advance(Span::seconds(7199));
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        app.clock.advance(Span::seconds(1));
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&page, &link, &[]).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
        app.clock.advance(Span::minutes(61));
        let browser = app.browser();
        browser.sign_in(OLD).await;
        let undo = moved(&browser).await;
        app.clock.advance(Span::seconds(72 * 3600 - 1));
        let page = browser.get(&undo).await;
        assert_eq!(page.status, 200);
        app.clock.advance(Span::seconds(1));
        let before = app.state_and_log().await;
        let late = browser.submit_from(&page, &undo, &[]).await;
        assert_eq!((late.status, late.text_of("title").as_str()), (410, "Error: This link no longer works · Latchkey"));
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r54_who_never_confirmed_the_old_address_gets_no_way_back_to_it(app: &TestApp) {
        app.unconfirmed(OLD).await;
        let browser = app.browser();
        browser.sign_in(OLD).await;
        let link = asked(&browser).await;
        assert_eq!(press(&browser, &link).await.status, 200);
        let told = app.mails_to(OLD).await;
        assert!(told.iter().all(|mail| !mail.contains("Your address was changed")), "it may be a stranger's: {told:?}");
        assert!(app.rows("SELECT id FROM accounts WHERE verified_at IS NULL").await.is_empty());
        assert!(app.rows("SELECT id FROM links WHERE purpose = 'verify' AND voided_at IS NULL").await.is_empty());
    }

    async fn a_suspended_account_changes_no_address(app: &TestApp) {
        let browser = anna(app).await;
        let link = asked(&browser).await;
        app.suspend(OLD).await;
        let before = app.state_and_log().await;
        assert_eq!(app.browser().get(&link).await.status, 410);
        let page = app.browser();
        let form = page.get("/sign-in").await;
        assert_eq!(page.submit_from(&form, &link, &[]).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
    }
}
