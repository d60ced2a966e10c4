//! Without a database, or with one that gives no sense, nobody is let in and nothing of it is told.

use std::time::Duration;

use latchkey::base::page::PageSize;
use latchkey::db::Db;
use latchkey::domain::audit::{self, Action, Filter};
use latchkey::execute;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::both;
use crate::support::TestApp;
use crate::support::app::Answer;

async fn drop_table(db: &Db, table: &str) {
    let mut tx = db.write().await.expect("a transaction");
    execute!(tx, sqlx::query(AssertSqlSafe(format!("DROP TABLE {table}")))).expect("dropped");
    tx.commit().await.expect("committed");
}

#[track_caller]
fn assert_generic(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.body);
    let told = answer.json();
    assert_eq!(told["error"]["details"], json!({}), "{told}");
    assert_eq!(told["meta"]["requestId"], answer.header("x-request-id"));
    for inside in ["sql", "table", "relation", "column", "src/", "panick", "database"] {
        assert!(!answer.body.to_lowercase().contains(inside), "{inside}: {told}");
    }
}

both! {
    async fn r115_an_error_of_the_database_is_told_as_no_more_than_an_error(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let bearer = app.bearer(token.secret.reveal());
        drop_table(db, "token_policy").await;
        assert_generic(&bearer.get("/v1/me").await, 500, "SRV_001");
        assert_generic(&bearer.post("/v1/verify", &json!({ "token": "x" })).await, 500, "SRV_001");
        assert_generic(&bearer.post("/v1/tokens/revoke", &json!({})).await, 500, "SRV_001");
        assert_eq!(app.anon("GET", "/healthz").await.status, 200);
        app.stop().await;
    }

    async fn r115_a_page_that_fails_names_the_request_and_nothing_else(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        drop_table(db, "credential_secrets").await;
        for _ in 0..2 {
            let broken = browser.get("/profile/tokens").await;
            assert_eq!((broken.status, broken.header("content-type")), (500, "text/html; charset=utf-8"));
            assert!(broken.text_of("main").contains(broken.header("x-request-id")), "{}", broken.body);
            // A form token may spell anything.
            let said = broken.body.replace(&broken.field("form_token"), "").to_lowercase();
            for inside in ["sql", "credential_secrets", "relation", "column", "src/", "panick"] {
                assert!(!said.contains(inside), "{inside}: {}", broken.body);
            }
            assert_eq!(broken.header("content-security-policy").split(';').next(), Some("default-src 'none'"));
        }
        assert_eq!(browser.get("/profile").await.status, 200, "the rest goes on");
        app.stop().await;
    }

    async fn r115_a_change_that_fails_half_way_has_not_begun_and_r121(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await;
        let bearer = app.bearer(token.secret.reveal());
        drop_table(db, "mails").await;
        assert_generic(&bearer.post("/v1/tokens/revoke", &json!({})).await, 500, "SRV_001");
        assert_eq!(bearer.get("/v1/me").await.status, 200, "the token lives");
        let filter = Filter { action: Some(Action::TokenRevoked), ..Filter::default() };
        let events = audit::list(&app.app().ctx.db, &filter, None, PageSize::DEFAULT).await.expect("read");
        assert!(events.rows.is_empty(), "and nothing says otherwise");
        app.stop().await;
    }

    async fn r116_without_its_database_a_process_lets_nobody_in(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let (warm, cold) = (app.token(&root, "warm", &["verify"]).await, app.token(&root, "cold", &["verify"]).await);
        let bearer = app.bearer(warm.secret.reveal());
        assert_eq!(bearer.get("/v1/me").await.status, 200);
        app.app().ctx.db.close().await;
        assert_generic(&app.bearer(cold.secret.reveal()).get("/v1/me").await, 503, "SRV_002");
        let noticed = async { while bearer.get("/v1/me").await.status == 200 {} };
        tokio::time::timeout(Duration::from_secs(5), noticed).await.expect("the outage is noticed");
        for _ in 0..20 {
            let refused = bearer.get("/v1/me").await;
            assert_generic(&refused, 503, "SRV_002");
            assert_eq!(refused.header("retry-after"), "1");
        }
        assert_generic(&bearer.post("/v1/verify", &json!({ "token": cold.secret.reveal() })).await, 503, "SRV_002");
        assert_generic(&bearer.post("/v1/tokens/revoke", &json!({})).await, 503, "SRV_002");
        assert_eq!(app.anon("GET", "/v1/me").await.code(), "AUTH_001", "what needs no database is answered");
        assert_eq!(app.anon("GET", "/readyz").await.status, 503);
        assert_eq!(app.anon("GET", "/healthz").await.status, 200);
        app.stop().await;
    }
}
