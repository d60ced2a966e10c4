//! `/admin`: the board.

use latchkey::base::net::Origin;
use latchkey::base::time::Span;
use latchkey::domain::audit::{self, Action, Event};

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser};
use crate::support::rows;

async fn administrator(app: &TestApp) -> Browser<'_> {
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

/// The number with this label.
fn figure(page: &Answer, label: &str) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    let labels = page.texts_of(".figure-label");
    let at = labels.iter().position(|text| text == label).unwrap_or_else(|| panic!("no {label} in {labels:?}"));
    page.texts_of(".figure-count")[at].clone()
}

/// The list that a number opens.
async fn list(browser: &Browser<'_>, page: &Answer, label: &str) -> Vec<String> {
    let at = page.texts_of(".figure-label").iter().position(|text| text == label).expect("the label");
    let opened = browser.get(&page.attributes(".figure a", "href")[at]).await;
    assert_eq!(opened.status, 200);
    opened.texts_of("tbody th").into_iter().map(|row| row.split("lk_pat").next().unwrap_or_default().trim().to_owned()).collect()
}

/// So many sign-ins that were refused.
async fn refused(app: &TestApp, times: usize) {
    let app = app.app();
    let origin = Origin::new("203.0.113.9".parse().expect("an address"), "curl", String::new());
    let mut tx = app.ctx.db.write().await.expect("a transaction");
    for _ in 0..times {
        let event = Event::refused_to_nobody(&origin, Action::SignedIn);
        audit::record(&mut tx, &app.ctx, app.ctx.now(), event).await.expect("recorded");
    }
    tx.commit().await.expect("committed");
}

served! {
    async fn each_number_is_as_long_as_the_list_that_it_opens(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        app.token(&alice, "old", &["profile"]).await;
        app.token(&bob, "of a suspended person", &[]).await;
        app.token(&alice, "for ever", &[]).await;
        let widened = "UPDATE credentials SET expires_at = NULL, scopes = '[\"admin\"]' WHERE name = 'for ever'";
        rows::execute_all(&app.app().ctx.db, &[widened]).await;
        app.clock.advance(Span::days(89));
        let new = app.token(&app.person("alice@example.com").await, "new", &["verify"]).await;
        app.token(&app.person("alice@example.com").await, "paused", &[]).await;
        app.clock.advance(Span::days(16));
        app.suspend("bob@example.com").await;
        rows::execute_all(&app.app().ctx.db, &["UPDATE credentials SET paused_at = 1 WHERE name = 'paused'"]).await;
        app.bearer(new.secret.reveal()).get("/v1/me").await;
        let browser = administrator(app).await;
        let page = browser.get("/admin").await;
        for (label, names) in [
            ("Active", &["new", "for ever"][..]),
            ("Ending within 14 days", &["new"]),
            ("Never expire", &["for ever"]),
            ("Unused for 90 days", &["for ever"]),
            ("Too wide", &["for ever"]),
            ("Owner suspended", &[]),
        ] {
            assert_eq!(figure(&page, label), names.len().to_string(), "{label}");
            assert_eq!(list(&browser, &page, label).await, names, "{label}");
        }
        app.token(&app.person("alice@example.com").await, "x", &[]).await;
        rows::execute_all(&app.app().ctx.db, &["UPDATE accounts SET suspended_at = 1 WHERE email_key = 'alice@example.com'"]).await;
        let page = browser.get("/admin").await;
        assert_eq!((figure(&page, "Active"), figure(&page, "Owner suspended")), ("0".into(), "4".into()));
        assert_eq!(list(&browser, &page, "Owner suspended").await.len(), 4);
    }

    async fn refused_sign_ins_are_counted_by_the_day_and_many_are_marked(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        refused(app, 4).await;
        app.clock.advance(Span::hours(25));
        refused(app, 9).await;
        app.clock.advance(Span::hours(1));
        app.token(&root, "CI", &[]).await;
        rows::execute_all(&app.app().ctx.db, &["INSERT INTO usage_hours SELECT id, created_at, 'denied', 1234 FROM credentials"]).await;
        let browser = administrator(app).await;
        let page = browser.get("/admin").await;
        let (spike, uses) = ("Refused sign-ins in 24 hours", "Refused tokens in 24 hours");
        assert_eq!((figure(&page, spike).as_str(), figure(&page, uses).as_str()), ("9", "1 234"));
        assert!(page.texts_of(".figure .soft").contains(&"The day before: 4.".to_owned()), "{}", page.body);
        assert_eq!(page.texts_of(".figure.look .figure-label"), [uses]);
        refused(app, 1).await;
        let page = browser.get("/admin").await;
        assert_eq!(page.texts_of(".figure.look .figure-label"), [spike, uses]);
        assert_eq!(figure(&page, spike), "10");
    }

    async fn a_new_instance_has_a_calm_board(app: &TestApp) {
        app.admin("root@example.com").await;
        let page = administrator(app).await.get("/admin").await;
        assert_eq!(page.texts_of(".figure-count"), ["0"; 9]);
        assert_eq!(page.texts_of(".figure.look"), Vec::<String>::new());
    }
}
