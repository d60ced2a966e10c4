//! How fast somebody may guess: one counter for an account, whatever the spelling, the door and the process.

use std::net::IpAddr;

use futures_util::future::join_all;
use latchkey::base::net::Origin;
use latchkey::base::text::EmailAddress;
use latchkey::base::time::{Clock, Span, Timestamp};
use latchkey::domain::accounts::{PasswordAttempt, Roles};
use latchkey::domain::attempts::TooMany;
use latchkey::domain::profile;
use latchkey::domain::sessions::{self, Begun, Credentials, SignInError};
use latchkey::jobs::sweep;

use super::sign_in;
use crate::support::app::{Answer, Browser, PASSWORD, START, TestApp};
use crate::support::authenticator::Authenticator;
use crate::support::letter;
use crate::{both, served};

const ANNA: &str = "anna@example.com";
const WRONG: &str = "not the password";

/// Signs in from an address, as the door would.
async fn from(app: &TestApp, address: IpAddr, email: &str, password: &str) -> Result<Begun, SignInError> {
    let presented = Credentials { email: EmailAddress::parse(email).ok(), password: PasswordAttempt::new(password) };
    sessions::sign_in(&app.app().ctx, presented, &Origin::new(address, "test", "req_test".into())).await
}

fn hashes(app: &TestApp) -> u64 {
    app.app().ctx.hasher.hashes_total()
}

/// Fails at the sign-in page until no attempt is free any more.
async fn use_up(app: &TestApp, email: &str) {
    for _ in 0..5 {
        assert_eq!(sign_in(&app.browser(), email, WRONG).await.status, 401);
    }
}

/// Posts a form that asks for the password again, with a wrong one.
async fn confirm_wrongly(browser: &Browser<'_>) -> Answer {
    let form = [("name", "x"), ("expires", "30"), ("confirm_password", WRONG)];
    browser.submit("/profile/tokens/new", "/profile/tokens", &form).await
}

served! {
    async fn r19_each_failure_after_the_fifth_doubles_the_pause(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        use_up(app, ANNA).await;
        for pause in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            let refused = sign_in(&app.browser(), ANNA, PASSWORD).await;
            assert_eq!((refused.status, refused.header("retry-after")), (429, pause.to_string().as_str()));
            assert_eq!(refused.text_of("h1"), "Too many attempts");
            app.clock.advance(Span::seconds(pause));
            assert_eq!(sign_in(&app.browser(), ANNA, WRONG).await.status, 401, "after {pause} s it is open again");
        }
        app.clock.advance(Span::minutes(15));
        assert_eq!(app.browser().sign_in(ANNA).await.status, 303);
        use_up(app, ANNA).await;
    }

    async fn r20_one_counter_for_every_spelling_and_every_door(app: &TestApp) {
        app.admin("root@example.com").await;
        app.account(ANNA, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        browser.set_cookie("device", "");
        app.clock.advance(Span::minutes(31));
        let change = [("current", WRONG), ("new", "copper-lantern-drifts-77")];
        assert_eq!(sign_in(&app.browser(), "Anna@Example.COM", WRONG).await.status, 401);
        assert_eq!(sign_in(&app.browser(), "  anna@example.com ", WRONG).await.status, 401);
        assert_eq!(browser.submit("/profile/security", "/profile/security/password", &change).await.status, 403);
        assert_eq!(confirm_wrongly(&browser).await.status, 403);
        assert_eq!(sign_in(&app.browser(), "anna@EXAMPLE.com", WRONG).await.status, 401);
        let before = hashes(app);
        for refused in [
            sign_in(&app.browser(), "ANNA@example.com", PASSWORD).await,
            browser.submit("/profile/security", "/profile/security/password", &change).await,
            confirm_wrongly(&browser).await,
        ] {
            assert_eq!((refused.status, refused.header("retry-after")), (429, "2"));
        }
        assert_eq!(hashes(app), before, "nothing is hashed");
        assert_eq!(sign_in(&app.browser(), "other@example.com", WRONG).await.status, 401, "another account is open");
    }

    async fn r20_codes_count_on_the_same_counter(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let owner = app.browser();
        owner.sign_in(ANNA).await;
        let phone = Authenticator::set_up(&owner).await;
        for _ in 0..3 {
            assert_eq!(sign_in(&app.browser(), ANNA, WRONG).await.status, 401);
        }
        let browser = app.browser();
        let half = browser.sign_in(ANNA).await;
        assert_eq!(half.header("location"), "/sign-in/second-step");
        let wrong = phone.wrong_code(app.clock.now());
        for _ in 0..2 {
            assert_eq!(browser.submit("/sign-in/second-step", "/sign-in/second-step", &[("code", &wrong)]).await.status, 401);
        }
        app.clock.advance(Span::seconds(1));
        let code = phone.code(app.clock.now() + Span::seconds(30));
        let limited = browser.submit("/sign-in/second-step", "/sign-in/second-step", &[("code", &code)]).await;
        assert_eq!((limited.status, limited.header("retry-after")), (429, "1"));
        assert_eq!(limited.header("ratelimit"), "\"account\";r=0;t=1");
        assert_eq!(sign_in(&app.browser(), ANNA, PASSWORD).await.status, 429);
        app.clock.advance(Span::seconds(1));
        let code = phone.code(app.clock.now() + Span::seconds(30));
        let through = browser.submit("/sign-in/second-step", "/sign-in/second-step", &[("code", &code)]).await;
        assert_eq!(through.status, 303, "{}", through.body);
    }

    async fn r19_strangers_lock_nobody_out_of_the_browser_they_use(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        app.account("bob@example.com", Roles::user()).await;
        let (known, thief) = (app.browser(), app.browser());
        known.sign_in(ANNA).await;
        thief.sign_in("bob@example.com").await;
        known.submit("/profile", "/sign-out", &[]).await;
        use_up(app, ANNA).await;
        assert_eq!(app.browser().sign_in(ANNA).await.status, 429);
        assert_eq!(known.sign_in(ANNA).await.status, 303, "the browser that signed in before has a counter of its own");
        assert_eq!(app.browser().sign_in(ANNA).await.status, 429, "which opens nothing to others");
        let mark = known.cookie("device").expect("a mark");
        let forged = [
            thief.cookie("device").expect("a mark of another account"),
            mark.to_lowercase(),
            mark[..mark.len() - 1].to_owned(),
            "A".repeat(64),
            format!("{mark}{}", "x".repeat(500)),
        ];
        for forged in forged {
            let stranger = app.browser();
            stranger.set_cookie("device", &forged);
            assert_eq!(stranger.sign_in(ANNA).await.status, 429, "{forged}");
        }
        known.submit("/profile", "/sign-out", &[]).await;
        for _ in 0..5 {
            assert_eq!(sign_in(&known, ANNA, WRONG).await.status, 401);
        }
        assert_eq!(sign_in(&known, ANNA, PASSWORD).await.status, 429, "its own counter counts too");
    }

    async fn r19_a_mark_is_a_cookie_that_no_script_reads(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let answer = app.browser().sign_in(ANNA).await;
        let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let mark = cookies.filter(|cookie| cookie.starts_with("device=")).collect::<Vec<_>>();
        assert_eq!(mark.len(), 1);
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
            assert!(mark[0].contains(attribute), "{}", mark[0]);
        }
        assert!(!mark[0].contains("Domain") && mark[0].len() < 200, "{}", mark[0]);
    }

    async fn r108_counters_are_forgotten_a_month_later_unless_they_are_shut(app: &TestApp) {
        assert_eq!(sign_in(&app.browser(), "one@example.com", WRONG).await.status, 401);
        app.clock.advance(Span::days(29));
        assert_eq!(sign_in(&app.browser(), "two@example.com", WRONG).await.status, 401);
        assert_eq!(sign_in(&app.browser(), "no address", WRONG).await.status, 401);
        assert_eq!(app.rows("SELECT key FROM sign_in_attempts").await.len(), 3);
        app.clock.advance(Span::days(2));
        assert_eq!(sweep::run_once(&app.app().ctx).await.expect("swept").attempts, 1);
        app.clock.advance(Span::days(31));
        assert_eq!(sweep::run_once(&app.app().ctx).await.expect("swept").attempts, 2);
    }

    async fn r24_the_owner_hears_of_a_success_after_five_failures(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        app.browser().sign_in(ANNA).await;
        assert!(app.mails_to(ANNA).await.is_empty(), "nobody is told of the very first sign-in");
        use_up(app, ANNA).await;
        app.clock.advance(Span::seconds(2));
        assert_eq!(app.browser().sign_in(ANNA).await.status, 303);
        let mails = app.mails_to(ANNA).await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(mails[0].contains("Subject: Signed in after wrong attempts") && mails[0].contains("after 5 wrong attempts"));
        assert!(!mails[0].contains(PASSWORD));
    }

    async fn r24_the_owner_hears_of_a_browser_that_is_new_to_the_account(app: &TestApp) {
        app.account(ANNA, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        browser.submit("/profile", "/sign-out", &[]).await;
        browser.sign_in(ANNA).await;
        assert!(app.mails_to(ANNA).await.is_empty(), "neither the first sign-in nor one from the same browser");
        app.browser().sign_in(ANNA).await;
        let mails = app.mails_to(ANNA).await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Subject: New sign-in"), "{}", mails[0]);
    }
}

both! {
    async fn r19_a_hundred_failures_shut_the_account_until_its_owner_sets_a_new_password(db: &TestDb) {
        let clock = Clock::manual(Timestamp::parse_rfc3339(START).expect("an instant"));
        let app = TestApp::start_at(db, &[("sign_in_rate", "10000")], clock.clone()).await;
        app.account(ANNA, Roles::user()).await;
        let address = "203.0.113.9".parse().expect("an address");
        for _ in 0..100 {
            assert!(matches!(from(&app, address, ANNA, WRONG).await, Err(SignInError::Wrong)));
            app.clock.advance(Span::minutes(15));
        }
        app.clock.advance(Span::days(40));
        sweep::run_once(&app.app().ctx).await.expect("swept");
        app.stop().await;
        let app = TestApp::start_at(db, &[("sign_in_rate", "10000")], clock).await;
        let before = hashes(&app);
        let refused = from(&app, address, ANNA, PASSWORD).await;
        assert!(matches!(refused, Err(SignInError::TooMany(TooMany::Shut))), "the right password, after a restart");
        let page = app.browser().sign_in(ANNA).await;
        assert_eq!((page.status, page.text_of("h1").as_str(), page.header("retry-after")), (429, "Too many attempts", ""));
        assert!(page.text_of("main").contains("Set a new password"), "{}", page.text_of("main"));
        assert_eq!(hashes(&app), before, "nothing is hashed");
        let email = EmailAddress::parse(ANNA).expect("an address");
        let origin = Origin::new(address, "test", "req_test".into());
        profile::request_recovery(&app.app().ctx, &email, &origin).await.expect("mailed");
        let mails = app.mails_to(ANNA).await;
        let mail = mails.iter().find(|mail| letter::text(mail).contains("/recover/")).expect("a mail with a link");
        let link = letter::link(mail, "/recover/");
        let browser = app.browser();
        let new = "copper-lantern-drifts-77";
        assert_eq!(browser.submit(&link, &link, &[("password", new)]).await.status, 303);
        assert_eq!(sign_in(&browser, ANNA, new).await.status, 303, "a new password opens it");
        app.stop().await;
    }

    async fn r21_two_hundred_guesses_at_once_are_five(db: &TestDb) {
        let app = TestApp::start(db, &[("sign_in_rate", "10000")]).await;
        app.account(ANNA, Roles::user()).await;
        for email in [ANNA, "unknown@example.com"] {
            let before = hashes(&app);
            let address = "203.0.113.9".parse().expect("an address");
            let outcomes = join_all((0..200).map(|_| from(&app, address, email, WRONG))).await;
            let wrong = outcomes.iter().filter(|outcome| matches!(outcome, Err(SignInError::Wrong))).count();
            let limited = outcomes.iter().filter(|outcome| matches!(outcome, Err(SignInError::TooMany(_)))).count();
            // A machine that is busy may have no connection left for some of them; they reach nothing either.
            assert!(outcomes.iter().all(Result::is_err) && limited > 100, "{email}: {limited}");
            assert_eq!((wrong, hashes(&app) - before), (5, 5), "{email}");
        }
        app.stop().await;
    }

    async fn r22_one_address_tries_few_accounts_and_many_addresses_are_not_one(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.account("user-0@example.com", Roles::user()).await;
        let mut statuses = Vec::new();
        for n in 0..40 {
            statuses.push(sign_in(&app.browser(), &format!("user-{n}@example.com"), WRONG).await.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 30);
        assert!(statuses[30..].iter().all(|status| *status == 429), "{statuses:?}");
        for n in 0..40u8 {
            let address = IpAddr::from([198, 51, 100, n]);
            let tried = from(&app, address, &format!("user-{n}@example.com"), WRONG).await;
            assert!(matches!(tried, Err(SignInError::Wrong)), "{address}");
        }
        let one_network = |n: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]);
        let mut limited = 0;
        for n in 0..40 {
            let tried = from(&app, one_network(n), &format!("person-{n}@example.com"), WRONG).await;
            limited += usize::from(matches!(tried, Err(SignInError::TooMany(_))));
        }
        assert_eq!(limited, 10, "an IPv6 network is one address");
        app.stop().await;
    }
}
