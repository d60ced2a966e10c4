//! `/profile/activity`: what was done with one's account.

use latchkey::domain::credentials::{self, Why};

use crate::served;

const PAGE: &str = "/profile/activity";

served! {
    async fn one_sees_what_was_done_with_the_account_and_by_whom(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &[]).await;
        credentials::revoke_own(&app.app().ctx, &alice, token.credential.id, Why::NotNeeded).await.expect("revoked");
        let browser = app.browser();
        browser.submit("/sign-in", "/sign-in", &[("email", "alice@example.com"), ("password", "a guess")]).await;
        browser.sign_in("alice@example.com").await;
        let page = browser.get(PAGE).await;
        let events = page.texts_of("tbody th");
        assert_eq!(events[0], "Signed in");
        assert!(events[1].starts_with("Signed in Refused") && events[1].ends_with("by somebody not signed in"), "{events:?}");
        assert_eq!(events[2], "API token revoked: CI deploy");
        assert_eq!(events[3], "API token created: CI deploy");
        assert!(!page.body.contains("root@example.com"), "other accounts' events are theirs");
        assert!(page.texts_of("tbody td")[1].contains("127.0.0.1"));
    }

    async fn a_long_history_is_walked_page_by_page_without_gap_or_repeat(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        for n in 0..60 {
            app.token(&alice, &format!("token {n:02}"), &[]).await;
        }
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let first = browser.get(PAGE).await;
        assert_eq!(first.texts_of("tbody tr").len(), 50);
        let next = first.attribute("a[rel=next]", "href").expect("a next page");
        let second = browser.get(&next).await;
        let mut events: Vec<String> = [first.texts_of("tbody th"), second.texts_of("tbody th")].concat();
        events.retain(|event| event.starts_with("API token created"));
        events.sort();
        let expected: Vec<String> = (0..60).map(|n| format!("API token created: token {n:02}")).collect();
        assert_eq!(events, expected);
        assert_eq!(second.attribute("a[rel=next]", "href"), None);
        assert_eq!(second.attribute("nav.pager a", "href").as_deref(), Some(PAGE));
    }
}
