//! The tables `audit_events` and `audit_head`: events are added and read, never changed.

use super::chain;
use super::event::{Action, Actor, Event, Outcome};
use super::list::{Filter, Recorded};
use crate::base::id::{AccountId, EventId, WorkspaceId};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::Ctx;
use crate::{execute, on, sql};

/// Writes the event with the next number, bound to the one before it. The numbers have no gaps and follow the order of
/// commits, also when a clock steps back.
///
/// # Errors
/// When the database does not take it; then the change it speaks of must not be committed either.
pub async fn record(tx: &mut Tx, ctx: &Ctx, now: Timestamp, event: Event<'_>) -> Result<()> {
    let (seq, before): (i64, Option<String>) = on!(tx, |c| {
        sqlx::query_as(sql!("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash")).fetch_one(c).await
    })?;
    let (actor_kind, actor_id) = event.actor.columns();
    let row = EventRow {
        seq,
        id: EventId::new(now, &ctx.rng).to_db(),
        at: now.micros(),
        action: event.action.as_str().to_owned(),
        outcome: event.outcome.as_str().to_owned(),
        actor_kind: actor_kind.to_owned(),
        actor_id,
        account_id: event.account.map(|id| id.to_db()),
        workspace_id: event.workspace.map(|id| id.to_db()),
        target: Some(event.target),
        details: event.details.to_string(),
        address: event.origin.address.to_string(),
        agent: event.origin.agent.clone(),
        request_id: event.origin.request_id.clone(),
        hash: None,
    };
    let hash = chain::digest(&ctx.keys, before.as_deref(), &row);
    insert(tx, &row, &hash).await?;
    let moved =
        execute!(tx, sqlx::query(sql!("UPDATE audit_head SET hash = $1 WHERE id = 1 AND seq = $2")).bind(&hash).bind(seq))?;
    if moved == 1 { Ok(()) } else { Err(Error::corrupt("head of the audit log")) }
}

async fn insert(tx: &mut Tx, row: &EventRow, hash: &str) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, actor_id, account_id, target, details, address, agent, request_id, hash,
                                       workspace_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ))
        .bind(row.seq)
        .bind(&row.id)
        .bind(row.at)
        .bind(&row.action)
        .bind(&row.outcome)
        .bind(&row.actor_kind)
        .bind(&row.actor_id)
        .bind(&row.account_id)
        .bind(&row.target)
        .bind(&row.details)
        .bind(&row.address)
        .bind(&row.agent)
        .bind(&row.request_id)
        .bind(hash)
        .bind(&row.workspace_id)
    )?;
    Ok(())
}

/// An event with every column, as the chain binds it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct EventRow {
    pub seq: i64,
    pub id: String,
    pub at: i64,
    pub action: String,
    pub outcome: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub account_id: Option<String>,
    pub workspace_id: Option<String>,
    pub target: Option<String>,
    pub details: String,
    pub address: String,
    pub agent: String,
    pub request_id: String,
    pub hash: Option<String>,
}

/// The next events after number `after`, in their order.
pub(super) async fn links(cx: &mut Cx, after: i64, rows: i64) -> Result<Vec<EventRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT seq, id, at, action, outcome, actor_kind, actor_id, account_id, workspace_id, target, details, address, agent, request_id, hash
             FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT $2"
        ))
        .bind(after)
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// The number of the last event, and its digest if it has one.
pub(super) async fn head(cx: &mut Cx) -> Result<(i64, Option<String>)> {
    on!(cx, |c| sqlx::query_as(sql!("SELECT seq, hash FROM audit_head WHERE id = 1")).fetch_one(c).await)
}

/// The first event with a number that was never given out.
pub(super) async fn beyond_head(cx: &mut Cx) -> Result<Option<i64>> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT MIN(seq) FROM audit_events WHERE seq > (SELECT seq FROM audit_head WHERE id = 1)"))
            .fetch_one(c)
            .await
    })
}

/// Whether something was ever done to an account.
///
/// # Errors
/// When the database does not answer.
pub async fn was_done(cx: &mut Cx, action: Action, account: AccountId) -> Result<bool> {
    let seq: Option<i64> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT seq FROM audit_events WHERE account_id = $1 AND action = $2 AND outcome = 'done' LIMIT 1"
        ))
        .bind(account.to_db())
        .bind(action.as_str())
        .fetch_optional(c)
        .await
    })?;
    Ok(seq.is_some())
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: i64,
    action: String,
    outcome: String,
    actor_kind: String,
    actor_id: Option<String>,
    actor_name: Option<String>,
    account_id: Option<String>,
    account_email: Option<String>,
    workspace_id: Option<String>,
    target: Option<String>,
    details: String,
    address: String,
    agent: String,
    request_id: String,
}

/// Newest first, from below `before`.
pub(super) async fn list(cx: &mut Cx, filter: &Filter, before: i64, rows: i64) -> Result<Vec<Recorded>> {
    let (actor_kind, actor_id) = filter.actor.map(Actor::columns).unzip();
    let found: Vec<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT e.seq, e.at, e.action, e.outcome, e.actor_kind, e.actor_id, a.email AS actor_name, e.account_id,
                    o.email AS account_email, e.workspace_id, e.target, e.details, e.address, e.agent, e.request_id
             FROM audit_events e
             LEFT JOIN accounts a ON e.actor_kind = 'account' AND a.id = e.actor_id
             LEFT JOIN accounts o ON o.id = e.account_id
             WHERE e.seq < $1
               AND (CAST($2 AS TEXT) IS NULL OR e.account_id = $2)
               AND (CAST($3 AS TEXT) IS NULL OR e.action = $3)
               AND (CAST($4 AS TEXT) IS NULL OR e.outcome = $4)
               AND (CAST($5 AS TEXT) IS NULL OR e.actor_kind = $5 AND COALESCE(e.actor_id, '') = $6)
               AND (CAST($7 AS TEXT) IS NULL OR e.request_id = $7)
               AND e.at >= $8 AND e.at < $9
               AND (CAST($10 AS TEXT) IS NULL OR e.workspace_id = $10)
             ORDER BY e.seq DESC LIMIT $11"
        ))
        .bind(before)
        .bind(filter.account.map(|id| id.to_db()))
        .bind(filter.action.map(Action::as_str))
        .bind(filter.outcome.map(Outcome::as_str))
        .bind(actor_kind)
        .bind(actor_id.flatten().unwrap_or_default())
        .bind(&filter.request_id)
        .bind(filter.from.map_or(0, Timestamp::micros))
        .bind(filter.until.map_or(i64::MAX, Timestamp::micros))
        .bind(filter.workspace.map(|id| id.to_db()))
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    found.into_iter().map(Recorded::try_from).collect()
}

/// The latest events about one thing of an account, newest first.
pub(super) async fn about(cx: &mut Cx, account: AccountId, target: &str, rows: i64) -> Result<Vec<Recorded>> {
    let found: Vec<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT e.seq, e.at, e.action, e.outcome, e.actor_kind, e.actor_id, a.email AS actor_name, e.account_id,
                    o.email AS account_email, e.workspace_id, e.target, e.details, e.address, e.agent, e.request_id
             FROM audit_events e
             LEFT JOIN accounts a ON e.actor_kind = 'account' AND a.id = e.actor_id
             LEFT JOIN accounts o ON o.id = e.account_id
             WHERE e.account_id = $1 AND e.target = $2
             ORDER BY e.seq DESC LIMIT $3"
        ))
        .bind(account.to_db())
        .bind(target)
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    found.into_iter().map(Recorded::try_from).collect()
}

/// The latest events about one thing in a workspace, newest first.
pub(super) async fn about_in(cx: &mut Cx, workspace: WorkspaceId, target: &str, rows: i64) -> Result<Vec<Recorded>> {
    let found: Vec<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT e.seq, e.at, e.action, e.outcome, e.actor_kind, e.actor_id, a.email AS actor_name, e.account_id,
                    o.email AS account_email, e.workspace_id, e.target, e.details, e.address, e.agent, e.request_id
             FROM audit_events e
             LEFT JOIN accounts a ON e.actor_kind = 'account' AND a.id = e.actor_id
             LEFT JOIN accounts o ON o.id = e.account_id
             WHERE e.workspace_id = $1 AND e.target = $2
             ORDER BY e.seq DESC LIMIT $3"
        ))
        .bind(workspace.to_db())
        .bind(target)
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    found.into_iter().map(Recorded::try_from).collect()
}

/// How many events of a kind were refused in a span.
pub(super) async fn count_refused(cx: &mut Cx, action: Action, from: Timestamp, until: Timestamp) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM audit_events WHERE outcome = 'refused' AND action = $1 AND at >= $2 AND at < $3"
        ))
        .bind(action.as_str())
        .bind(from.micros())
        .bind(until.micros())
        .fetch_one(c)
        .await
    })
}

impl TryFrom<Row> for Recorded {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let account = |id: Option<&str>| id.map(AccountId::from_db).transpose().map_err(|_| Error::corrupt("account id"));
        let actor = row.actor_id.as_deref().filter(|_| row.actor_kind == "account");
        Ok(Self {
            seq: row.seq,
            at: Timestamp::from_micros(row.at),
            action: row.action,
            refused: row.outcome == "refused",
            by: match (row.actor_kind.as_str(), row.actor_name) {
                ("account", Some(email)) => email,
                ("account", None) => "a deleted account".to_owned(),
                ("credential", _) => "whoever held the token".to_owned(),
                ("system", _) => "Latchkey".to_owned(),
                _ => "somebody not signed in".to_owned(),
            },
            actor: account(actor)?,
            account: account(row.account_id.as_deref())?,
            account_email: row.account_email,
            workspace: row
                .workspace_id
                .as_deref()
                .map(WorkspaceId::from_db)
                .transpose()
                .map_err(|_| Error::corrupt("workspace id"))?,
            target: row.target.unwrap_or_default(),
            details: serde_json::from_str(&row.details).map_err(|_| Error::corrupt("event"))?,
            address: row.address,
            agent: row.agent,
            request_id: row.request_id,
        })
    }
}
