//! Counting uses: without a write per request, without losing one at an orderly end.

use futures_util::future::join_all;
use latchkey::base::time::Span;
use latchkey::db::Db;
use latchkey::domain::credentials::{self, Issued};
use latchkey::{execute, on};
use serde_json::json;

use crate::both;
use crate::support::{Engine, TestApp};

type Row = (i64, Option<i64>, Option<String>, Option<String>);

async fn stored(db: &Db, token: &Issued) -> Row {
    let mut cx = db.read().await.expect("a connection");
    let text = "SELECT uses, last_used_at, last_used_address, last_used_agent FROM credentials WHERE id = $1";
    on!(cx, |c| sqlx::query_as(text).bind(token.credential.id.to_db()).fetch_one(c).await).expect("read")
}

/// What is stored, once this many uses are: the server's own round may be writing them at this moment.
async fn counted(app: &TestApp, db: &Db, token: &Issued, uses: i64) -> Row {
    let mut row = stored(db, token).await;
    let began = std::time::Instant::now();
    while row.0 != uses && began.elapsed().as_secs() < 5 {
        credentials::flush(&app.app().ctx).await.expect("flushed");
        row = stored(db, token).await;
    }
    assert_eq!(row.0, uses);
    row
}

both! {
    async fn r77_uses_are_counted_in_memory_and_written_together(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let (one, two) = (app.token(&root, "one", &["verify"]).await, app.token(&root, "two", &[]).await);
        let asked = join_all((0..40).map(async |_| app.bearer(one.secret.reveal()).get("/v1/me").await.status)).await;
        assert!(asked.iter().all(|status| *status == 200));
        app.clock.advance(Span::seconds(5));
        let agent = [("x-api-key", two.secret.reveal()), ("user-agent", "curl/8.0 (test)")];
        assert_eq!(app.send("GET", "/v1/me", &agent, "").await.status, 200);
        counted(&app, db, &one, 40).await;
        let used = counted(&app, db, &two, 1).await;
        assert_eq!(used, (1, Some(app.clock.now().micros()), Some("127.0.0.1".into()), Some("curl/8.0 (test)".into())));
        let flushed = credentials::flush(&app.app().ctx).await.expect("flushed");
        assert_eq!((flushed.credentials, flushed.uses), (0, 0), "nothing is counted twice");

        let question = json!({ "token": two.secret.reveal(), "ip": "198.51.100.9" });
        assert_eq!(app.bearer(one.secret.reveal()).post("/v1/verify", &question).await.status, 200);
        for refused in [json!({ "token": two.secret.reveal(), "scopes": "admin" }), json!({ "token": "lk_pat_x" })] {
            assert_eq!(app.bearer(one.secret.reveal()).post("/v1/verify", &refused).await.status, 200);
        }
        let used = counted(&app, db, &two, 2).await;
        assert_eq!(used.2.as_deref(), Some("198.51.100.9"));
        counted(&app, db, &one, 43).await;
        assert_eq!(stored(db, &two).await.0, 2, "a refused use is none");
        app.stop().await;
    }

    async fn r77_an_orderly_stop_loses_no_use(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await;
        for _ in 0..7 {
            assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
        }
        app.stop().await;
        let other = db.open_again().await;
        assert_eq!(stored(&other, &token).await.0, 7);
        other.close().await;
    }

    async fn r77_a_database_that_takes_no_writes_holds_up_no_request(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let (warm, cold) = (app.token(&root, "warm", &[]).await, app.token(&root, "cold", &[]).await);
        assert_eq!(app.bearer(warm.secret.reveal()).get("/v1/me").await.status, 200);
        counted(&app, db, &warm, 1).await;
        let mut writing = db.write().await.expect("a transaction");
        if db.engine() == Engine::Postgres {
            execute!(writing, sqlx::query("LOCK TABLE credentials IN EXCLUSIVE MODE")).expect("locked");
        }
        let began = std::time::Instant::now();
        for _ in 0..50 {
            for token in [&warm, &cold] {
                assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
            }
        }
        assert!(began.elapsed().as_secs() < 4, "none waited for the lock: {:?}", began.elapsed());
        assert_eq!(stored(db, &warm).await.0, 1);
        drop(writing);
        app.stop().await;
        let other = db.open_again().await;
        assert_eq!((stored(&other, &warm).await.0, stored(&other, &cold).await.0), (51, 50), "and none is lost");
        other.close().await;
    }

    async fn r77_counts_that_could_not_be_written_wait_for_the_next_time(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await;
        for broken in ["ALTER TABLE credentials RENAME COLUMN uses TO used", "ALTER TABLE credentials RENAME COLUMN used TO uses"] {
            let mut tx = db.write().await.expect("a transaction");
            execute!(tx, sqlx::query(broken)).expect("renamed");
            tx.commit().await.expect("committed");
            assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
            drop(credentials::flush(&app.app().ctx).await);
        }
        app.stop().await;
        let other = db.open_again().await;
        assert_eq!(stored(&other, &token).await.0, 2);
        other.close().await;
    }
}
