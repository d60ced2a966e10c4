//! `/workspaces`: all of mine, and one more.

use crate::served;
use crate::support::rows::execute_all;

served! {
    async fn somebody_makes_a_workspace_and_finds_it_in_the_list(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let list = browser.get("/workspaces").await;
        assert_eq!((list.status, list.text_of("h1").as_str()), (200, "Workspaces"));
        assert!(list.text_of("main").contains("You do not belong to any workspace yet."));
        let made = browser.submit("/workspaces/new", "/workspaces/new", &[("name", "Acme GmbH"), ("slug", "")]).await;
        assert_eq!((made.status, made.header("location")), (303, "/w/acme-gmbh?done=created"));
        let page = browser.get(made.header("location")).await;
        assert_eq!((page.status, page.text_of("h1").as_str()), (200, "Acme GmbH"));
        assert!(page.texts_of("dd").contains(&"owner".to_owned()) && page.text_of("[role=status]").contains("You own it"));
        let own = browser.submit("/workspaces", "/workspaces/own", &[]).await;
        assert_eq!((own.status, own.header("location")), (303, "/w/alice"));
        let rows = browser.get("/workspaces").await.texts_of("tbody tr");
        assert_eq!(rows, ["alice Your own alice owner free", "Acme GmbH acme-gmbh owner free"]);
    }

    async fn mistakes_keep_what_was_typed_and_make_nothing(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.workspace(&alice, "taken").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let before = app.state_and_log().await;
        let long = "n".repeat(10_000);
        for (name, slug, at) in [
            ("", "", "name"), (long.as_str(), "", "name"), ("a\u{202e}b", "", "name"), ("Acme", "taken", "slug"),
            ("Acme", "Acme", "slug"), ("Acme", "a--b", "slug"), ("Acme", "../admin", "slug"), ("Acme", &long, "slug"),
        ] {
            let wrong = browser.submit("/workspaces/new", "/workspaces/new", &[("name", name), ("slug", slug)]).await;
            assert_eq!((wrong.status, wrong.texts_of(&format!("#{at}-problem")).len()), (422, 1), "{name:.9} {slug:.9}");
            assert!(wrong.text_of("title").starts_with("Error: "), "{}", wrong.text_of("title"));
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn who_may_not_make_one_is_told_whom_to_ask(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let form = browser.get("/workspaces/new").await;
        execute_all(&app.app().ctx.db, &["UPDATE workspace_policy SET creators = '[]'"]).await;
        let before = app.state_and_log().await;
        for page in ["/workspaces", "/workspaces/new"] {
            assert!(browser.get(page).await.text_of("main").contains("Ask an administrator of this service."), "{page}");
        }
        let refused = browser.submit_from(&form, "/workspaces/new", &[("name", "Acme")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text_of("main").contains("Ask an administrator of this service."));
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r101_a_workspace_of_others_looks_like_one_that_is_nowhere(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        app.user("bob@example.com").await;
        app.workspace(&alice, "acme").await;
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let nowhere = browser.get("/w/nothing-here").await;
        assert_eq!(nowhere.status, 404);
        for path in ["/w/acme", "/w/acme/settings", "/w/ACME", "/w/%00", "/w/a", "/w/acme%20", "/w/acme/"] {
            let answer = browser.get(path).await;
            assert_eq!((answer.status, answer.text_of("main")), (404, nowhere.text_of("main")), "{path}");
        }
        assert!(!browser.get("/workspaces").await.body.contains("acme"));
    }
}
