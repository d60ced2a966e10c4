//! What the owner of an account does with the whole of it: its name, its export, its end.

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;
use latchkey::domain::profile::{self, DeleteError};

use super::{is_signed_in, sign_in, sign_up};
use crate::served;
use crate::support::app::{Answer, Browser, PASSWORD, confirmed};
use crate::support::letter;

const EMAIL: &str = "anna@example.com";

async fn delete(browser: &Browser<'_>, email: &str) -> Answer {
    browser.submit("/profile/delete", "/profile/delete", &[("email", email)]).await
}

served! {
    async fn one_changes_ones_name_and_what_is_no_name_changes_nothing(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let done = browser.submit("/profile/name", "/profile/name", &[("name", "Anna Berg")]).await;
        assert_eq!((done.status, done.header("location")), (303, "/profile?done=renamed"));
        assert!(browser.get("/profile").await.text_of("main").contains("Anna Berg"));
        assert_eq!(browser.get("/profile/name").await.field("name"), "Anna Berg");
        let before = app.state_and_log().await;
        let long = "n".repeat(10_000);
        for wrong in ["Anna\r\nBcc: v@example.com", "Anna\u{202e}", "Anna\0", &long] {
            let answer = browser.submit("/profile/name", "/profile/name", &[("name", wrong)]).await;
            assert_eq!((answer.status, answer.texts_of("#name-problem").len()), (422, 1), "{wrong}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_new_name_is_what_the_account_s_tokens_say(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user(EMAIL).await;
        let token = app.token(&anna, "CI", &["profile"]).await;
        let bearer = app.bearer(token.secret.reveal());
        assert_eq!(bearer.get("/v1/me").await.json()["data"]["name"], "anna");
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        browser.submit("/profile/name", "/profile/name", &[("name", "Anna Berg")]).await;
        assert_eq!(bearer.get("/v1/me").await.json()["data"]["name"], "Anna Berg");
    }

    async fn the_export_holds_everything_about_one_and_no_secret(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user(EMAIL).await;
        let token = app.token(&anna, "CI deploy", &["profile"]).await;
        let other = app.user("bob@example.com").await;
        app.token(&other, "Bob's own", &[]).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let events = app.events().await;
        let file = browser.submit("/profile", "/profile/export", &[]).await;
        assert_eq!((file.status, file.header("cache-control")), (200, "no-store"));
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"account.json\"");
        assert_eq!(app.events().await, events + 1);
        let held = file.json();
        assert_eq!((held["account"]["email"].as_str(), held["account"]["id"].as_str()), (Some(EMAIL), Some(anna.id().to_string().as_str())));
        assert_eq!(held["tokens"][0]["name"], "CI deploy");
        assert_eq!(held["sessions"].as_array().expect("a list").len(), 2);
        let subjects: Vec<&str> = held["mails"].as_array().expect("a list").iter().filter_map(|mail| mail["subject"].as_str()).collect();
        assert!(subjects.contains(&"Token \"CI deploy\" created"), "{subjects:?}");
        assert!(held["events"].as_array().expect("a list").iter().any(|event| event["action"] == "token.created"));
        assert!(!file.body.contains("bob@") && !file.body.contains("Bob's"), "{}", file.body);
        let kept = "SELECT password_hash FROM accounts UNION ALL SELECT key_digest FROM sessions UNION ALL SELECT digest FROM credential_secrets";
        for secret in app.rows(kept).await {
            assert!(!file.body.contains(&secret), "{secret}");
        }
        assert!(!file.body.contains(token.secret.reveal()) && !file.body.contains("argon2"));
    }

    async fn the_export_needs_a_recent_confirmation(app: &TestApp) {
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        app.clock.advance(Span::minutes(31));
        let before = app.state_and_log().await;
        let asked = browser.submit("/profile", "/profile/export", &[]).await;
        assert_eq!(asked.text_of("h1"), "Confirm it's you");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn the_page_of_activity_shows_the_mails_and_what_became_of_them(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user(EMAIL).await;
        app.token(&anna, "CI deploy", &[]).await;
        assert_eq!(app.mails_to(EMAIL).await.len(), 1);
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let mails = browser.get("/profile/activity").await.texts_of("main li");
        let shown = mails.iter().find(|mail| mail.starts_with("Token \"CI deploy\" created:")).expect("the mail");
        assert!(shown.ends_with("sent"), "{shown}");
    }

    async fn r102_who_deletes_the_account_and_signs_up_anew_is_somebody_else(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user(EMAIL).await;
        let token = app.token(&anna, "CI deploy", &["profile"]).await;
        let (browser, other) = (app.browser(), app.browser());
        browser.sign_in(EMAIL).await;
        other.sign_in(EMAIL).await;
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
        let page = browser.get("/profile/delete").await;
        assert!(page.text_of("main").contains("1 API token: whatever uses it is refused"), "{}", page.body);
        let done = delete(&browser, " Anna@Example.COM ").await;
        assert_eq!((done.status, done.header("location")), (303, "/sign-in?done=account-deleted"));
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 401);
        assert!(!is_signed_in(&browser).await && !is_signed_in(&other).await);
        let told = app.mails_to(EMAIL).await;
        assert!(told.iter().any(|mail| mail.contains("Subject: Account deleted")), "{told:?}");
        for rows in ["SELECT id FROM accounts WHERE email = 'anna@example.com'", "SELECT id FROM credentials", "SELECT id FROM links WHERE account_id IS NOT NULL"] {
            assert!(app.rows(rows).await.is_empty(), "{rows}");
        }
        assert_eq!(sign_in(&browser, EMAIL, PASSWORD).await.status, 401);

        app.clock.advance(Span::minutes(2));
        assert_eq!(sign_up(&browser, EMAIL, PASSWORD).await.status, 200);
        browser.sign_in(EMAIL).await;
        let again = app.person(EMAIL).await;
        assert_ne!(again.id(), anna.id());
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 401);
        let activity = browser.get("/profile/activity").await.text_of("main");
        assert!(!activity.contains("CI deploy") && !activity.contains("Account deleted"), "{activity}");
    }

    async fn r102_the_links_of_a_deleted_account_lead_nowhere(app: &TestApp) {
        app.admin("root@example.com").await;
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.submit("/recover", "/recover", &[("email", EMAIL)]).await;
        let link = letter::link(app.mails_to(EMAIL).await.last().expect("a mail"), "/recover/");
        browser.sign_in(EMAIL).await;
        assert_eq!(delete(&browser, EMAIL).await.status, 303);
        app.clock.advance(Span::minutes(2));
        sign_up(&browser, EMAIL, PASSWORD).await;
        assert_eq!(browser.get(&link).await.status, 410);
    }

    async fn deleting_takes_the_typed_address_and_a_recent_confirmation(app: &TestApp) {
        app.admin("root@example.com").await;
        app.account(EMAIL, Roles::user()).await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await;
        let before = app.state_and_log().await;
        for wrong in ["", "anna", "root@example.com", "anna@examp1e.com"] {
            let answer = delete(&browser, wrong).await;
            assert_eq!((answer.status, answer.texts_of("#email-problem").len()), (422, 1), "{wrong}");
        }
        app.clock.advance(Span::minutes(11));
        assert_eq!(delete(&browser, EMAIL).await.text_of("h1"), "Confirm it's you");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r103_the_last_administrator_cannot_go_not_even_two_at_once(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let before = app.state_and_log().await;
        let page = browser.get("/profile/delete").await;
        assert!(page.text_of("main").contains("You are the last administrator"));
        let refused = browser.submit_from(&page, "/profile/delete", &[("email", "root@example.com")]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(app.state_and_log().await, before);
        app.account("second@example.com", Roles::admin()).await;
        let second = app.person("second@example.com").await;
        let app_ctx = app.app();
        let (one, two) = (confirmed(&root), confirmed(&second));
        let (a, b) = tokio::join!(profile::delete(&app_ctx.ctx, &one), profile::delete(&app_ctx.ctx, &two));
        let refused = [&a, &b].iter().filter(|end| matches!(end, Err(DeleteError::LastAdministrator))).count();
        assert!(refused == 1 && (a.is_ok() || b.is_ok()), "{a:?} {b:?}");
        assert_eq!(app.rows("SELECT id FROM accounts").await.len(), 1);
    }
}
