//! `/recover`: a new password for whoever reads the account's mail, and nothing for anybody else.

use std::time::{Duration, Instant};

use latchkey::base::net::Origin;
use latchkey::base::text::{EmailAddress, PersonName};
use latchkey::base::time::Span;
use latchkey::domain::access::{ConfirmedAdministrator, NewInvitation, invite};
use latchkey::domain::accounts::{Attributes, Roles};
use latchkey::domain::profile::{SendLinkError, request_recovery, send_set_password_link};
use latchkey::{execute, sql};

use super::{is_signed_in, masked, sign_in, sign_up};
use crate::support::app::{Answer, Browser, PASSWORD, TestApp, confirmed};
use crate::support::letter;
use crate::support::rows::everything;
use crate::{both, served};

const EMAIL: &str = "anna@example.com";
const CHOSEN: &str = "copper-lantern-drifts-77";

async fn ask(browser: &Browser<'_>, email: &str) -> Answer {
    browser.submit("/recover", "/recover", &[("email", email)]).await
}

/// The path of the newest link that was mailed to Anna.
async fn mailed_link(app: &TestApp) -> String {
    let mails = app.mails_to(EMAIL).await;
    let newest = mails.iter().rev().find(|mail| letter::text(mail).contains("/recover/"));
    letter::link(newest.expect("a mail with a link"), "/recover/")
}

/// Asks for a link for Anna, whose account is there.
async fn asked(app: &TestApp) -> String {
    app.clock.advance(Span::seconds(1));
    ask(&app.browser(), EMAIL).await;
    mailed_link(app).await
}

async fn choose(browser: &Browser<'_>, link: &str) -> Answer {
    browser.submit(link, link, &[("password", CHOSEN), ("revoke_tokens", "yes")]).await
}

async fn give_second_factor(app: &TestApp, email: &str) {
    let app = app.app();
    let mut tx = app.ctx.db.write().await.expect("a transaction");
    let add = sql!(
        "INSERT INTO totp (account_id, secret, created_at, confirmed_at) SELECT id, 'sealed', 1, 1 FROM accounts WHERE email_key = $1"
    );
    assert_eq!(execute!(tx, sqlx::query(add).bind(email)).expect("added"), 1);
    tx.commit().await.expect("committed");
}

served! {
    async fn whoever_lost_the_password_chooses_another_one_from_the_mail(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        assert_eq!(browser.get("/sign-in").await.attribute("main a[href='/recover']", "href").as_deref(), Some("/recover"));
        let sent = ask(&browser, " Anna@Example.com ").await;
        assert_eq!((sent.status, sent.text_of("h1").as_str()), (200, "Check your mail"));
        let mails = app.mails_to(EMAIL).await;
        assert!(mails.len() == 1 && mails[0].contains("Subject: Reset your password"), "{mails:?}");
        let link = mailed_link(app).await;
        let page = browser.get(&link).await;
        assert_eq!((page.status, page.text_of("h1").as_str(), page.text_of("main strong").as_str()), (200, "Choose a new password", EMAIL));
        assert!(page.attributes_of("#revoke_tokens").contains_key("checked"));
        let done = choose(&browser, &link).await;
        assert_eq!((done.status, done.header("location")), (303, "/sign-in?done=recovered"));
        assert!(!is_signed_in(&browser).await, "a recovery signs nobody in");
        assert_eq!(sign_in(&browser, EMAIL, PASSWORD).await.status, 401);
        assert_eq!(sign_in(&browser, EMAIL, CHOSEN).await.status, 303);
    }

    async fn r24_and_r52_a_recovery_is_told_by_mail_without_a_secret(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let link = asked(app).await;
        choose(&app.browser(), &link).await;
        let mails = app.mails_to(EMAIL).await;
        let notices: Vec<_> = mails.iter().filter(|mail| mail.contains("Subject: Password changed")).collect();
        assert_eq!((mails.len(), notices.len()), (2, 1));
        let secret = link.strip_prefix("/recover/").expect("a link");
        assert!(!letter::text(notices[0]).contains(secret) && !notices[0].contains(CHOSEN));
    }

    async fn r31_a_recovery_ends_all_sessions_and_revokes_the_tokens(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user(EMAIL).await;
        let token = app.token(&anna, "CI", &["profile"]).await;
        let bearer = app.bearer(token.secret.reveal());
        let (one, two) = (app.browser(), app.browser());
        one.sign_in(EMAIL).await;
        two.sign_in(EMAIL).await;
        assert_eq!(bearer.get("/v1/me").await.status, 200);
        let link = asked(app).await;
        choose(&one, &link).await;
        assert_eq!(bearer.get("/v1/me").await.status, 401, "refused on its next request");
        assert!(!is_signed_in(&one).await && !is_signed_in(&two).await);
        let live = "SELECT id FROM sessions s WHERE ended_at IS NULL AND account_id = (SELECT id FROM accounts WHERE email = 'anna@example.com')";
        assert!(app.rows(live).await.is_empty());
        let mails = app.mails_to(EMAIL).await;
        let notice = letter::text(mails.iter().find(|mail| mail.contains("Subject: Password changed")).expect("a notice"));
        assert!(notice.contains("Its API token was revoked."), "{notice}");
    }

    async fn r31_the_tokens_stay_when_their_owner_wants_that(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user(EMAIL).await;
        let token = app.token(&anna, "CI", &["profile"]).await;
        let link = asked(app).await;
        assert_eq!(app.browser().submit(&link, &link, &[("password", CHOSEN)]).await.status, 303);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
        let revoked = app.rows("SELECT id FROM credentials WHERE revoked_at IS NOT NULL").await;
        assert!(revoked.is_empty());
    }

    async fn r52_a_recovery_neither_passes_nor_removes_the_second_factor(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        give_second_factor(app, EMAIL).await;
        let factors = "SELECT account_id, secret, confirmed_at FROM totp";
        let before = app.rows(factors).await;
        let link = asked(app).await;
        let browser = app.browser();
        assert_eq!(choose(&browser, &link).await.status, 303);
        assert_eq!((before.len(), app.rows(factors).await), (1, before));
        assert!(!is_signed_in(&browser).await);
        let half = sign_in(&browser, EMAIL, CHOSEN).await;
        assert_eq!((half.status, half.header("location")), (303, "/sign-in/second-step"), "the code is asked for as before");
        assert!(!is_signed_in(&browser).await);
    }

    async fn r37_mail_scanners_may_open_a_recovery_as_often_as_they_like(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let link = asked(app).await;
        let before = app.state_and_log().await;
        for method in ["HEAD", "GET", "GET", "GET", "GET", "GET", "HEAD"] {
            assert_eq!(app.anon(method, &link).await.status, 200, "{method}");
        }
        assert_eq!(app.anon("POST", &link).await.status, 403);
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(choose(&app.browser(), &link).await.status, 303);
    }

    async fn r49_a_recovery_link_works_once_and_is_refused_the_moment_it_is_30_minutes_old(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let link = asked(app).await;
        let browser = app.browser();
        app.clock.advance(Span::seconds(1799));
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200);
        app.clock.advance(Span::seconds(1));
        let before = app.state_and_log().await;
        let late = browser.submit_from(&page, &link, &[("password", CHOSEN)]).await;
        assert_eq!((late.status, late.text_of("title").as_str()), (410, "Error: This link no longer works · Latchkey"));
        assert_eq!(browser.get(&link).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
        let link = asked(app).await;
        let page = browser.get(&link).await;
        assert_eq!(browser.submit_from(&page, &link, &[("password", CHOSEN)]).await.status, 303);
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&page, &link, &[("password", "another-good-pebble-31")]).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r49_a_newer_recovery_link_ends_the_older_one_and_it_serves_one_purpose(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let old = asked(app).await;
        app.clock.advance(Span::seconds(1));
        let new = asked(app).await;
        assert_ne!(old, new);
        let browser = app.browser();
        assert_eq!(browser.get(&old).await.status, 410);
        for (purpose, status) in [("/verify/", 410), ("/invite/", 410), ("/setup/", 404)] {
            assert_eq!(browser.get(&new.replace("/recover/", purpose)).await.status, status, "{purpose}");
        }
        let forged = format!("/recover/{}", "a".repeat(43));
        for wrong in ["/recover/short", forged.as_str()] {
            assert_eq!(browser.get(wrong).await.status, 410, "{wrong}");
        }
        let secret = new.strip_prefix("/recover/").expect("a link");
        assert!(!everything(&app.app().ctx.db).await.contains(secret), "the link is not in the database");
    }

    async fn r49_of_two_who_recover_at_once_one_wins(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let link = asked(app).await;
        let (one, two) = (app.browser(), app.browser());
        let (a, b) = tokio::join!(choose(&one, &link), choose(&two, &link));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410]);
    }

    async fn a_bad_password_changes_nothing_and_keeps_the_link_and_the_choice(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let link = asked(app).await;
        let (before, hashes) = (app.state_and_log().await, app.app().ctx.hasher.hashes_total());
        for bad in ["short", "anna@example", "password1234", &"x".repeat(1025)] {
            let answer = app.browser().submit(&link, &link, &[("password", bad)]).await;
            assert_eq!((answer.status, answer.texts_of("#password-problem").len()), (422, 1), "{bad}");
            assert!(!answer.attributes_of("#revoke_tokens").contains_key("checked"), "the box stays as it was left");
        }
        assert_eq!((app.state_and_log().await, app.app().ctx.hasher.hashes_total()), (before, hashes));
        assert_eq!(choose(&app.browser(), &link).await.status, 303);
    }

    async fn what_is_no_address_is_asked_for_again_and_look_alikes_get_nothing(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let before = app.state_and_log().await;
        let long = format!("{}@example.com", "a".repeat(10_000));
        for wrong in ["", "anna", "\u{131}@example.com", "anna@example.com\r\nBcc: v@example.com", "a@xn--example-.org", &long] {
            let answer = ask(&app.browser(), wrong).await;
            assert_eq!((answer.status, answer.texts_of("#email-problem").len()), (422, 1), "{wrong}");
        }
        assert_eq!(app.state_and_log().await, before);
        let before = app.state().await;
        for other in ["\u{430}nna@example.com", "anna@examp1e.com", "anna+x@example.com", "a.nna@example.com"] {
            let answer = ask(&app.browser(), other).await;
            assert!(matches!(answer.status, 200 | 422), "{other}");
        }
        assert_eq!(app.state().await, before, "no mail, no link");
    }

    async fn r51_asking_changes_nothing_about_the_account(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let accounts = app.rows("SELECT * FROM accounts").await;
        asked(app).await;
        assert_eq!(app.rows("SELECT * FROM accounts").await, accounts);
        assert!(is_signed_in(&browser).await);
        assert_eq!(sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 303, "the password is still good");
    }

    async fn r51_ten_requests_bring_three_mails_an_hour(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        for _ in 0..10 {
            app.clock.advance(Span::seconds(1));
            assert_eq!(ask(&app.browser(), EMAIL).await.status, 200);
        }
        assert_eq!(app.mails_to(EMAIL).await.len(), 3);
        let newest = mailed_link(app).await;
        assert_eq!(app.browser().get(&newest).await.status, 200, "those that were not answered end no link");
        app.clock.advance(Span::minutes(61));
        ask(&app.browser(), EMAIL).await;
        assert_eq!(app.mails_to(EMAIL).await.len(), 4);
    }

    async fn r51_requests_from_one_network_are_limited_and_the_limit_says_nothing_about_the_address(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        for n in 0..20 {
            assert_eq!(ask(&app.browser(), &format!("nobody{n}@example.com")).await.status, 200);
        }
        let before = app.state_and_log().await;
        for email in [EMAIL, "nobody@example.com"] {
            let limited = ask(&app.browser(), email).await;
            assert_eq!((limited.status, limited.text_of("h1").as_str()), (429, "Too many attempts"));
            assert!(!limited.header("retry-after").is_empty());
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r51_a_suspended_account_gets_the_same_answer_and_no_mail(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        app.suspend(EMAIL).await;
        let before = app.state().await;
        let (suspended, unknown) = (ask(&app.browser(), EMAIL).await, ask(&app.browser(), "nobody@example.com").await);
        assert_eq!((suspended.status, masked(&suspended)), (unknown.status, masked(&unknown).replace("nobody@", "anna@")));
        assert_eq!(app.state().await, before);
    }

    async fn a_suspended_account_recovers_nothing_with_a_link_from_before(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let link = asked(app).await;
        let browser = app.browser();
        let page = browser.get(&link).await;
        app.suspend(EMAIL).await;
        let before = app.state_and_log().await;
        assert_eq!(browser.get(&link).await.status, 410);
        assert_eq!(browser.submit_from(&page, &link, &[("password", CHOSEN)]).await.status, 410);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn an_unconfirmed_account_is_confirmed_by_its_recovery(app: &TestApp) {
        sign_up(&app.browser(), EMAIL, PASSWORD).await;
        let (verify, _) = app.confirmation(EMAIL).await;
        app.clock.advance(Span::seconds(1));
        let link = asked(app).await;
        let browser = app.browser();
        assert_eq!(choose(&browser, &link).await.status, 303);
        assert!(app.rows("SELECT id FROM accounts WHERE verified_at IS NULL").await.is_empty());
        assert_eq!(browser.get(&verify).await.status, 410, "what the link would have proved is proved");
    }

    async fn somebody_who_was_invited_may_begin_with_a_recovery(app: &TestApp) {
        let by = ConfirmedAdministrator::of(confirmed(&app.admin("ada@example.com").await)).expect("an administrator");
        let email = EmailAddress::parse(EMAIL).expect("an address");
        let name = PersonName::parse("Anna").expect("a name");
        invite(&app.app().ctx, &by, NewInvitation { email, name, roles: Roles::user(), attributes: Attributes::default() }).await.expect("invited");
        let invitation = letter::link(app.mails_to(EMAIL).await.last().expect("a mail"), "/invite/");
        app.clock.advance(Span::seconds(1));
        let link = asked(app).await;
        assert_eq!(choose(&app.browser(), &link).await.status, 303);
        assert_eq!(sign_in(&app.browser(), EMAIL, CHOSEN).await.status, 303);
        assert_eq!(app.browser().get(&invitation).await.status, 410);
    }

    async fn r53_an_administrator_starts_a_recovery_and_sees_neither_link_nor_password(app: &TestApp) {
        let by = ConfirmedAdministrator::of(confirmed(&app.admin("ada@example.com").await)).expect("an administrator");
        let anna = app.user(EMAIL).await;
        let ctx = &app.app().ctx;
        send_set_password_link(ctx, &by, anna.id()).await.expect("sent");
        let mail = letter::text(app.mails_to(EMAIL).await.last().expect("a mail"));
        assert!(mail.contains("An administrator of Latchkey asks you to choose a new password."), "{mail}");
        let log = app.rows("SELECT action, details, target FROM audit_events ORDER BY seq DESC LIMIT 1").await;
        assert!(log[0].starts_with("account.recovery_sent") && !log[0].contains(&mailed_link(app).await), "{log:?}");
        assert_eq!(sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 303, "until another one is chosen");
        let link = mailed_link(app).await;
        assert_eq!(choose(&app.browser(), &link).await.status, 303);
        app.suspend(EMAIL).await;
        let before = app.state_and_log().await;
        assert!(matches!(send_set_password_link(ctx, &by, anna.id()).await, Err(SendLinkError::Suspended)));
        assert_eq!(app.state_and_log().await, before);
    }
}

const ROOMY: &[(&str, &str)] = &[("sign_up_rate", "10000"), ("sign_in_rate", "10000")];

both! {
    async fn r51_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(db: &TestDb) {
        let app = TestApp::start(db, ROOMY).await;
        app.account("known@example.com", Roles::user()).await;
        let mut times = [Vec::new(), Vec::new()];
        for n in 0..40 {
            let mut answers = Vec::new();
            let asked = ["known@example.com".to_owned(), format!("unknown{n}@example.com")];
            for (which, email) in asked.into_iter().enumerate() {
                let browser = app.browser();
                let form = browser.get("/recover").await;
                let began = Instant::now();
                let answer = browser.submit_from(&form, "/recover", &[("email", &email)]).await;
                times[which].push(began.elapsed());
                answers.push((answer.status, answer.header("set-cookie").to_owned(), masked(&answer).replace(&email, "EMAIL")));
            }
            assert_eq!(answers[0], answers[1]);
            app.clock.advance(Span::minutes(20));
        }
        let [known, unknown] = times.map(median);
        assert!(known < unknown * 2 && unknown < known * 2, "{known:?} {unknown:?}");
        println!("asking for a recovery: known {known:?}, unknown {unknown:?}");
        app.stop().await;
    }

    async fn r51_the_verb_takes_as_long_for_an_unknown_address(db: &TestDb) {
        let app = TestApp::start(db, ROOMY).await;
        app.account("known@example.com", Roles::user()).await;
        let origin = Origin::new("203.0.113.7".parse().expect("an address"), "test", "req_test".into());
        let mut times = [Vec::new(), Vec::new()];
        for n in 0..60 {
            for (which, email) in ["known@example.com".to_owned(), format!("unknown{n}@example.com")].iter().enumerate() {
                let email = EmailAddress::parse(email).expect("an address");
                let began = Instant::now();
                request_recovery(&app.app().ctx, &email, &origin).await.expect("asked for");
                times[which].push(began.elapsed());
            }
            app.clock.advance(Span::minutes(20));
        }
        let [known, unknown] = times.map(median);
        assert!(known < unknown * 2 && unknown < known * 2, "{known:?} {unknown:?}");
        app.stop().await;
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
