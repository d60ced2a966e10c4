//! `/admin/scopes`: what tokens may be for.

use serde_json::json;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser, Fields};

const NEW: &str = "/admin/scopes/new";

async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

async fn add(browser: &Browser<'_>, name: &str, implies: &str) -> Answer {
    browser.submit(NEW, NEW, &[("name", name), ("sentence", "Read documents."), ("implies", implies)]).await
}

async fn verdict(app: &TestApp, asker: &str, token: &str, scopes: &str) -> String {
    let answer = app.bearer(asker).post("/v1/verify", &json!({ "token": token, "scopes": scopes })).await;
    answer.json()["data"]["code"].as_str().unwrap_or_default().to_owned()
}

served! {
    async fn a_scope_is_added_ticked_asked_for_and_changed(app: &TestApp) {
        let browser = administrator(app).await;
        assert_eq!(add(&browser, "documents:read", "").await.header("location"), "/admin/scopes?done=added");
        assert_eq!(add(&browser, "documents:write", "").await.status, 303);
        let list = browser.get("/admin/scopes").await;
        assert_eq!(list.texts_of("tbody th code"), ["profile", "verify", "admin", "workspace:read", "keys:manage", "introspect", "documents:read", "documents:write"]);
        assert!(browser.get("/profile/tokens/new").await.body.contains("Read documents."));
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &["documents:write"]).await;
        let asker = app.token(&alice, "Asker", &["verify"]).await;
        let (token, asker) = (token.secret.reveal(), asker.secret.reveal());
        assert_eq!(verdict(app, asker, token, "documents:write").await, "VALID");
        assert_eq!(verdict(app, asker, token, "documents:read").await, "INSUFFICIENT_SCOPE");
        let page = "/admin/scopes/documents:write";
        let form = browser.get(page).await;
        assert_eq!((form.field("sentence").as_str(), form.find_field("name")), ("Read documents.", None));
        let saved = browser.submit(page, page, &[("sentence", "Write."), ("implies", "documents:*")]).await;
        assert_eq!(saved.header("location"), "/admin/scopes?done=saved");
        assert_eq!(verdict(app, asker, token, "documents:read").await, "VALID", "on its next request");
        assert_eq!(browser.submit(page, page, &[("sentence", "Write."), ("role", "admin")]).await.status, 303);
        assert_eq!(verdict(app, asker, token, "documents:write").await, "INSUFFICIENT_SCOPE", "its owner has no such role");
    }

    async fn r72_a_star_covers_whole_segments_of_scopes_that_exist(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.scope(&root, "documents", &["documents:*"]).await;
        for name in ["documents:read", "documents:files:purge", "documentsx:read", "search"] {
            app.scope(&root, name, &[]).await;
        }
        let (token, asker) = (app.token(&root, "CI", &["documents"]).await, app.token(&root, "Asker", &["verify"]).await);
        for (name, verdict_) in [
            ("documents", "VALID"),
            ("documents:read", "VALID"),
            ("documents:files:purge", "VALID"),
            ("documents:write", "INSUFFICIENT_SCOPE"),
            ("documents:*", "INSUFFICIENT_SCOPE"),
            ("documentsx:read", "INSUFFICIENT_SCOPE"),
            ("search", "INSUFFICIENT_SCOPE"),
            ("admin", "INSUFFICIENT_SCOPE"),
        ] {
            assert_eq!(verdict(app, asker.secret.reveal(), token.secret.reveal(), name).await, verdict_, "{name}");
        }
    }

    async fn what_is_wrong_comes_back_at_its_field_and_changes_nothing(app: &TestApp) {
        let browser = administrator(app).await;
        assert_eq!(add(&browser, "documents:read", "").await.status, 303);
        let before = app.state_and_log().await;
        let (long, sentence) = ("x".repeat(101), "x".repeat(301));
        let cases: [(Fields<'_>, u16, &str); 11] = [
            (&[("name", ""), ("sentence", "S")], 422, "name"),
            (&[("name", "documents:*"), ("sentence", "S")], 422, "name"),
            (&[("name", "a b"), ("sentence", "S")], 422, "name"),
            (&[("name", &long), ("sentence", "S")], 422, "name"),
            (&[("name", "documents:read"), ("sentence", "S")], 409, "name"),
            (&[("name", "admin"), ("sentence", "S")], 409, "name"),
            (&[("name", "x"), ("sentence", " ")], 422, "sentence"),
            (&[("name", "x"), ("sentence", &sentence)], 422, "sentence"),
            (&[("name", "x"), ("sentence", "S"), ("implies", "doc*")], 422, "implies"),
            (&[("name", "x"), ("sentence", "S"), ("implies", "nowhere")], 422, "implies"),
            (&[("name", "x"), ("sentence", "S"), ("role", "b<d")], 422, "role"),
        ];
        for (fields, status, field) in cases {
            let refused = browser.submit(NEW, NEW, fields).await;
            assert_eq!(refused.status, status, "{fields:?}");
            assert!(!refused.texts_of(&format!("#{field}-problem")).is_empty(), "{fields:?}: {}", refused.body);
        }
        for path in ["/admin/scopes/admin", "/admin/scopes/nowhere", "/admin/scopes/%22%3E", "/admin/scopes/verify/delete"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
            assert_eq!(browser.submit(NEW, path, &[("sentence", "S")]).await.status, 404, "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_scope_that_tokens_hold_or_scopes_imply_stays(app: &TestApp) {
        let browser = administrator(app).await;
        add(&browser, "documents:read", "").await;
        add(&browser, "documents:write", "documents:read").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &["documents:write"]).await;
        for (name, why) in [("documents:write", "1 token holds it"), ("documents:read", "The scope documents:write implies it")] {
            let action = format!("/admin/scopes/{name}/delete");
            let before = app.state_and_log().await;
            let refused = browser.submit("/admin/scopes/new", &action, &[]).await;
            assert_eq!(refused.status, 409);
            assert!(refused.text_of(".notice").starts_with(why), "{}", refused.body);
            assert_eq!(app.state_and_log().await, before);
        }
        assert_eq!(app.bearer(token.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        for name in ["documents:write", "documents:read"] {
            let page = format!("/admin/scopes/{name}/delete");
            assert_eq!(browser.submit(&page, &page, &[]).await.header("location"), "/admin/scopes?done=deleted", "{name}");
        }
        assert_eq!(browser.get("/admin/scopes").await.texts_of("tbody th code"), ["profile", "verify", "admin", "workspace:read", "keys:manage", "introspect"]);
    }
}
