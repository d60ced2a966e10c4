//! `/v1/admin` and `/v1/scopes`.

use serde_json::json;

use crate::served;

served! {
    async fn an_administrators_session_reads_what_the_pages_show(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        app.token(&alice, "CI deploy", &["profile"]).await;
        let session = app.log_in("root@example.com").await;
        let bearer = app.bearer(&session);
        let accounts = bearer.get("/v1/admin/accounts?search=alice").await;
        assert_eq!(accounts.status, 200, "{}", accounts.body);
        assert_eq!(accounts.json()["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(accounts.json()["data"][0]["email"], "alice@example.com");
        let before = app.events().await;
        let one = bearer.get(&format!("/v1/admin/accounts/{}", alice.id())).await;
        assert_eq!((one.status, &one.json()["data"]["state"]), (200, &json!("active")), "{}", one.body);
        assert_eq!(app.events().await, before + 1, "that somebody looked is kept");
        assert!(!one.body.contains("argon2"));
        let policy = bearer.get("/v1/admin/policy").await.json()["data"].clone();
        assert_eq!((&policy["tokens"], &policy["allowedRoles"]), (&json!(true), &json!(["*"])));
        let inventory = bearer.get("/v1/admin/inventory").await.json()["data"].clone();
        assert_eq!((&inventory[0]["name"], &inventory[0]["ownerEmail"]), (&json!("CI deploy"), &json!("alice@example.com")));
        let events = bearer.get(&format!("/v1/admin/audit?account={}&limit=200", root.id())).await;
        assert!(events.json()["data"].as_array().is_some_and(|all| !all.is_empty()), "{}", events.body);
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = bearer.get(&format!("/v1/admin/audit?limit=3{next}")).await.json();
            seen.extend(page["data"].as_array().expect("rows").iter().map(|row| row["seq"].as_i64().expect("a number")));
            match page["meta"]["nextCursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), app.events().await);
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1] + 1), "{seen:?}");
        for query in ["accounts?state=dead", "audit?from=yesterday", "audit?account=1", "inventory?which=x", "audit?limit=0", "policy?x=1"] {
            assert_eq!(bearer.get(&format!("/v1/admin/{query}")).await.status, 400, "{query}");
        }
        let scopes = bearer.get("/v1/scopes").await.json()["data"].clone();
        assert!(scopes.as_array().is_some_and(|all| all.iter().any(|scope| scope["name"] == "keys:manage" && scope["holders"] == "workspaces")));
    }

    async fn r70_nobody_else_and_no_credential_reads_it(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.user("alice@example.com").await;
        let strong = app.token(&root, "strong", &["admin"]).await;
        let session = app.log_in("alice@example.com").await;
        let before = app.state_and_log().await;
        for path in ["accounts", "policy", "audit", "inventory", "accounts/usr_00000000000070008000000000000000"] {
            let path = format!("/v1/admin/{path}");
            let user = app.bearer(&session).get(&path).await;
            assert_eq!((user.status, &user.json()["error"]["details"]["reason"]), (403, &json!("administrators_only")), "{path}");
            let token = app.bearer(strong.secret.reveal()).get(&path).await;
            assert_eq!((token.status, &token.json()["error"]["details"]["reason"]), (403, &json!("token_management_forbidden")), "{path}");
            assert_eq!(app.anon("GET", &path).await.status, 401);
        }
        assert_eq!(app.state_and_log().await, before);
    }
}
