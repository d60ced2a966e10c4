//! `/profile/tokens/{id}`: what is known of one token, and the forms that change it.

use latchkey::base::time::Span;
use latchkey::domain::credentials;

use super::{alice_with_token, create, secret_on};
use crate::served;
use crate::support::app::{Answer, Browser, Fields};

fn path(id: impl std::fmt::Display) -> String {
    format!("/profile/tokens/{id}")
}

/// Sends one of the forms that stand on the page, and opens where that leads.
async fn change(browser: &Browser<'_>, page: &str, what: &str, fields: Fields<'_>) -> Answer {
    let form = browser.get(page).await;
    let action = form.attribute(&format!("main form[action$='/{what}']"), "action").unwrap_or_else(|| panic!("no {what}"));
    let answer = browser.submit_from(&form, &action, fields).await;
    if answer.status == 303 { browser.get(answer.header("location")).await } else { answer }
}

served! {
    async fn a_person_pauses_resumes_renames_and_narrows_a_token(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let (page, secret) = (path(token.credential.id), token.secret.reveal());
        let first = browser.get(&page).await;
        assert_eq!((first.text_of("h1").as_str(), first.text_of(".head .tag").as_str()), ("CI deploy", "Active"));
        assert_eq!(first.texts_of("#history-title ~ .sheet tbody th"), ["API token created: CI deploy"]);

        let paused = change(&browser, &page, "pause", &[]).await;
        assert_eq!(paused.text_of(".head .tag"), "Paused");
        assert_eq!(app.bearer(secret).get("/v1/me").await.status / 100, 4, "refused at once");
        assert!(browser.get("/profile/tokens").await.text_of("td[data-label=Status]").starts_with("Paused"));
        let resumed = change(&browser, &page, "resume", &[]).await;
        assert_eq!(resumed.text_of(".notice.good"), "The token works again.");
        assert_eq!(app.bearer(secret).get("/v1/me").await.status, 200);

        let renamed = change(&browser, &page, "rename", &[("name", "Nightly")]).await;
        assert_eq!(renamed.text_of("h1"), "Nightly");
        let narrow = [("scopes", "profile"), ("addresses", "203.0.113.0/24\r\n198.51.100.7")];
        let narrowed = change(&browser, &page, "narrow", &narrow).await;
        assert_eq!(narrowed.texts_of(".plain-list li"), ["198.51.100.7", "203.0.113.0/24"]);
        assert_eq!(narrowed.texts_of(".facts .scope"), ["profile"]);
        assert_eq!(app.bearer(secret).get("/v1/me").await.status / 100, 4, "this address is not among them");
        assert_eq!(narrowed.texts_of("#history-title ~ .sheet tbody tr").len(), 5);
    }

    async fn what_would_widen_a_token_or_is_wrong_is_told_at_its_field_and_changes_nothing(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        create(&browser, &[("name", "Taken")]).await;
        let page = path(token.credential.id);
        change(&browser, &page, "narrow", &[("scopes", "profile"), ("addresses", "203.0.113.0/24")]).await;
        let before = app.state_and_log().await;
        let refusals: [(&str, Fields<'_>, u16, &str, &str); 8] = [
            ("rename", &[("name", "")], 422, "name", "Enter a name"),
            ("rename", &[("name", "taken")], 409, "name", "already have a token"),
            ("narrow", &[("scopes", "verify"), ("addresses", "203.0.113.7")], 422, "scopes", "cannot gain it"),
            ("narrow", &[("scopes", "no scope"), ("addresses", "203.0.113.7")], 422, "scopes", "does not exist"),
            ("narrow", &[("scopes", "profile"), ("addresses", "")], 422, "addresses", "more addresses than now"),
            ("narrow", &[("scopes", "profile"), ("addresses", "203.0.112.0/23")], 422, "addresses", "more addresses than now"),
            ("narrow", &[("scopes", "profile"), ("addresses", "203.0.113.7\r\nhere")], 422, "addresses", "Line 2: “here”"),
            ("narrow", &[("addresses", "203.0.113.7/33")], 422, "addresses", "Line 1:"),
        ];
        for (what, fields, status, field, message) in refusals {
            let refused = change(&browser, &page, what, fields).await;
            assert_eq!(refused.status, status, "{fields:?}: {}", refused.body);
            assert!(refused.text_of(&format!("#{field}-problem")).contains(message), "{fields:?}: {}", refused.body);
            assert!(refused.text_of("head title").starts_with("Error: "), "{fields:?}");
            assert_eq!(refused.texts_of("main details[open] > summary").len(), 1, "the form with the mistake is open");
        }
        let kept = change(&browser, &page, "narrow", &[("addresses", "here")]).await;
        assert_eq!(kept.text_of("textarea"), "here");
        assert_eq!(kept.texts_of("input[name=scopes][checked]").len(), 0, "what was unticked stays so");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_token_that_has_ended_is_still_explained_and_can_only_be_copied(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let page = path(token.credential.id);
        app.clock.advance(Span::days(30));
        browser.sign_in("alice@example.com").await;
        let ended = browser.get(&page).await;
        assert_eq!((ended.status, ended.text_of(".head .tag").as_str()), (200, "Expired"));
        assert_eq!(ended.texts_of("main form").len(), 0, "nothing left to change");
        let form = browser.get("/profile").await;
        let before = app.state_and_log().await;
        for what in ["pause", "resume", "rename", "narrow", "end-overlap"] {
            let refused = browser.submit_from(&form, &format!("{page}/{what}"), &[("name", "New")]).await;
            assert_eq!((refused.status, refused.header("location")), (303, page.as_str()), "{what}");
        }
        assert_eq!(app.state_and_log().await, before);
        let copy = ended.attribute(".notice a", "href").expect("a way to another one");
        assert_eq!(browser.get(&copy).await.field("name"), "CI deploy", "its name is free again");
    }

    async fn r100_every_page_and_form_of_somebody_elses_token_is_not_found(app: &TestApp) {
        let (_, hers) = alice_with_token(app).await;
        let bob = app.user("bob@example.com").await;
        let his = app.token(&bob, "his", &[]).await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let form = browser.get(&format!("{}/rotate", path(his.credential.id))).await;
        let before = app.state_and_log().await;
        let page = path(hers.credential.id);
        for what in ["", "/check", "/rotate", "/revoke"] {
            assert_eq!(browser.get(&format!("{page}{what}")).await.status, 404, "{what}");
        }
        let narrow = [("name", "mine now"), ("overlap", "now"), ("addresses", "")];
        for what in ["pause", "resume", "rename", "narrow", "end-overlap", "rotate", "revoke"] {
            assert_eq!(browser.submit_from(&form, &format!("{page}/{what}"), &narrow).await.status, 404, "{what}");
        }
        let copy = browser.get(&format!("/profile/tokens/new?from={}", hers.credential.id)).await;
        assert_eq!((copy.status, copy.field("name").as_str()), (200, ""), "as if it were not there");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn the_check_tells_of_the_current_secret_alone_and_leaves_the_secret_where_it_is(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let check = format!("{}/check", path(token.credential.id));
        let sentence = async || browser.send("GET", &check, &[("accept", "text/plain")], String::new()).await;
        assert!(browser.get(&check).await.text_of(".notice").starts_with("Not used yet."));
        app.bearer(token.secret.reveal()).get("/v1/me").await;
        credentials::flush(&app.app().ctx).await.expect("flushed");
        let used = sentence().await;
        assert_eq!(used.header("content-type"), "text/plain; charset=utf-8");
        assert!(used.body.starts_with("Used just now from 127.0.0.1 by "), "{}", used.body);
        assert!(browser.get(&check).await.text_of(".notice.good").starts_with("Used just now from 127.0.0.1"));

        let rotate = format!("{}/rotate", path(token.credential.id));
        let rotated = browser.submit(&rotate, &rotate, &[("overlap", "1h")]).await;
        assert_eq!(rotated.attribute("a[data-check]", "href"), Some(check.clone()));
        assert_eq!(rotated.attribute("a[data-check]", "target").as_deref(), Some("_blank"), "beside the secret, not instead");
        app.bearer(token.secret.reveal()).get("/v1/me").await;
        credentials::flush(&app.app().ctx).await.expect("flushed");
        assert!(sentence().await.body.starts_with("Not used yet."), "the old secret does not count");
        app.bearer(&secret_on(&rotated)).get("/v1/me").await;
        credentials::flush(&app.app().ctx).await.expect("flushed");
        assert!(sentence().await.body.starts_with("Used just now"));
    }

    async fn a_page_shows_how_a_token_was_used_day_by_day_and_why_it_was_refused(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let (page, secret) = (path(token.credential.id), token.secret.reveal());
        let empty = browser.get(&page).await;
        assert!(empty.text_of("#use-title").contains("30 days") && empty.texts_of(".chart svg").is_empty());
        for _ in 0..3 {
            assert_eq!(app.bearer(secret).get("/v1/me").await.status, 200);
        }
        credentials::flush(&app.app().ctx).await.expect("flushed");
        app.clock.advance(Span::days(1));
        browser.sign_in("alice@example.com").await;
        change(&browser, &page, "pause", &[]).await;
        app.bearer(secret).get("/v1/me").await;
        credentials::flush(&app.app().ctx).await.expect("flushed");
        let shown = browser.get(&page).await;
        assert_eq!(shown.texts_of(".legend strong"), ["3", "1"], "allowed, refused");
        let numbers = shown.texts_of("details .plain tbody tr");
        assert_eq!(numbers, ["23 Nov 202601", "22 Nov 202630"], "the same numbers as the drawing");
        let titles = shown.texts_of(".chart rect title");
        assert_eq!(titles, ["22 Nov 2026: 3 allowed, 0 refused", "23 Nov 2026: 0 allowed, 1 refused"]);
        assert_eq!((shown.texts_of("rect.allowed").len(), shown.texts_of("rect.refused").len()), (1, 1));
        let uses = shown.text_of("#uses-title ~ .sheet tbody tr");
        assert!(uses.contains("1 day ago") && uses.contains("127.0.0.1") && uses.contains("Allowed"), "{uses}");
        let refused = shown.texts_of("#refused-title ~ .sheet tbody tr");
        assert!(refused.len() == 1 && refused[0].contains("The token was paused."), "{refused:?}");
    }
}
