//! "Confirm it's you": what a borrowed browser must not do.

use latchkey::base::time::Span;

use crate::served;
use crate::support::app::{Answer, Browser, PASSWORD};

const FORM: &[(&str, &str)] = &[("name", "CI \"deploy\""), ("scopes", "verify"), ("scopes", "profile"), ("expires", "90")];

async fn create(browser: &Browser<'_>) -> Answer {
    browser.submit("/profile/tokens/new", "/profile/tokens", FORM).await
}

/// Sends what the page "Confirm it's you" holds, with a password.
async fn confirm(browser: &Browser<'_>, asked: &Answer, password: &str) -> Answer {
    let action = asked.attribute("main form", "action").expect("a form");
    let names = asked.attributes("main form input[type=hidden]", "name");
    let values = asked.attributes("main form input[type=hidden]", "value");
    let mut fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    fields.push(("confirm_password", password));
    browser.submit_from(asked, &action, &fields).await
}

served! {
    async fn r33_a_token_is_created_only_by_somebody_who_showed_who_they_are_lately(app: &TestApp) {
        app.admin("root@example.com").await;
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        app.clock.advance(Span::minutes(31));
        let before = app.state().await;
        let asked = create(&browser).await;
        assert_eq!((asked.status, asked.text_of("h1").as_str()), (403, "Confirm it's you"));
        assert_eq!(app.state().await, before);
        let wrong = confirm(&browser, &asked, "not the password").await;
        assert_eq!((wrong.status, wrong.text_of("h1").as_str()), (403, "Confirm it's you"));
        assert_eq!(wrong.text_of("title"), "Error: Confirm it's you · Latchkey");
        assert!(!wrong.body.contains("not the password"), "what was typed is not shown again");
        assert_eq!(app.state().await, before);
        let created = confirm(&browser, &wrong, PASSWORD).await;
        assert_eq!((created.status, created.text_of("h1").as_str()), (200, "Token CI \"deploy\" created"));
        assert_eq!(created.texts_of(".scope"), ["profile", "verify"], "what was filled in was kept");
        let again = confirm(&browser, &wrong, PASSWORD).await;
        assert!(again.text_of("h1").contains("lready created"), "one form makes one token: {}", again.body);
    }

    async fn r33_a_confirmation_lasts_half_an_hour_and_belongs_to_its_session(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let (one, other) = (app.browser(), app.browser());
        one.sign_in("root@example.com").await;
        other.sign_in("root@example.com").await;
        app.clock.advance(Span::minutes(30));
        let asked = one.submit("/admin/policy", "/admin/policy", &[("roles", "*")]).await;
        assert_eq!(asked.text_of("h1"), "Confirm it's you");
        assert_eq!(confirm(&one, &asked, PASSWORD).await.status, 303);
        app.clock.advance(Span::minutes(29));
        assert_eq!(one.submit("/admin/policy", "/admin/policy", &[("roles", "*"), ("allowed", "yes")]).await.status, 303);
        let asked = other.submit("/admin/policy", "/admin/policy", &[("roles", "user")]).await;
        assert_eq!((asked.status, asked.text_of("h1").as_str()), (403, "Confirm it's you"));
        assert_eq!(asked.attribute("main form", "action").as_deref(), Some("/admin/policy"));
        assert!(root.is_admin());
    }

    async fn r33_guessing_the_password_of_a_borrowed_browser_is_limited_and_recorded(app: &TestApp) {
        app.admin("root@example.com").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        app.clock.advance(Span::minutes(31));
        let asked = create(&browser).await;
        let (before, events) = (app.state().await, app.events().await);
        assert_eq!(confirm(&browser, &asked, "a-wrong-password").await.status, 403);
        assert_eq!(app.events().await, events + 1);
        let mut statuses = Vec::new();
        for _ in 0..35 {
            statuses.push(confirm(&browser, &asked, "a-wrong-password").await.status);
        }
        assert!(statuses.contains(&429), "{statuses:?}");
        assert_eq!(app.state().await, before);
    }

    async fn an_administrators_page_does_not_ask_for_the_password_of_somebody_who_is_none(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        app.clock.advance(Span::minutes(31));
        let refused = browser.submit("/profile", "/admin/policy", &[("roles", "*"), ("confirm_password", PASSWORD)]).await;
        assert_eq!((refused.status, refused.text_of("h1").as_str()), (403, "This page is for administrators"));
    }
}
