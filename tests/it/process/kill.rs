//! What was answered is there after `kill -9`, and nothing is half done.

use std::cell::RefCell;

use futures_util::future::join_all;
use latchkey::db::Db;
use latchkey::{on, sql};

use super::{give_up, served, status, tokens};
use crate::both;
use crate::cli::serve::Served;
use crate::support::Engine;

/// Clients that work at the same time.
const CLIENTS: usize = 6;

/// Revokes tokens until so many were answered, then kills the server while it works on others. What was answered.
async fn revoke_and_kill(served: &Served, tokens: &[String], enough: usize) -> Vec<String> {
    let client = reqwest::Client::new();
    let answered = RefCell::new(Vec::new());
    join_all((0..CLIENTS).map(async |n| {
        for token in tokens.iter().skip(n).step_by(CLIENTS) {
            let Some(status) = give_up(&client, served, token).await else { return };
            assert_eq!(status, 204);
            answered.borrow_mut().push(token.clone());
            if answered.borrow().len() == enough {
                served.signal("KILL");
            }
        }
    }))
    .await;
    answered.into_inner()
}

async fn count(db: &Db, text: &'static str) -> i64 {
    let mut cx = db.read().await.expect("a connection");
    on!(cx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(c).await).expect("counted")
}

/// Every change with its event, its mail and its entry in the log of changes; or none of them.
async fn nothing_is_half_done(db: &Db) {
    let revoked = count(db, "SELECT COUNT(*) FROM credentials WHERE revoked_at IS NOT NULL").await;
    for (what, parts) in [
        ("events", "SELECT COUNT(*) FROM audit_events WHERE action = 'token.revoked'"),
        ("changes", "SELECT COUNT(*) FROM changes WHERE kind = 'credential'"),
        ("mails", "SELECT COUNT(*) FROM mails WHERE message LIKE '%token_revoked%'"),
    ] {
        assert_eq!(count(db, parts).await, revoked, "{what}");
    }
    for (what, half_done) in [
        (
            "a revocation without its event",
            "SELECT COUNT(*) FROM credentials c WHERE (c.revoked_at IS NOT NULL) <> EXISTS (SELECT 1 FROM audit_events e
             WHERE e.action = 'token.revoked' AND e.target = 'key_' || replace(c.id, '-', ''))",
        ),
        (
            "a revocation that other processes never hear of",
            "SELECT COUNT(*) FROM credentials c WHERE (c.revoked_at IS NOT NULL) <> EXISTS (SELECT 1 FROM changes d
             WHERE d.kind = 'credential' AND d.key = c.id)",
        ),
        ("a gap in the audit", "SELECT MAX(seq) - COUNT(*) FROM audit_events"),
        ("a credential without a secret", "SELECT COUNT(*) - (SELECT COUNT(*) FROM credential_secrets) FROM credentials"),
    ] {
        assert_eq!(count(db, half_done).await, 0, "{what}");
    }
}

both! {
    async fn r127_a_revocation_that_was_answered_outlives_kill_9(db: &TestDb) {
        let mut living = tokens(db, 3, 20).await;
        db.close().await;
        let client = reqwest::Client::new();
        for round in 0..4 {
            let first = served(db);
            let answered = revoke_and_kill(&first, &living, 3 + 2 * round).await;
            drop(first);
            let second = served(db);
            let mut left = Vec::new();
            for token in living {
                match status(&client, &second, &token).await {
                    200 => left.push(token),
                    status => assert_eq!(status, 401),
                }
            }
            assert!(answered.iter().all(|token| !left.contains(token)), "a revoked token is alive again");
            living = left;
            second.signal("TERM");
            assert_eq!(second.ended().code(), Some(0));
        }
        assert!(!living.is_empty(), "the server was killed in the middle");
        let after = db.open_again().await;
        nothing_is_half_done(&after).await;
        let alive = count(&after, "SELECT COUNT(*) FROM credentials WHERE revoked_at IS NULL").await;
        assert_eq!(usize::try_from(alive), Ok(living.len()));
        if db.engine() == Engine::Sqlite {
            let mut cx = after.read().await.expect("a connection");
            let verdict: String = on!(cx, |c| sqlx::query_scalar(sql!(lite "PRAGMA integrity_check")).fetch_one(c).await).expect("read");
            assert_eq!(verdict, "ok");
        }
        after.close().await;
    }
}
