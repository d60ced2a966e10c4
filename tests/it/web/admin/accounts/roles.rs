//! Who may be what.

use latchkey::domain::accounts::Roles;
use serde_json::json;

use super::{administrator, page_of};
use crate::served;
use crate::support::app::{Answer, Browser};

async fn save(browser: &Browser<'_>, page: &str, roles: &str) -> Answer {
    browser.submit(page, &format!("{page}/roles"), &[("roles", roles)]).await
}

served! {
    async fn roles_are_added_and_taken_away(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let page = page_of(&alice, "");
        assert_eq!(root.get(&page).await.field("roles"), "user");
        let form = root.get(&page).await;
        let before = app.events().await;
        let saved = root.submit_from(&form, &page_of(&alice, "/roles"), &[("roles", " Ops:Deploy, user  ops:deploy")]).await;
        assert_eq!((saved.status, saved.header("location").to_owned()), (303, page_of(&alice, "?done=roles")), "{}", saved.body);
        assert_eq!(app.events().await, before + 1);
        let shown = root.get(saved.header("location")).await;
        assert_eq!(shown.text_of(".notice.good"), "The roles are saved. They bind from the next request on.");
        assert_eq!(shown.field("roles"), "ops:deploy, user");
        assert!(shown.text_of("main").contains("Roles changed: roles user → ops:deploy user"), "{}", shown.body);
        let before = app.state_and_log().await;
        assert_eq!(root.submit_from(&form, &page_of(&alice, "/roles"), &[("roles", "OPS:deploy user")]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "saved as they were, nothing changes");
    }

    async fn r103_what_is_no_role_comes_back_at_its_field_and_changes_nothing(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let form = root.get(&page_of(&alice, "")).await;
        let before = app.state().await;
        let (long, many) = ("x".repeat(10_000), (0..30).map(|n| format!("role-{n}")).collect::<Vec<_>>().join(" "));
        for (roles, message) in [
            ("", "Enter one role at least"),
            (" , ", "Enter one role at least"),
            ("*", "“*” is no role"),
            ("user, <b>", "“<b>” is no role"),
            ("\"admin\"", "“\"admin\"” is no role"),
            ("аdmin", "is no role"),
            (&long, "is no role"),
            (&many, "too many roles"),
        ] {
            let refused = root.submit_from(&form, &page_of(&alice, "/roles"), &[("roles", roles)]).await;
            assert_eq!(refused.status, 422, "{roles}");
            assert!(refused.text_of("#roles-problem").contains(message), "{roles}");
            assert_eq!(refused.field("roles"), roles);
            assert!(refused.text_of("title").starts_with("Error: "));
        }
        assert_eq!(app.state().await, before);
    }

    async fn r103_nobody_makes_themselves_an_administrator(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &["profile", "verify"]).await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let form = browser.get("/profile").await;
        let before = app.state_and_log().await;
        let refused = browser.submit_from(&form, &page_of(&alice, "/roles"), &[("roles", "admin")]).await;
        assert_eq!((refused.status, refused.text_of("h1").as_str()), (403, "This page is for administrators"));
        let refused = app.bearer(token.secret.reveal()).post(&page_of(&alice, "/roles"), &json!({ "roles": "admin" })).await;
        assert!(refused.header("location").starts_with("/sign-in"));
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r105_who_is_demoted_has_lost_the_right_on_the_next_request(app: &TestApp) {
        let root = administrator(app).await;
        app.account("second@example.com", Roles::admin()).await;
        let second = app.person("second@example.com").await;
        let browser = app.browser();
        browser.sign_in("second@example.com").await;
        let form = browser.get("/admin/policy").await;
        let token = app.token(&second, "all I may", &["admin"]).await;
        let bearer = app.bearer(token.secret.reveal());
        let asked = json!({ "token": token.secret.reveal(), "scopes": "admin" });
        assert_eq!(bearer.post("/v1/verify", &asked).await.json()["data"]["valid"], true);
        assert_eq!(save(&root, &page_of(&second, ""), "user").await.status, 303);
        let refused = browser.get("/admin/policy").await;
        assert_eq!((refused.status, refused.text_of("h1").as_str()), (403, "This page is for administrators"));
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&form, "/admin/policy", &[("roles", "*")]).await.status, 403);
        assert_eq!(bearer.post("/v1/verify", &asked).await.status, 403, "the token has lost the scope with its owner's role");
        assert_eq!(bearer.get("/v1/me").await.json()["data"]["credential"]["scopes"], json!([]));
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(save(&root, &page_of(&second, ""), "admin user").await.status, 303);
        assert_eq!(browser.get("/admin/policy").await.status, 200);
        assert_eq!(bearer.post("/v1/verify", &asked).await.json()["data"]["valid"], true, "and has it again");
    }
}
