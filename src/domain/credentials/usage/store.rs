//! The tables `usage_hours` and `recent_uses`, and what a flush adds to credentials and their secrets. Each table is
//! written by one statement, which takes its rows as JSON: the one thing that the two databases spell differently.

use std::collections::BTreeSet;

use serde::Serialize;

use super::counter::Seen;
use super::workspace::Busy;
use super::{Denial, Point, RecentUse};
use crate::base::id::{AccountId, CredentialId, SecretId, WorkspaceId};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Raw, Result, Tx};
use crate::domain::credentials::credential::Kind;
use crate::{execute, on, sql};

/// How many recent uses are kept of each credential.
const RECENT: i64 = 50;

/// What one flush adds to one credential, or to one of its secrets.
#[derive(Clone, Serialize)]
pub(super) struct UseRow {
    pub id: String,
    pub uses: u64,
    pub at: i64,
    pub address: String,
    pub agent: String,
}

impl UseRow {
    pub fn of(id: String, last: &Seen, uses: u64) -> Self {
        Self { id, uses, at: last.at.micros(), address: last.address.to_string(), agent: last.agent.clone() }
    }
}

/// What one flush adds to one hour of one credential.
#[derive(Serialize)]
pub(super) struct HourRow<'a> {
    pub id: &'a str,
    pub hour: i64,
    pub outcome: &'static str,
    pub uses: u64,
}

/// Uses that are alike.
#[derive(Serialize)]
pub(super) struct RecentRow<'a> {
    pub id: String,
    pub credential: &'a str,
    pub at: i64,
    pub outcome: &'static str,
    pub reason: Option<&'static str>,
    pub address: String,
    pub agent: &'a str,
    pub uses: u64,
}

fn json<T: Serialize + ?Sized>(rows: &T) -> String {
    serde_json::to_string(rows).expect("strings and numbers are JSON")
}

/// Adds the uses of many credentials.
pub(super) async fn add_uses(tx: &mut Tx, rows: &[UseRow]) -> Result<()> {
    let json = json(rows);
    match tx.raw() {
        Raw::Lite(c) => {
            sqlx::query(sql!(lite
                "UPDATE credentials SET uses = credentials.uses + (u.value ->> 'uses'), last_used_at = (u.value ->> 'at'),
                        last_used_address = (u.value ->> 'address'), last_used_agent = (u.value ->> 'agent')
                 FROM json_each($1) AS u WHERE credentials.id = (u.value ->> 'id')"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
        Raw::Pg(c) => {
            sqlx::query(sql!(pg
                "UPDATE credentials SET uses = credentials.uses + u.uses, last_used_at = u.at,
                        last_used_address = u.address, last_used_agent = u.agent
                 FROM json_to_recordset($1::json) AS u(id TEXT, uses BIGINT, at BIGINT, address TEXT, agent TEXT)
                 WHERE credentials.id = u.id"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
    }
    Ok(())
}

/// Adds the uses of many secrets.
pub(super) async fn add_secret_uses(tx: &mut Tx, rows: &[UseRow]) -> Result<()> {
    let json = json(rows);
    match tx.raw() {
        Raw::Lite(c) => {
            sqlx::query(sql!(lite
                "UPDATE credential_secrets SET uses = credential_secrets.uses + (u.value ->> 'uses'), last_used_at = (u.value ->> 'at'),
                        last_used_address = (u.value ->> 'address'), last_used_agent = (u.value ->> 'agent')
                 FROM json_each($1) AS u WHERE credential_secrets.id = (u.value ->> 'id')"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
        Raw::Pg(c) => {
            sqlx::query(sql!(pg
                "UPDATE credential_secrets SET uses = credential_secrets.uses + u.uses, last_used_at = u.at,
                        last_used_address = u.address, last_used_agent = u.agent
                 FROM json_to_recordset($1::json) AS u(id TEXT, uses BIGINT, at BIGINT, address TEXT, agent TEXT)
                 WHERE credential_secrets.id = u.id"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
    }
    Ok(())
}

/// Adds to the hours of many credentials; what belongs to a deleted one is dropped.
pub(super) async fn add_hours(tx: &mut Tx, rows: &[HourRow<'_>]) -> Result<()> {
    let json = json(rows);
    match tx.raw() {
        Raw::Lite(c) => {
            sqlx::query(sql!(lite
                "INSERT INTO usage_hours (credential_id, hour, outcome, uses)
                 SELECT u.value ->> 'id', u.value ->> 'hour', u.value ->> 'outcome', u.value ->> 'uses' FROM json_each($1) AS u
                 WHERE EXISTS (SELECT 1 FROM credentials c WHERE c.id = (u.value ->> 'id'))
                 ON CONFLICT (credential_id, hour, outcome) DO UPDATE SET uses = usage_hours.uses + excluded.uses"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
        Raw::Pg(c) => {
            sqlx::query(sql!(pg
                "INSERT INTO usage_hours (credential_id, hour, outcome, uses)
                 SELECT u.id, u.hour, u.outcome, u.uses
                 FROM json_to_recordset($1::json) AS u(id TEXT, hour BIGINT, outcome TEXT, uses BIGINT)
                 WHERE EXISTS (SELECT 1 FROM credentials c WHERE c.id = u.id)
                 ON CONFLICT (credential_id, hour, outcome) DO UPDATE SET uses = usage_hours.uses + excluded.uses"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
    }
    Ok(())
}

/// Adds recent uses of many credentials; what belongs to a deleted one is dropped.
pub(super) async fn add_recent(tx: &mut Tx, rows: &[RecentRow<'_>]) -> Result<()> {
    let json = json(rows);
    match tx.raw() {
        Raw::Lite(c) => {
            sqlx::query(sql!(lite
                "INSERT INTO recent_uses (id, credential_id, at, outcome, reason, address, agent, uses)
                 SELECT u.value ->> 'id', u.value ->> 'credential', u.value ->> 'at', u.value ->> 'outcome', u.value ->> 'reason',
                        u.value ->> 'address', u.value ->> 'agent', u.value ->> 'uses' FROM json_each($1) AS u
                 WHERE EXISTS (SELECT 1 FROM credentials c WHERE c.id = (u.value ->> 'credential'))"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
        Raw::Pg(c) => {
            sqlx::query(sql!(pg
                "INSERT INTO recent_uses (id, credential_id, at, outcome, reason, address, agent, uses)
                 SELECT u.id, u.credential, u.at, u.outcome, u.reason, u.address, u.agent, u.uses
                 FROM json_to_recordset($1::json) AS u(id TEXT, credential TEXT, at BIGINT, outcome TEXT, reason TEXT, address TEXT,
                                                      agent TEXT, uses BIGINT)
                 WHERE EXISTS (SELECT 1 FROM credentials c WHERE c.id = u.credential)"
            ))
            .bind(json)
            .execute(c)
            .await?;
        }
    }
    Ok(())
}

/// Keeps the newest recent uses of these credentials.
pub(super) async fn trim_recent(tx: &mut Tx, credentials: &[&str]) -> Result<()> {
    let json = json(credentials);
    match tx.raw() {
        Raw::Lite(c) => {
            sqlx::query(sql!(lite
                "DELETE FROM recent_uses WHERE id IN (
                   SELECT r.id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY credential_id ORDER BY at DESC, id DESC) AS place
                                     FROM recent_uses WHERE credential_id IN (SELECT value FROM json_each($1))) r
                   WHERE r.place > $2)"
            ))
            .bind(json)
            .bind(RECENT)
            .execute(c)
            .await?;
        }
        Raw::Pg(c) => {
            sqlx::query(sql!(pg
                "DELETE FROM recent_uses WHERE id IN (
                   SELECT r.id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY credential_id ORDER BY at DESC, id DESC) AS place
                                     FROM recent_uses
                                     WHERE credential_id IN (SELECT value FROM json_array_elements_text($1::json))) r
                   WHERE r.place > $2)"
            ))
            .bind(json)
            .bind(RECENT)
            .execute(c)
            .await?;
        }
    }
    Ok(())
}

/// Takes those of these secrets whose owners have not been told that they are still tried, so that nobody else tells
/// them. A revoked token and a suspended owner are told of elsewhere.
pub(super) async fn claim_late(tx: &mut Tx, secrets: &BTreeSet<String>, now: Timestamp) -> Result<Vec<String>> {
    let json = json(secrets);
    Ok(match tx.raw() {
        Raw::Lite(c) => {
            sqlx::query_scalar(sql!(lite
                "UPDATE credential_secrets SET told_late_at = $1
                 WHERE id IN (SELECT value FROM json_each($2)) AND told_late_at IS NULL AND valid_until <= $1
                   AND EXISTS (SELECT 1 FROM credentials c JOIN accounts a ON a.id = c.account_id
                               WHERE c.id = credential_secrets.credential_id AND c.revoked_at IS NULL AND a.suspended_at IS NULL)
                 RETURNING id"
            ))
            .bind(now.micros())
            .bind(json)
            .fetch_all(c)
            .await?
        }
        Raw::Pg(c) => {
            sqlx::query_scalar(sql!(pg
                "UPDATE credential_secrets SET told_late_at = $1
                 WHERE id IN (SELECT value FROM json_array_elements_text($2::json)) AND told_late_at IS NULL AND valid_until <= $1
                   AND EXISTS (SELECT 1 FROM credentials c JOIN accounts a ON a.id = c.account_id
                               WHERE c.id = credential_secrets.credential_id AND c.revoked_at IS NULL AND a.suspended_at IS NULL)
                 RETURNING id"
            ))
            .bind(now.micros())
            .bind(json)
            .fetch_all(c)
            .await?
        }
    })
}

/// A secret that has ended, with what its owner is told of it.
pub(super) struct LateSecret {
    pub account: AccountId,
    pub token: CredentialId,
    pub name: String,
    pub prefix: String,
    pub ended_at: Timestamp,
}

/// One that has an end.
pub(super) async fn late_secret(cx: &mut Cx, id: SecretId) -> Result<Option<LateSecret>> {
    let row: Option<(String, String, String, String, i64)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.account_id, c.id, c.name, s.prefix, s.valid_until FROM credential_secrets s
             JOIN credentials c ON c.id = s.credential_id WHERE s.id = $1 AND s.valid_until IS NOT NULL"
        ))
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    let Some((account, token, name, prefix, ended_at)) = row else { return Ok(None) };
    Ok(Some(LateSecret {
        account: AccountId::from_db(&account).map_err(|_| Error::corrupt("account id"))?,
        token: CredentialId::from_db(&token).map_err(|_| Error::corrupt("credential id"))?,
        name,
        prefix,
        ended_at: Timestamp::from_micros(ended_at),
    }))
}

/// Whether an account has this credential.
pub(super) async fn is_of(cx: &mut Cx, account: AccountId, id: CredentialId) -> Result<bool> {
    let found: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT id FROM credentials WHERE id = $1 AND account_id = $2"))
            .bind(id.to_db())
            .bind(account.to_db())
            .fetch_optional(c)
            .await
    })?;
    Ok(found.is_some())
}

/// Whether a workspace has this credential.
pub(super) async fn is_in(cx: &mut Cx, workspace: WorkspaceId, id: CredentialId) -> Result<bool> {
    let found: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT id FROM credentials WHERE id = $1 AND workspace_id = $2"))
            .bind(id.to_db())
            .bind(workspace.to_db())
            .fetch_optional(c)
            .await
    })?;
    Ok(found.is_some())
}

/// The hours of all credentials of a workspace from an instant on, oldest first.
pub(super) async fn hours_in(cx: &mut Cx, workspace: WorkspaceId, from: Timestamp) -> Result<Vec<Point>> {
    let rows: Vec<(i64, i64, i64)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT u.hour, CAST(SUM(CASE u.outcome WHEN 'allowed' THEN u.uses ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE u.outcome WHEN 'denied' THEN u.uses ELSE 0 END) AS BIGINT)
             FROM credentials c JOIN usage_hours u ON u.credential_id = c.id
             WHERE c.workspace_id = $1 AND u.hour >= $2 GROUP BY u.hour ORDER BY u.hour"
        ))
        .bind(workspace.to_db())
        .bind(from.micros())
        .fetch_all(c)
        .await
    })?;
    let point = |(hour, allowed, denied)| Point { at: Timestamp::from_micros(hour), allowed, denied };
    Ok(rows.into_iter().map(point).collect())
}

/// The busiest credentials of a workspace from an instant on.
pub(super) async fn busiest(cx: &mut Cx, workspace: WorkspaceId, from: Timestamp, rows: i64) -> Result<Vec<Busy>> {
    let rows: Vec<(String, String, String, i64, i64)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.kind, c.name, CAST(SUM(CASE u.outcome WHEN 'allowed' THEN u.uses ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE u.outcome WHEN 'denied' THEN u.uses ELSE 0 END) AS BIGINT)
             FROM credentials c JOIN usage_hours u ON u.credential_id = c.id
             WHERE c.workspace_id = $1 AND u.hour >= $2
             GROUP BY c.id, c.kind, c.name ORDER BY SUM(u.uses) DESC, c.id LIMIT $3"
        ))
        .bind(workspace.to_db())
        .bind(from.micros())
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    let busy = |(id, kind, name, allowed, denied): (String, String, String, i64, i64)| {
        Ok(Busy {
            id: CredentialId::from_db(&id).map_err(|_| Error::corrupt("credential id"))?,
            kind: Kind::from_db(&kind).ok_or(Error::corrupt("kind"))?,
            name,
            allowed,
            denied,
        })
    };
    rows.into_iter().map(busy).collect()
}

/// The hours of a credential from an instant on, oldest first; those without uses are not there.
pub(super) async fn hours(cx: &mut Cx, id: CredentialId, from: Timestamp) -> Result<Vec<Point>> {
    let rows: Vec<(i64, i64, i64)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT hour, CAST(SUM(CASE outcome WHEN 'allowed' THEN uses ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE outcome WHEN 'denied' THEN uses ELSE 0 END) AS BIGINT)
             FROM usage_hours WHERE credential_id = $1 AND hour >= $2 GROUP BY hour ORDER BY hour"
        ))
        .bind(id.to_db())
        .bind(from.micros())
        .fetch_all(c)
        .await
    })?;
    let point = |(hour, allowed, denied)| Point { at: Timestamp::from_micros(hour), allowed, denied };
    Ok(rows.into_iter().map(point).collect())
}

type RecentColumns = (i64, Option<String>, String, String, i64);

/// The newest uses and refusals of a credential.
pub(super) async fn recent(cx: &mut Cx, id: CredentialId) -> Result<Vec<RecentUse>> {
    let rows: Vec<RecentColumns> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT at, reason, address, agent, uses FROM recent_uses WHERE credential_id = $1 ORDER BY at DESC, id DESC LIMIT $2"
        ))
        .bind(id.to_db())
        .bind(RECENT)
        .fetch_all(c)
        .await
    })?;
    let read = |(at, reason, address, agent, uses): RecentColumns| {
        let denial = reason.map(|word| Denial::from_db(&word).ok_or(Error::corrupt("denial"))).transpose()?;
        Ok(RecentUse { at: Timestamp::from_micros(at), denial, address, agent, uses })
    };
    rows.into_iter().map(read).collect()
}

/// Deletes hours that began before this instant.
pub(super) async fn sweep_hours(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, sqlx::query(sql!("DELETE FROM usage_hours WHERE hour < $1")).bind(before.micros()))
}
