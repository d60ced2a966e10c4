//! `/sign-up`: who gets an account, with which password, and what everybody else is told.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;

use super::{masked, sign_in, sign_up};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::rows::rows;
use crate::{both, served};

const ROOMY: &[(&str, &str)] = &[("sign_up_rate", "10000"), ("sign_in_rate", "10000")];

/// A good password of that many bytes.
fn letters(n: usize) -> String {
    "gkq7wz1mvxd9 vexing otter ".chars().chain("ul4egkq7wz1mvxd9".chars().cycle()).take(n).collect()
}

async fn accounts(app: &TestApp) -> Vec<String> {
    rows(&app.app().ctx.db, "SELECT email, name, roles, verified_at FROM accounts ORDER BY email").await
}

served! {
    async fn who_signs_up_has_an_account_and_a_mail(app: &TestApp) {
        let answer = sign_up(&app.browser(), "Anna@Example.com", PASSWORD).await;
        assert_eq!((answer.status, answer.text_of("h1").as_str()), (200, "Check your mail"));
        assert_eq!(answer.text_of("main strong"), "Anna@example.com");
        let folder = app.app().ctx.mail.folder_path().expect("a folder").display().to_string();
        assert!(answer.body.contains(&folder), "the page says where the mail lies");
        assert_eq!(accounts(app).await, ["Anna@example.com | Anna Berg | [\"user\"] | "]);
        assert_eq!(app.mails_to("Anna@example.com").await.len(), 1);
    }

    async fn a_mistake_changes_nothing_and_keeps_what_was_typed_but_the_password(app: &TestApp) {
        let before = app.state().await;
        let fields = [("name", "Anna\u{202e}"), ("email", "anna.example.com"), ("password", "fuchsia-anvil-hums-77")];
        let answer = app.browser().submit("/sign-up", "/sign-up", &fields).await;
        assert_eq!((answer.status, answer.text_of("title").as_str()), (422, "Error: Create your account · Latchkey"));
        assert_eq!((answer.field("name").as_str(), answer.field("email").as_str()), ("Anna\u{202e}", "anna.example.com"));
        assert!(!answer.body.contains("fuchsia-anvil"), "{}", answer.body);
        assert_eq!(answer.text_of("#email-problem"), "Error: Enter an email address in the form name@example.com.");
        assert_eq!(answer.text_of(".summary li:nth-child(2)"), "Enter an email address in the form name@example.com.");
        assert_eq!(app.state().await, before);
    }

    async fn r01_a_password_has_at_least_12_characters_and_at_most_1024_bytes(app: &TestApp) {
        let browser = app.browser();
        for (length, status) in [(11, 422), (12, 200), (64, 200), (1024, 200), (1025, 422)] {
            let before = app.state().await;
            let answer = sign_up(&browser, &format!("length{length}@example.com"), &letters(length)).await;
            assert_eq!(answer.status, status, "{length}");
            assert_eq!(app.state().await == before, status == 422, "{length}");
        }
        let short = sign_up(&browser, "short@example.com", &letters(11)).await;
        assert_eq!(short.text_of("#password-problem"), "Error: This password is too short: use 12 characters or more.");
        assert_eq!(sign_in(&browser, "length64@example.com", &letters(63)).await.status, 401);
        assert_eq!(sign_in(&app.browser(), "length64@example.com", &letters(64)).await.status, 303);
    }

    async fn r02_any_characters_will_do_and_a_password_never_expires(app: &TestApp) {
        let passwords = ["correct horse battery staple", "🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎"];
        for (n, password) in passwords.into_iter().enumerate() {
            assert_eq!(sign_up(&app.browser(), &format!("p{n}@example.com"), password).await.status, 200, "{password}");
        }
        app.clock.advance(Span::days(400));
        for (n, password) in passwords.into_iter().enumerate() {
            assert_eq!(sign_in(&app.browser(), &format!("p{n}@example.com"), password).await.status, 303, "{password}");
        }
    }

    async fn r03_a_password_is_taken_as_it_is_apart_from_nfc(app: &TestApp) {
        assert_eq!(sign_up(&app.browser(), "cafe@example.com", "vexing otter caf\u{e9}").await.status, 200);
        assert_eq!(sign_up(&app.browser(), "nul@example.com", "vexing otter\0 hums").await.status, 200);
        let tries = [
            ("cafe@example.com", "vexing otter cafe\u{301}", 303),
            ("cafe@example.com", "vexing otter caf\u{e9} ", 401),
            ("cafe@example.com", " vexing otter caf\u{e9}", 401),
            ("cafe@example.com", "Vexing otter caf\u{e9}", 401),
            ("nul@example.com", "vexing otter\0 hums", 303),
            ("nul@example.com", "vexing otter", 401),
        ];
        for (email, password, status) in tries {
            assert_eq!(sign_in(&app.browser(), email, password).await.status, status, "{password:?}");
        }
    }

    async fn r04_and_r05_common_passwords_and_those_about_their_owner_are_refused_with_the_reason(app: &TestApp) {
        let before = app.state().await;
        let common = include_str!("../../data/common.txt").lines().step_by(1_000).map(|line| (line, "among the first that people try"));
        let own = ["alicedeveloper", "Alice.Developer", "latchkeylatchkey"].map(|text| (text, "too close to your name"));
        for (password, why) in common.chain(own) {
            let answer = sign_up(&app.browser(), "alice.developer@example.com", password).await;
            assert_eq!(answer.status, 422, "{password}");
            assert!(answer.text_of("#password-problem").contains(why), "{password}: {}", answer.text_of("#password-problem"));
        }
        assert_eq!(app.state().await, before);
    }

    async fn r06_what_is_kept_of_a_password_is_argon2id_above_the_floor(app: &TestApp) {
        sign_up(&app.browser(), "anna@example.com", PASSWORD).await;
        let kept = rows(&app.app().ctx.db, "SELECT password_hash FROM accounts").await.join("");
        let parts: Vec<&str> = kept.split('$').collect();
        assert_eq!(parts[..4], ["", "argon2id", "v=19", "m=19456,t=2,p=1"], "{kept}");
        assert_eq!(parts[4].len(), 22, "a salt of 16 bytes");
    }

    async fn r10_password_managers_know_what_to_do_with_every_field(app: &TestApp) {
        let setup = app.setup_url().expect("a setup link");
        let setup = setup.strip_prefix(&app.url("")).expect("an address of ours");
        let pages = [
            ("/sign-up", "email", "new-password"),
            ("/sign-in", "username", "current-password"),
            (setup, "email", "new-password"),
        ];
        for (path, email, password) in pages {
            let page = app.anon("GET", path).await;
            for (kind, name, autocomplete) in [("email", "email", email), ("password", "password", password)] {
                let field = page.attributes_of(&format!("input[name={name}]"));
                assert_eq!((field["type"].as_str(), field["autocomplete"].as_str()), (kind, autocomplete), "{path}");
            }
            assert!(!page.body.contains("onpaste") && !page.body.contains("maxlength"), "{path}");
        }
    }

    async fn r12_spellings_of_one_address_are_one_account_at_every_door(app: &TestApp) {
        sign_up(&app.browser(), "A@Example.com", PASSWORD).await;
        sign_up(&app.browser(), "a@example.COM", PASSWORD).await;
        assert_eq!(accounts(app).await.len(), 1);
        for spelling in ["a@example.com", " A@EXAMPLE.COM ", "\u{41}@example.com"] {
            assert_eq!(sign_in(&app.browser(), spelling, PASSWORD).await.status, 303, "{spelling}");
        }
        sign_up(&app.browser(), "\u{212a}im@example.com", PASSWORD).await;
        sign_up(&app.browser(), "kim@example.com", PASSWORD).await;
        assert_eq!(accounts(app).await.len(), 2, "the Kelvin sign is a K");
        let before = app.state().await;
        let long = format!("{}@example.com", "a".repeat(250));
        for refused in ["\u{131}@example.com", "\u{ff41}@example.com", "a@xn--example-.org", "a@example", &long] {
            assert_eq!(sign_up(&app.browser(), refused, PASSWORD).await.status, 422, "{refused}");
            assert_eq!(sign_in(&app.browser(), refused, PASSWORD).await.status, 401, "{refused}");
        }
        assert_eq!(app.state().await, before);
    }

    async fn r13_who_presses_the_button_twice_gets_one_account_and_one_mail(app: &TestApp) {
        let browser = app.browser();
        sign_up(&browser, "anna@example.com", PASSWORD).await;
        sign_up(&browser, "anna@example.com", PASSWORD).await;
        assert_eq!((accounts(app).await.len(), app.mails().await.len()), (1, 1));
    }

    async fn r14_fields_that_were_not_offered_do_nothing(app: &TestApp) {
        let browser = app.browser();
        let fields = [
            ("name", "Anna Berg"),
            ("email", "anna@example.com"),
            ("password", PASSWORD),
            ("role", "admin"),
            ("roles", "[\"admin\"]"),
            ("is_admin", "true"),
            ("email_verified", "true"),
            ("verified_at", "1"),
            ("tenant_id", "1"),
            ("plan", "enterprise"),
        ];
        assert_eq!(browser.submit("/sign-up", "/sign-up", &fields).await.status, 200);
        assert_eq!(accounts(app).await, ["anna@example.com | Anna Berg | [\"user\"] | "]);
        browser.sign_in("anna@example.com").await;
        assert!(!app.person("anna@example.com").await.is_admin());
    }

    async fn r16_the_twenty_first_sign_up_of_an_hour_is_refused(app: &TestApp) {
        let browser = app.browser();
        for n in 0..20 {
            assert_eq!(sign_up(&browser, &format!("p{n}@example.com"), PASSWORD).await.status, 200, "{n}");
        }
        let (before, hashes) = (app.state().await, app.app().ctx.hasher.hashes_total());
        let refused = sign_up(&browser, "late@example.com", PASSWORD).await;
        assert_eq!((refused.status, refused.text_of("h1").as_str()), (429, "Too many attempts"));
        assert_eq!(refused.header("retry-after"), "180");
        assert_eq!((app.state().await, app.app().ctx.hasher.hashes_total()), (before, hashes), "nothing was done, not even hashed");
        app.clock.advance(Span::seconds(180));
        assert_eq!(sign_up(&browser, "late@example.com", PASSWORD).await.status, 200);
    }
}

both! {
    async fn r13_fifty_sign_ups_at_once_make_one_account_and_one_mail(db: &TestDb) {
        let app = TestApp::start(db, ROOMY).await;
        let browsers: Vec<_> = (0..50).map(|_| app.browser()).collect();
        let answers = join_all(browsers.iter().map(|browser| sign_up(browser, "anna@example.com", PASSWORD))).await;
        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert!(done > 0 && answers.iter().all(|answer| matches!(answer.status, 200 | 503)), "{done} of 50");
        assert_eq!((accounts(&app).await.len(), app.mails().await.len()), (1, 1));
        app.stop().await;
    }

    async fn r15_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(db: &TestDb) {
        let app = TestApp::start(db, ROOMY).await;
        app.account("known@example.com", Roles::user()).await;
        let hashes = || app.app().ctx.hasher.hashes_total();
        let mut times = [Vec::new(), Vec::new()];
        for n in 0..8 {
            let mut bodies = Vec::new();
            for (which, email) in ["known@example.com".to_owned(), format!("unknown{n}@example.com")].into_iter().enumerate() {
                let browser = app.browser();
                let form = browser.get("/sign-up").await;
                let (hashed, began) = (hashes(), Instant::now());
                let fields = [("name", "Anna"), ("email", email.as_str()), ("password", PASSWORD)];
                let answer = browser.submit_from(&form, "/sign-up", &fields).await;
                times[which].push(began.elapsed());
                assert_eq!(hashes(), hashed + 1, "{email}");
                bodies.push((answer.status, answer.header("set-cookie").to_owned(), masked(&answer).replace(&email, "EMAIL")));
            }
            assert_eq!(bodies[0], bodies[1]);
        }
        let [known, unknown] = times.map(median);
        assert!(known < unknown * 3 && unknown < known * 3, "{known:?} {unknown:?}");
        let told = app.mails_to("known@example.com").await;
        assert!((1..=3).contains(&told.len()), "{}", told.len());
        assert!(told.iter().all(|mail| mail.contains("Subject: You already have an account")));
        app.stop().await;
    }

    async fn r16_closed_means_closed_for_reading_and_for_sending(db: &TestDb) {
        let app = TestApp::start(db, &[("sign_up", "invite")]).await;
        let before = app.state().await;
        let browser = app.browser();
        let page = browser.get("/sign-up").await;
        assert_eq!(page.status, 403);
        assert!(page.text_of("main").contains("without an invitation"), "{}", page.body);
        let token = browser.get("/sign-in").await;
        for password in [PASSWORD, "short"] {
            let fields = [("name", "Anna"), ("email", "anna@example.com"), ("password", password)];
            assert_eq!(browser.submit_from(&token, "/sign-up", &fields).await.status, 403);
        }
        assert_eq!(app.state().await, before);
        assert!(!app.anon("GET", "/").await.body.contains("/sign-up") && !token.body.contains("/sign-up"), "nobody is sent there");
        app.stop().await;
    }

    async fn r07_a_weak_hash_is_replaced_at_the_next_sign_in(db: &TestDb) {
        let weak = TestApp::start(db, &[("argon2_memory", "12288"), ("argon2_passes", "3")]).await;
        weak.account("anna@example.com", Roles::user()).await;
        weak.stop().await;
        let app = TestApp::start(db, &[]).await;
        let kept = async || rows(&app.app().ctx.db, "SELECT password_hash FROM accounts").await.join("");
        assert!(kept().await.starts_with("$argon2id$v=19$m=12288,t=3,p=1$"));
        assert_eq!(sign_in(&app.browser(), "anna@example.com", "not the password").await.status, 401);
        assert!(kept().await.starts_with("$argon2id$v=19$m=12288,t=3,p=1$"));
        for _ in 0..2 {
            assert_eq!(app.browser().sign_in("anna@example.com").await.status, 303);
            assert!(kept().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        }
        app.stop().await;
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
