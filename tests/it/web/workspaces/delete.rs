//! `/w/{slug}/settings/delete`.

use latchkey::base::time::Span;
use latchkey::domain::workspaces;

use crate::served;

served! {
    async fn deleting_names_what_goes_and_takes_the_typed_address(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "bob@example.com", "admin").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let path = "/w/acme/settings/delete";
        let page = browser.get(path).await;
        for part in ["0 API keys", "0 service accounts", "the memberships of 2 people"] {
            assert!(page.text_of("main").contains(part), "{part}: {}", page.text_of("main"));
        }
        let before = app.state_and_log().await;
        for wrong in ["", "Acme", "acme Inc.", "other"] {
            let refused = browser.submit_from(&page, path, &[("slug", wrong)]).await;
            assert_eq!((refused.status, refused.texts_of("#slug-problem").len()), (422, 1), "{wrong}");
        }
        assert_eq!(app.state_and_log().await, before);
        let gone = browser.submit_from(&page, path, &[("slug", " acme ")]).await;
        assert_eq!((gone.status, gone.header("location")), (303, "/workspaces?done=deleted"));
        assert_eq!(browser.get("/w/acme").await.status, 404);
        assert_eq!(app.mails_to("bob@example.com").await.len(), 1);
    }

    async fn an_admin_a_borrowed_browser_and_a_personal_workspace_are_refused(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let own = workspaces::personal(&app.app().ctx, &alice).await.expect("made");
        app.belongs(&acme, "ann@example.com", "admin").await;
        let (owner, admin) = (app.browser(), app.browser());
        owner.sign_in("alice@example.com").await;
        admin.sign_in("ann@example.com").await;
        let form = admin.get("/w/acme/settings").await;
        let personal = format!("/w/{}/settings/delete", own.slug.as_str());
        let before = app.state_and_log().await;
        assert_eq!(admin.get("/w/acme/settings/delete").await.status, 403);
        assert_eq!(admin.submit_from(&form, "/w/acme/settings/delete", &[("slug", "acme")]).await.status, 403);
        let page = owner.get(&personal).await;
        assert!(page.text_of("main").contains("somebody's own workspace"), "{}", page.body);
        let refused = owner.submit("/workspaces", &personal, &[("slug", own.slug.as_str())]).await;
        assert_eq!(refused.status, 409);
        app.clock.advance(Span::minutes(31));
        let asked = owner.submit("/w/acme/settings/delete", "/w/acme/settings/delete", &[("slug", "acme")]).await;
        assert_eq!(asked.text_of("h1"), "Confirm it's you");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn the_account_of_a_last_owner_stays_until_somebody_else_owns_the_workspace(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.workspace(&alice, "sole").await;
        app.belongs(&acme, "bob@example.com", "viewer").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let form = browser.get("/profile").await;
        let before = app.state_and_log().await;
        let page = browser.get("/profile/delete").await;
        assert!(page.text_of("main").contains("last owner of workspaces that others belong to"), "{}", page.body);
        assert_eq!(page.attribute("main li a", "href").as_deref(), Some("/w/acme/members"));
        let refused = browser.submit_from(&form, "/profile/delete", &[("email", "alice@example.com")]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(app.state_and_log().await, before);
        browser.submit("/w/acme/settings/delete", "/w/acme/settings/delete", &[("slug", "acme")]).await;
        assert!(browser.get("/profile/delete").await.text_of("main").contains("the workspace sole Inc."));
        let gone = browser.submit("/profile/delete", "/profile/delete", &[("email", "alice@example.com")]).await;
        assert_eq!(gone.status, 303);
        assert!(app.rows("SELECT slug FROM workspaces").await.is_empty());
    }
}
