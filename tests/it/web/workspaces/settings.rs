//! `/w/{slug}/settings`.

use latchkey::base::time::Span;

use crate::served;

served! {
    async fn an_admin_of_the_workspace_renames_it_and_the_old_address_leads_nowhere(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "bob@example.com", "admin").await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let settings = "/w/acme/settings";
        let saved = browser.submit(settings, settings, &[("name", "Acme Europe"), ("slug", "acme-eu")]).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/w/acme-eu/settings?done=renamed"));
        let page = browser.get(saved.header("location")).await;
        assert_eq!((page.field("name").as_str(), page.field("slug").as_str()), ("Acme Europe", "acme-eu"));
        assert!(page.text_of("[role=status]").contains("renamed"));
        assert!(!page.text_of("main").contains("Delete workspace"), "that is for owners");
        assert_eq!(browser.get("/w/acme").await.status, 404);
    }

    async fn keys_manage_keys_until_somebody_says_no(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.workspace(&alice, "acme").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let page = browser.get("/w/acme/settings").await;
        assert!(page.attributes_of("#keys_manage").contains_key("checked"));
        let saved = browser.submit_from(&page, "/w/acme/settings/keys", &[]).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/w/acme/settings?done=saved"));
        let page = browser.get("/w/acme/settings").await;
        assert!(!page.attributes_of("#keys_manage").contains_key("checked"));
    }

    async fn mistakes_and_others_change_nothing(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        app.workspace(&alice, "other").await;
        for (who, roles) in [("dev@example.com", "developer"), ("vera@example.com", "viewer billing")] {
            app.belongs(&acme, who, roles).await;
        }
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let form = browser.get("/w/acme/settings").await;
        let before = app.state_and_log().await;
        for (name, slug, at) in [("", "acme", "name"), ("Acme", "", "slug"), ("Acme", "other", "slug"), ("Acme", "w/x", "slug")] {
            let wrong = browser.submit_from(&form, "/w/acme/settings", &[("name", name), ("slug", slug)]).await;
            assert_eq!((wrong.status, wrong.texts_of(&format!("#{at}-problem")).len()), (422, 1), "{name} {slug}");
            assert_eq!((wrong.field("name").as_str(), wrong.field("slug").as_str()), (name, slug));
        }
        assert_eq!(app.state_and_log().await, before);
        for who in ["dev@example.com", "vera@example.com"] {
            let browser = app.browser();
            browser.sign_in(who).await;
            let form = browser.get("/w/acme").await;
            assert!(form.texts_of(".sections a").iter().all(|tab| tab != "Settings" && tab != "Invitations"), "{who}");
            let before = app.state_and_log().await;
            let shown = browser.get("/w/acme/settings").await;
            assert_eq!((shown.status, shown.text_of("h1").as_str()), (403, "Your roles do not allow that"), "{who}");
            for action in ["/w/acme/settings", "/w/acme/settings/keys"] {
                let sent = browser.submit_from(&form, action, &[("name", "Mine"), ("slug", "mine")]).await;
                assert_eq!((sent.status, sent.text_of("h1").as_str()), (403, "Your roles do not allow that"), "{who}");
            }
            assert_eq!(app.state_and_log().await, before, "{who}");
        }
    }

    async fn changing_it_takes_a_recent_confirmation_and_a_stranger_is_not_even_asked(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.workspace(&alice, "acme").await;
        app.user("bob@example.com").await;
        let (hers, his) = (app.browser(), app.browser());
        hers.sign_in("alice@example.com").await;
        his.sign_in("bob@example.com").await;
        let (form, foreign) = (hers.get("/w/acme/settings").await, his.get("/workspaces").await);
        app.clock.advance(Span::minutes(31));
        let before = app.state_and_log().await;
        let fields = [("name", "Acme"), ("slug", "acme-2")];
        assert_eq!(hers.submit_from(&form, "/w/acme/settings", &fields).await.text_of("h1"), "Confirm it's you");
        assert_eq!(his.submit_from(&foreign, "/w/acme/settings", &fields).await.status, 404);
        assert_eq!(app.state_and_log().await, before);
    }
}
