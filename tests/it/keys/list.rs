//! Lists of keys.

use latchkey::base::page::{Cursor, PageSize};
use latchkey::domain::credentials::keys::{self, KeyDraft, KeyManager};
use latchkey::domain::credentials::{Environment, ListFilter, Sort, Tab};

use crate::served;
use crate::support::TestApp;
use crate::support::keys::{draft, origin, scopes};

/// The names of all pages of this size, each page on its own.
async fn pages(app: &TestApp, by: KeyManager<'_>, filter: &ListFilter, size: i64) -> Vec<Vec<String>> {
    let (shared, size) = (app.app(), PageSize::new(size).expect("a size"));
    let (mut pages, mut after): (_, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = keys::list(&shared.ctx, by, filter, after.as_ref(), size).await.expect("a page");
        pages.push(page.rows.into_iter().map(|key| key.detail.summary.name).collect());
        after = page.next;
        if after.is_none() {
            return pages;
        }
    }
}

served! {
    async fn members_page_through_all_keys_in_any_order_and_by_any_search(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        let (by, there) = (app.member_of(&acme, &alice).await, app.member_of(&other, &alice).await);
        app.key(&there, "foreign", &[]).await;
        for name in ["key b", "key d", "key a", "key c", "key e"] {
            app.clock.advance(latchkey::base::time::Span::seconds(1));
            app.key(&by, name, &[]).await;
        }
        let viewer = app.belongs(&acme, "vera@example.com", "viewer").await;
        let viewer = app.member_of(&acme, &viewer).await;
        let manager = KeyManager::Member(&viewer);
        let newest = ListFilter::default();
        assert_eq!(pages(app, manager, &newest, 2).await, [vec!["key e", "key c"], vec!["key a", "key d"], vec!["key b"]]);
        let by_name = ListFilter::new(Tab::Active, Sort::parse("name").expect("an order"), "");
        assert_eq!(pages(app, manager, &by_name, 3).await, [vec!["key a", "key b", "key c"], vec!["key d", "key e"]]);
        let found = ListFilter::new(Tab::Active, Sort::default(), "Key D");
        assert_eq!(pages(app, manager, &found, 3).await, [vec!["key d"]]);
        let ended = ListFilter::new(Tab::Revoked, Sort::default(), "");
        assert_eq!(pages(app, manager, &ended, 3).await, [Vec::<String>::new()]);
        let counts = keys::count(&app.app().ctx, &viewer).await.expect("counted");
        assert_eq!((counts.active, counts.unused, counts.revoked), (5, 0, 0));
    }

    async fn r71_a_key_lists_what_it_may_manage_and_pages_are_full(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let manager = app.key(&by, "manager", &["keys:manage"]).await;
        for n in 0..3 {
            app.key(&by, &format!("above {n}"), &["verify"]).await;
            app.key_like(&by, KeyDraft { environment: Environment::Test, scopes: Some(scopes(&[])), ..draft("test") }).await;
            app.key(&by, &format!("below {n}"), &[]).await;
        }
        let (granted, origin) = (app.granted(&manager).await, origin());
        let mut listed = pages(app, KeyManager::Key(&granted, &origin), &ListFilter::default(), 2).await;
        assert_eq!(listed.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        let mut names: Vec<String> = listed.drain(..).flatten().collect();
        names.sort();
        assert_eq!(names, ["below 0", "below 1", "below 2", "manager"]);
    }
}
