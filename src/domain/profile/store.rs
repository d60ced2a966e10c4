//! What lies about an account in the tables of every feature, read to be shown to its owner.

use serde_json::{Value, json};

use crate::base::id::{AccountId, CredentialId, SessionId};
use crate::base::text::EmailAddress;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result};
use crate::{on, sql};

/// How much goes with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belongings {
    /// Tokens that are not revoked and have not expired.
    pub tokens: i64,
    /// Live sessions.
    pub sessions: i64,
}

/// Counts them.
pub(super) async fn belongings(cx: &mut Cx, account: AccountId, now: Timestamp) -> Result<Belongings> {
    let (tokens, sessions): (i64, i64) = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT (SELECT COUNT(*) FROM credentials
                     WHERE account_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)),
                    (SELECT COUNT(*) FROM sessions
                     WHERE account_id = $1 AND ended_at IS NULL AND idle_ends_at > $2 AND ends_at > $2)"
        ))
        .bind(account.to_db())
        .bind(now.micros())
        .fetch_one(c)
        .await
    })?;
    Ok(Belongings { tokens, sessions })
}

/// A mail as it lies in the outbox.
#[derive(sqlx::FromRow)]
pub(super) struct MailRow {
    pub message: String,
    pub state: String,
    pub created_at: i64,
}

/// The mails of an account to this address, newest first. What went to another address says who has an account there.
pub(super) async fn mails(cx: &mut Cx, account: AccountId, to: &EmailAddress, rows: i64) -> Result<Vec<MailRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT message, state, created_at FROM mails WHERE account_id = $1 AND recipient = $2
             ORDER BY created_at DESC, id DESC LIMIT $3"
        ))
        .bind(account.to_db())
        .bind(to.as_str())
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

fn time(micros: Option<i64>) -> Value {
    micros.map_or(Value::Null, |micros| Value::from(Timestamp::from_micros(micros).rfc3339()))
}

fn document(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|_| Error::corrupt("document"))
}

/// Id, beginning, last request, end, address, agent.
type SessionRow = (String, i64, i64, Option<i64>, String, String);

/// All sessions, newest first.
pub(super) async fn sessions(cx: &mut Cx, account: AccountId) -> Result<Vec<Value>> {
    let rows: Vec<SessionRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, created_at, last_seen_at, ended_at, address, agent FROM sessions
             WHERE account_id = $1 ORDER BY created_at DESC, id"
        ))
        .bind(account.to_db())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(id, created, seen, ended, address, agent)| {
            let id = SessionId::from_db(&id).map_err(|_| Error::corrupt("session id"))?.to_string();
            let (created, seen, ended) = (time(Some(created)), time(Some(seen)), time(ended));
            Ok(json!({ "id": id, "createdAt": created, "lastSeenAt": seen, "endedAt": ended, "address": address, "agent": agent }))
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    name: String,
    scopes: String,
    allowed_addresses: String,
    created_at: i64,
    expires_at: Option<i64>,
    paused_at: Option<i64>,
    revoked_at: Option<i64>,
    revoked_by: Option<String>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    uses: i64,
}

/// All tokens without their secrets, newest first.
pub(super) async fn tokens(cx: &mut Cx, account: AccountId) -> Result<Vec<Value>> {
    let rows: Vec<TokenRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, name, scopes, allowed_addresses, created_at, expires_at, paused_at, revoked_at, revoked_by,
                    last_used_at, last_used_address, last_used_agent, uses
             FROM credentials WHERE account_id = $1 ORDER BY created_at DESC, id"
        ))
        .bind(account.to_db())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            Ok(json!({
                "id": CredentialId::from_db(&row.id).map_err(|_| Error::corrupt("credential id"))?.to_string(),
                "name": row.name,
                "scopes": document(&row.scopes)?,
                "allowedAddresses": document(&row.allowed_addresses)?,
                "createdAt": time(Some(row.created_at)),
                "expiresAt": time(row.expires_at),
                "pausedAt": time(row.paused_at),
                "revokedAt": time(row.revoked_at),
                "revokedBy": row.revoked_by,
                "lastUsedAt": time(row.last_used_at),
                "lastUsedFrom": row.last_used_address,
                "lastUsedBy": row.last_used_agent,
                "uses": row.uses,
            }))
        })
        .collect()
}

/// Instant, action, outcome, details, and from where with what unless somebody else did it.
type EventRow = (i64, String, String, String, Option<String>, Option<String>);

/// All events of an account, newest first. From where others worked is theirs.
pub(super) async fn events(cx: &mut Cx, account: AccountId) -> Result<Vec<Value>> {
    let rows: Vec<EventRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT at, action, outcome, details,
                    CASE WHEN actor_kind = 'account' AND actor_id <> $1 THEN NULL ELSE address END,
                    CASE WHEN actor_kind = 'account' AND actor_id <> $1 THEN NULL ELSE agent END
             FROM audit_events WHERE account_id = $1 ORDER BY seq DESC"
        ))
        .bind(account.to_db())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(at, action, outcome, details, address, agent)| {
            let (at, details) = (time(Some(at)), document(&details)?);
            Ok(json!({ "at": at, "action": action, "outcome": outcome, "details": details, "address": address, "agent": agent }))
        })
        .collect()
}
