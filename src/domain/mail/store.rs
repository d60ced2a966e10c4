//! The outbox' table. A claim is a lease: whoever holds it is the one whose attempt is counted last, so every later
//! change names the number of attempts it belongs to.

use crate::base::page::Cursor;
use crate::db::{self, Cx, Tx};
use crate::{execute, on, sql};

/// A message to insert; times in microseconds.
pub(super) struct NewRow<'a> {
    pub id: String,
    pub account_id: Option<String>,
    pub recipient: &'a str,
    pub message: String,
    pub now: i64,
    pub expires_at: i64,
}

/// Adds a message; none for an account that is not there.
pub(super) async fn insert(tx: &mut Tx, row: NewRow<'_>) -> db::Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO mails (id, account_id, recipient, message, state, created_at, expires_at, next_attempt_at)
             SELECT $1, $2, $3, $4, 'waiting', CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($5 AS BIGINT)
             WHERE CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM accounts WHERE id = $2)"
        ))
        .bind(&row.id)
        .bind(&row.account_id)
        .bind(row.recipient)
        .bind(&row.message)
        .bind(row.now)
        .bind(row.expires_at)
    )?;
    Ok(())
}

/// Whether there is anything to claim, asked without taking the writer's place.
pub(super) async fn any_due(cx: &mut Cx, now: i64) -> db::Result<bool> {
    let row: Option<String> = on!(cx, |c| sqlx::query_scalar(sql!(
        "SELECT id FROM mails
         WHERE state = 'waiting' AND next_attempt_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1) LIMIT 1"
    ))
    .bind(now)
    .fetch_optional(c)
    .await)?;
    Ok(row.is_some())
}

/// Id, recipient, message, attempts, end, what went wrong last.
pub(super) type ClaimedRow = (String, String, String, i64, i64, Option<String>);

/// The outer conditions repeat the inner ones: on Postgres two processes may find the same row, and the second one
/// sees it again after the first has committed.
pub(super) async fn claim(tx: &mut Tx, now: i64, until: i64) -> db::Result<Option<ClaimedRow>> {
    on!(tx, |c| sqlx::query_as(sql!(
        "UPDATE mails SET claimed_until = $1, attempts = attempts + 1
         WHERE id = (SELECT id FROM mails
                     WHERE state = 'waiting' AND next_attempt_at <= $2 AND (claimed_until IS NULL OR claimed_until <= $2)
                     ORDER BY next_attempt_at, id LIMIT 1)
           AND state = 'waiting' AND next_attempt_at <= $2 AND (claimed_until IS NULL OR claimed_until <= $2)
         RETURNING id, recipient, message, attempts, expires_at, last_error"
    ))
    .bind(until)
    .bind(now)
    .fetch_optional(c)
    .await)
}

/// How a message ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End<'a> {
    Sent,
    GivenUp { why: &'a str },
}

impl<'a> End<'a> {
    fn columns(self) -> (&'static str, Option<&'a str>) {
        match self {
            Self::Sent => ("sent", None),
            Self::GivenUp { why } => ("given_up", Some(why)),
        }
    }
}

/// Ends a claimed message; gives the number of rows, none if the claim is another's now.
pub(super) async fn finish(tx: &mut Tx, id: &str, attempts: i64, end: End<'_>, now: i64) -> db::Result<u64> {
    let (state, error) = end.columns();
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE mails SET state = $1, finished_at = $2, claimed_until = NULL, last_error = COALESCE($3, last_error)
             WHERE id = $4 AND attempts = $5 AND state = 'waiting'"
        ))
        .bind(state)
        .bind(now)
        .bind(error)
        .bind(id)
        .bind(attempts)
    )
}

/// Gives a claimed message back until its next attempt; gives the number of rows.
pub(super) async fn postpone(tx: &mut Tx, id: &str, attempts: i64, until: i64, error: &str) -> db::Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE mails SET next_attempt_at = $1, claimed_until = NULL, last_error = $2
             WHERE id = $3 AND attempts = $4 AND state = 'waiting'"
        ))
        .bind(until)
        .bind(error)
        .bind(id)
        .bind(attempts)
    )
}

/// Deletes messages that came to their end before `before`.
pub(super) async fn sweep(tx: &mut Tx, before: i64) -> db::Result<u64> {
    execute!(tx, sqlx::query(sql!("DELETE FROM mails WHERE finished_at < $1")).bind(before))
}

/// How many messages are given up.
pub(super) async fn count_given_up(cx: &mut Cx) -> db::Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT COUNT(*) FROM mails WHERE state = 'given_up' AND state <> 'sent'")).fetch_one(c).await
    })
}

/// A message with all that is known of it; times in microseconds.
#[derive(sqlx::FromRow)]
pub(super) struct MailRow {
    pub id: String,
    pub account_id: Option<String>,
    pub recipient: String,
    pub message: String,
    pub state: String,
    pub attempts: i64,
    pub created_at: i64,
    pub expires_at: i64,
    pub next_attempt_at: i64,
    pub finished_at: Option<i64>,
    pub last_error: Option<String>,
}

/// Newest first.
pub(super) async fn list(cx: &mut Cx, state: Option<&str>, after: Option<&Cursor>, rows: i64) -> db::Result<Vec<MailRow>> {
    let before: i64 = after.and_then(|cursor| cursor.key.parse().ok()).unwrap_or(i64::MAX);
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, recipient, message, state, attempts, created_at, expires_at, next_attempt_at, finished_at, last_error
             FROM mails WHERE (created_at, id) < ($1, $2) AND (CAST($3 AS TEXT) IS NULL OR state = $3)
             ORDER BY created_at DESC, id DESC LIMIT $4"
        ))
        .bind(before)
        .bind(after.map_or("~", |cursor| &cursor.id))
        .bind(state)
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// One of them.
pub(super) async fn find(cx: &mut Cx, id: &str) -> db::Result<Option<MailRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, recipient, message, state, attempts, created_at, expires_at, next_attempt_at, finished_at, last_error
             FROM mails WHERE id = $1"
        ))
        .bind(id)
        .fetch_optional(c)
        .await
    })
}

/// Each state with the number of messages in it.
pub(super) async fn count_by_state(cx: &mut Cx) -> db::Result<Vec<(String, i64)>> {
    on!(cx, |c| sqlx::query_as(sql!("SELECT state, COUNT(*) FROM mails GROUP BY state")).fetch_all(c).await)
}

/// The beginnings of what went wrong last, each with the number of messages that it keeps from being sent.
pub(super) async fn count_by_error(cx: &mut Cx) -> db::Result<Vec<(String, i64)>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT substr(last_error, 1, 12) AS beginning, COUNT(*) FROM mails
             WHERE state <> 'sent' AND last_error IS NOT NULL GROUP BY substr(last_error, 1, 12)"
        ))
        .fetch_all(c)
        .await
    })
}

/// Makes a message due again that was given up and is not over; gives the number of rows.
pub(super) async fn requeue(tx: &mut Tx, id: &str, now: i64) -> db::Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE mails SET state = 'waiting', finished_at = NULL, claimed_until = NULL, next_attempt_at = $1
             WHERE id = $2 AND state = 'given_up' AND expires_at > $1"
        ))
        .bind(now)
        .bind(id)
    )
}
