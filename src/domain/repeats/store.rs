//! The table `idempotent_requests`.

use super::Repeat;
use crate::base::time::Timestamp;
use crate::db::{Cx, Result, Tx};
use crate::{execute, on, sql};

/// Claims a key; false if it is taken. Where another transaction is about to take it, this one waits for its end.
pub(super) async fn claim(tx: &mut Tx, repeat: &Repeat, now: Timestamp) -> Result<bool> {
    let claimed = execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO idempotent_requests (caller, key, fingerprint, subject, created_at) VALUES ($1, $2, $3, '', $4)
             ON CONFLICT (caller, key) DO NOTHING"
        ))
        .bind(&repeat.caller)
        .bind(&repeat.key)
        .bind(&repeat.fingerprint)
        .bind(now.micros())
    )?;
    Ok(claimed == 1)
}

/// What a key was used for: the fingerprint of the request, and what it made.
pub(super) async fn find(cx: &mut Cx, caller: &str, key: &str) -> Result<Option<(String, String)>> {
    on!(cx, |c| {
        sqlx::query_as(sql!("SELECT fingerprint, subject FROM idempotent_requests WHERE caller = $1 AND key = $2"))
            .bind(caller)
            .bind(key)
            .fetch_optional(c)
            .await
    })
}

/// Writes down what a claimed key has made.
pub(super) async fn note(tx: &mut Tx, caller: &str, key: &str, subject: &str) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE idempotent_requests SET subject = $3 WHERE caller = $1 AND key = $2 AND subject = ''"))
            .bind(caller)
            .bind(key)
            .bind(subject)
    )?;
    Ok(())
}

/// Forgets a key that was claimed before `before`.
pub(super) async fn forget(tx: &mut Tx, caller: &str, key: &str, before: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("DELETE FROM idempotent_requests WHERE caller = $1 AND key = $2 AND created_at <= $3"))
            .bind(caller)
            .bind(key)
            .bind(before.micros())
    )?;
    Ok(())
}

/// Deletes the keys that were claimed before `before`.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, sqlx::query(sql!("DELETE FROM idempotent_requests WHERE created_at <= $1")).bind(before.micros()))
}
