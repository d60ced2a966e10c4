//! The table `sign_in_attempts`.

use super::{FREE, LONGEST, SHUT};
use crate::base::time::Timestamp;
use crate::db::{Cx, Result, Tx};
use crate::{execute, on, sql};

/// A counter as it stands.
pub(super) struct Counter {
    pub failures: i64,
    pub open_at: Timestamp,
}

/// Counts one more failure and sets when the next attempt opens, if one may be made now. Returns the count.
///
/// The fifth failure pauses for 2 seconds and each further one for twice as long; an opening time further away than the
/// longest pause was set before the clock stepped back, and holds nobody.
pub(super) async fn reserve(tx: &mut Tx, key: &str, now: Timestamp) -> Result<Option<i64>> {
    on!(tx, |c| {
        sqlx::query_scalar(sql!(
            "INSERT INTO sign_in_attempts (key, failures, last_at, open_at) VALUES ($1, 1, $2, $2)
             ON CONFLICT (key) DO UPDATE SET
                 failures = sign_in_attempts.failures + 1,
                 last_at = $2,
                 open_at = CASE
                     WHEN sign_in_attempts.failures + 1 < $3 THEN $2
                     WHEN sign_in_attempts.failures > $3 + 7 THEN $4
                     ELSE $2 + (CAST(2000000 AS BIGINT) << CAST(sign_in_attempts.failures + 1 - $3 AS INTEGER))
                 END
             WHERE sign_in_attempts.failures < $5 AND (sign_in_attempts.open_at <= $2 OR sign_in_attempts.open_at > $4)
             RETURNING failures"
        ))
        .bind(key)
        .bind(now.micros())
        .bind(FREE)
        .bind((now + LONGEST).micros())
        .bind(SHUT)
        .fetch_optional(c)
        .await
    })
}

/// The counter, if anything was counted.
pub(super) async fn counter(cx: &mut Cx, key: &str) -> Result<Option<Counter>> {
    let row: Option<(i64, i64)> = on!(cx, |c| {
        sqlx::query_as(sql!("SELECT failures, open_at FROM sign_in_attempts WHERE key = $1")).bind(key).fetch_optional(c).await
    })?;
    Ok(row.map(|(failures, open_at)| Counter { failures, open_at: Timestamp::from_micros(open_at) }))
}

/// Takes one failure back, and the pause that it set.
pub(super) async fn give_back(tx: &mut Tx, key: &str, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE sign_in_attempts SET failures = failures - 1, open_at = $2 WHERE key = $1 AND failures > 0"))
            .bind(key)
            .bind(now.micros())
    )?;
    Ok(())
}

/// Forgets a counter.
pub(super) async fn forget(tx: &mut Tx, key: &str) -> Result<()> {
    execute!(tx, sqlx::query(sql!("DELETE FROM sign_in_attempts WHERE key = $1")).bind(key))?;
    Ok(())
}

/// Deletes counters that are not shut and were added to before `before` last.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("DELETE FROM sign_in_attempts WHERE last_at < $1 AND failures < $2")).bind(before.micros()).bind(SHUT)
    )
}
