//! `/w/{slug}/members…` and `/w/{slug}/leave`.

use latchkey::base::time::Span;

use crate::served;
use crate::support::app::TestApp;

/// Where the link with this text stands in the row of this address.
async fn link(app: &TestApp, who: &str, of: &str, ending: &str) -> String {
    let browser = app.browser();
    browser.sign_in(who).await;
    let page = browser.get("/w/acme/members").await;
    let at = page.texts_of("tbody tr").iter().position(|row| row.contains(of)).expect("they are listed");
    let links: Vec<String> = page.attributes("tbody a", "href").into_iter().filter(|href| href.ends_with("/remove")).collect();
    links[at].replace("/remove", ending)
}

served! {
    async fn an_owner_gives_roles_and_removes_and_a_viewer_only_looks(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        for who in ["bob@example.com", "vera@example.com"] {
            app.belongs(&acme, who, "viewer").await;
        }
        let (browser, viewer) = (app.browser(), app.browser());
        browser.sign_in("alice@example.com").await;
        viewer.sign_in("vera@example.com").await;
        let seen = viewer.get("/w/acme/members").await;
        assert_eq!((seen.status, seen.texts_of("tbody tr").len(), seen.texts_of("tbody a").len()), (200, 3, 0));
        let bob = link(app, "alice@example.com", "bob@example.com", "").await;
        for page in [bob.clone(), format!("{bob}/remove")] {
            assert_eq!(viewer.get(&page).await.status, 403, "{page}");
        }
        let saved = browser.submit(&bob, &bob, &[("role", "developer"), ("others", "support, billing")]).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/w/acme/members?done=roles"));
        let form = browser.get(&bob).await;
        assert_eq!(form.attribute("input[checked]", "value").as_deref(), Some("developer"));
        assert_eq!(form.field("others"), "support, billing");
        let remove = format!("{bob}/remove");
        let gone = browser.submit(&remove, &remove, &[]).await;
        assert_eq!((gone.status, gone.header("location")), (303, "/w/acme/members?done=removed"));
        assert_eq!(browser.get(&bob).await.status, 404);
        assert_eq!(browser.get("/w/acme/members").await.texts_of("tbody tr").len(), 2);
    }

    async fn mistakes_in_roles_are_said_at_their_field_and_change_nothing(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "ann@example.com", "admin").await;
        let browser = app.browser();
        browser.sign_in("ann@example.com").await;
        let (own, owner) = (
            link(app, "ann@example.com", "ann@example.com", "").await,
            link(app, "ann@example.com", "alice@example.com", "").await,
        );
        let form = browser.get(&own).await;
        assert_eq!(form.texts_of("[name=role]").len(), 3, "an admin cannot give what owners give");
        let before = app.state_and_log().await;
        let long = "x".repeat(10_000);
        for (page, role, others, at, said) in [
            (&own, "", "", "role", "Choose a role."),
            (&own, "boss", "", "role", "Choose a role."),
            (&own, "admin", "a b/c", "others", "is no role"),
            (&own, "admin", long.as_str(), "others", "is no role"),
            (&own, "viewer", "Owner", "others", "is one of the roles above"),
            (&own, "owner", "", "role", "Only an owner"),
            (&own, "admin", "billing", "role", "Nobody gives themself more"),
            (&owner, "viewer", "", "role", "Only an owner"),
        ] {
            let wrong = browser.submit_from(&form, page, &[("role", role), ("others", others)]).await;
            assert_eq!(wrong.status, 422, "{role} {others:.9}");
            assert!(wrong.text_of(&format!("#{at}-problem")).contains(said), "{role} {others:.9}: {}", wrong.text_of("main"));
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn the_last_owner_is_told_what_to_do_first(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.workspace(&alice, "acme").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let own = link(app, "alice@example.com", "alice@example.com", "").await;
        let before = app.state_and_log().await;
        for (page, status) in [("/w/acme/leave".to_owned(), 409), (format!("{own}/remove"), 409)] {
            let refused = browser.submit(&page, &page, &[]).await;
            assert_eq!(refused.status, status, "{page}");
            assert!(refused.text_of("[role=alert]").contains("Make somebody else an owner first"), "{page}");
        }
        let refused = browser.submit(&own, &own, &[("role", "admin")]).await;
        assert!(refused.text_of("#role-problem").contains("Make somebody else an owner first"), "{}", refused.body);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn one_leaves_and_sees_the_workspace_no_more(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "bob@example.com", "viewer").await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let page = browser.get("/w/acme/leave").await;
        app.clock.advance(Span::minutes(31));
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&page, "/w/acme/leave", &[]).await.text_of("h1"), "Confirm it's you");
        assert_eq!(app.state_and_log().await, before);
        let again = app.browser();
        again.sign_in("bob@example.com").await;
        let left = again.submit("/w/acme/leave", "/w/acme/leave", &[]).await;
        assert_eq!((left.status, left.header("location")), (303, "/workspaces?done=left"));
        assert!(again.get(left.header("location")).await.text_of("[role=status]").contains("You have left"));
        assert_eq!(again.get("/w/acme").await.status, 404);
    }

    async fn r101_ids_of_another_workspace_lead_nowhere_in_this_one(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        app.belongs(&acme, "bob@example.com", "viewer").await;
        app.belongs(&other, "carl@example.com", "owner").await;
        let browser = app.browser();
        browser.sign_in("carl@example.com").await;
        let theirs = link(app, "alice@example.com", "bob@example.com", "").await;
        let form = browser.get("/w/other/members").await;
        let before = app.state_and_log().await;
        for path in [theirs.clone(), theirs.replace("/acme/", "/other/"), format!("{}/remove", theirs.replace("/acme/", "/other/"))] {
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
            assert_eq!(browser.submit_from(&form, &path, &[("role", "owner")]).await.status, 404, "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
    }
}
