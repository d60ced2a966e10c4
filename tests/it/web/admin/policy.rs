//! `/admin/policy`.

use latchkey::base::time::Span;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser, Fields};

const PAGE: &str = "/admin/policy";

async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

/// Sends the form, and once more when it shows first what it would do.
async fn save(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    let answer = browser.submit(PAGE, PAGE, fields).await;
    match answer.find_field("seen") {
        Some(seen) => browser.submit_from(&answer, PAGE, &[fields, &[("seen", &seen)]].concat()).await,
        None => answer,
    }
}

served! {
    async fn the_policy_is_shown_as_it_is_and_saved_as_it_was_sent(app: &TestApp) {
        let browser = administrator(app).await;
        let page = browser.get(PAGE).await;
        assert_eq!((page.field("roles").as_str(), page.field("longest_days").as_str()), ("*", ""));
        assert!(page.attribute("#allowed", "checked").is_some() && page.attribute("#no_expiry", "checked").is_some());
        assert!(page.text_of("main").contains("Last changed 22 Nov 2026, 09:00 UTC"), "{}", page.body);
        let before = app.events().await;
        let fields = [("allowed", "yes"), ("roles", "admin, ops:deploy"), ("longest_days", " 30 ")];
        let saved = save(&browser, &fields).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/admin/policy?done=saved"), "{}", saved.body);
        let page = browser.get(saved.header("location")).await;
        assert_eq!(page.text_of(".notice.good"), "The token policy is saved. It binds from now on.");
        assert_eq!((page.field("roles").as_str(), page.field("longest_days").as_str()), ("admin, ops:deploy", "30"));
        assert!(page.attribute("#no_expiry", "checked").is_none());
        assert_eq!(app.events().await, before + 1);
        let before = app.state_and_log().await;
        assert_eq!(save(&browser, &fields).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "saved as it was, nothing changes");
    }

    async fn what_is_wrong_comes_back_at_its_field_and_changes_nothing(app: &TestApp) {
        let browser = administrator(app).await;
        let before = app.state_and_log().await;
        let long = "x".repeat(51);
        let cases: [(Fields<'_>, &str, &str); 8] = [
            (&[("roles", "admin, b<d")], "roles", "“b<d” is no role"),
            (&[("roles", &long)], "roles", "is no role"),
            (&[("roles", "*"), ("longest_days", "0")], "longest_days", "1 to 3650"),
            (&[("roles", "*"), ("longest_days", "3651")], "longest_days", "1 to 3650"),
            (&[("roles", "*"), ("longest_days", "-1")], "longest_days", "1 to 3650"),
            (&[("roles", "*"), ("longest_days", "99999999999999999999")], "longest_days", "1 to 3650"),
            (&[("roles", "*"), ("longest_days", "a month")], "longest_days", "1 to 3650"),
            (&[("roles", "*"), ("longest_days", "30"), ("no_expiry", "yes")], "no_expiry", "exclude each other"),
        ];
        for (fields, field, message) in cases {
            let refused = save(&browser, fields).await;
            assert_eq!(refused.status, 422, "{fields:?}");
            assert!(refused.text_of(&format!("#{field}-problem")).contains(message), "{fields:?}: {}", refused.body);
            let kept = fields.iter().find(|(name, _)| *name == "roles").map_or("", |(_, value)| value);
            assert_eq!(refused.field("roles"), kept);
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r78_an_administrator_switches_tokens_off_and_on(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let bearer = app.bearer(token.secret.reveal());
        assert_eq!(bearer.get("/v1/me").await.status, 200);
        assert_eq!(save(&browser, &[("roles", "*"), ("no_expiry", "yes")]).await.status, 303);
        assert_eq!(bearer.get("/v1/me").await.status, 403, "off, on its next request");
        assert_eq!(save(&browser, &[("allowed", "yes"), ("roles", ""), ("no_expiry", "yes")]).await.status, 303);
        assert_eq!(bearer.get("/v1/me").await.status, 403, "on, but for nobody");
        assert_eq!(save(&browser, &[("allowed", "yes"), ("roles", "user"), ("longest_days", "29")]).await.status, 303);
        assert_eq!(bearer.get("/v1/me").await.status, 403, "it lives longer than is allowed now");
        assert_eq!(save(&browser, &[("allowed", "yes"), ("roles", "user"), ("longest_days", "30")]).await.status, 303);
        assert_eq!(bearer.get("/v1/me").await.status, 200);
    }

    async fn what_a_policy_would_refuse_is_shown_before_it_is_saved_and_told_when_it_is(app: &TestApp) {
        let browser = administrator(app).await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        app.token(&alice, "CI", &[]).await;
        app.token(&alice, "Nightly", &[]).await;
        let bobs = app.token(&bob, "Backup", &[]).await;
        let before = app.state_and_log().await;
        let fields = [("allowed", "yes"), ("roles", "*"), ("longest_days", "29")];
        let asked = browser.submit(PAGE, PAGE, &fields).await;
        assert_eq!((asked.status, asked.text_of("#effect-title").as_str()), (200, "This affects 3 tokens of 2 people"));
        assert_eq!(asked.texts_of("tbody td[data-label=Owner]"), ["alice@example.com", "alice@example.com", "bob@example.com"]);
        assert_eq!(asked.field("longest_days"), "29", "what was filled in is kept");
        assert_eq!(app.state_and_log().await, before, "nothing is saved yet");
        assert_eq!(app.bearer(bobs.secret.reveal()).get("/v1/me").await.status, 200);

        // Another token comes in between: what was seen is not what would happen.
        app.token(&bob, "Late", &[]).await;
        let seen = asked.field("seen");
        let again = browser.submit_from(&asked, PAGE, &[&fields[..], &[("seen", &seen)]].concat()).await;
        assert_eq!(again.text_of("#effect-title"), "This affects 4 tokens of 2 people");
        assert_eq!(app.bearer(bobs.secret.reveal()).get("/v1/me").await.status, 200);

        let seen = again.field("seen");
        let saved = browser.submit_from(&again, PAGE, &[&fields[..], &[("seen", &seen)]].concat()).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
        assert_eq!(app.bearer(bobs.secret.reveal()).get("/v1/me").await.status, 403, "on its next request");
        let subject = "Subject: A policy change affects your tokens";
        for (owner, names) in [("alice@example.com", ["CI", "Nightly"]), ("bob@example.com", ["Backup", "Late"])] {
            let mails: Vec<String> = app.mails_to(owner).await.into_iter().filter(|mail| mail.contains(subject)).collect();
            assert_eq!(mails.len(), 1, "one mail each");
            assert!(names.iter().all(|name| mails[0].contains(name)) && !mails[0].contains("203.0.113"), "{}", mails[0]);
        }
    }

    async fn a_policy_that_refuses_nothing_new_is_saved_at_once(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        app.token(&alice, "CI", &[]).await;
        let saved = browser.submit(PAGE, PAGE, &[("allowed", "yes"), ("roles", "*"), ("longest_days", "30")]).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
    }

    async fn a_policy_asks_for_a_second_factor_and_ends_what_nobody_uses(app: &TestApp) {
        let browser = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let fields = [("allowed", "yes"), ("roles", "*"), ("no_expiry", "yes"), ("require_factor", "yes")];
        let asked = browser.submit(PAGE, PAGE, &fields).await;
        assert_eq!(asked.texts_of("tbody td[data-label=Why]"), ["Its owner has no second factor."]);
        assert_eq!(save(&browser, &fields).await.status, 303);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 403);
        let fields = [("allowed", "yes"), ("roles", "*"), ("no_expiry", "yes"), ("idle_days", "20")];
        assert_eq!(browser.submit(PAGE, PAGE, &fields).await.status, 303, "it is not unused yet");
        let page = browser.get(PAGE).await;
        assert_eq!((page.field("idle_days").as_str(), page.attribute("#require_factor", "checked")), ("20", None));
        app.clock.advance(Span::days(13));
        let fields = [("allowed", "yes"), ("roles", "*"), ("no_expiry", "yes"), ("idle_days", "13")];
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let asked = browser.submit(PAGE, PAGE, &fields).await;
        assert_eq!(asked.texts_of("tbody td[data-label=Why]"), ["It was not used for so long. It will be revoked."]);
        let refused = browser.submit(PAGE, PAGE, &[("roles", "*"), ("idle_days", "0")]).await;
        assert_eq!((refused.status, refused.field("idle_days").as_str()), (422, "0"));
    }
}
