//! What signed tokens live by, and which of them were given up before their time.

use crate::base::id::{AccountId, SecretId, SessionId};
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

/// The digest by which a secret is found.
pub(super) async fn digest_of(cx: &mut Cx, secret: SecretId) -> Result<Option<Digest>> {
    let hex: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT digest FROM credential_secrets WHERE id = $1"))
            .bind(secret.to_db())
            .fetch_optional(c)
            .await
    })?;
    hex.map(|hex| Digest::from_hex(&hex).ok_or(Error::corrupt("digest"))).transpose()
}

/// A grant, with the workspace that it acts in.
pub(super) struct GrantRow {
    pub account: AccountId,
    pub client: Option<String>,
    pub client_disabled_at: Option<i64>,
    pub scopes: Option<String>,
    pub ends_at: i64,
    pub ended_at: Option<i64>,
    pub place: Option<PlaceRow>,
}

/// A workspace; its roles are there while the membership is.
pub(super) struct PlaceRow {
    pub id: String,
    pub slug: String,
    pub name: String,
    pub suspended_at: Option<i64>,
    pub keys_manage: String,
    pub member_roles: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    account_id: String,
    client: Option<String>,
    client_disabled_at: Option<i64>,
    scopes: Option<String>,
    ends_at: i64,
    idle_ends_at: i64,
    ended_at: Option<i64>,
    workspace_id: Option<String>,
    slug: Option<String>,
    workspace: Option<String>,
    workspace_suspended_at: Option<i64>,
    keys_manage: Option<String>,
    member_roles: Option<String>,
}

/// The grant with this id, whatever has become of it. The membership is looked up with its workspace and its account, so
/// that one that has ended, or was never theirs, is none.
pub(super) async fn grant(cx: &mut Cx, session: SessionId) -> Result<Option<GrantRow>> {
    let row: Option<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT s.account_id, cl.name AS client, cl.disabled_at AS client_disabled_at, s.scopes, s.ends_at, s.idle_ends_at,
                    s.ended_at, s.workspace_id, w.slug, w.name AS workspace, w.suspended_at AS workspace_suspended_at,
                    w.keys_manage, m.roles AS member_roles
             FROM sessions s
             LEFT JOIN clients cl ON cl.id = s.client_id
             LEFT JOIN workspaces w ON w.id = s.workspace_id
             LEFT JOIN memberships m ON m.id = s.membership_id AND m.workspace_id = s.workspace_id AND m.account_id = s.account_id
             WHERE s.id = $1 AND s.kind = 'grant'"
        ))
        .bind(session.to_db())
        .fetch_optional(c)
        .await
    })?;
    let Some(row) = row else { return Ok(None) };
    let place = match (row.workspace_id, row.slug, row.workspace, row.keys_manage) {
        (Some(id), Some(slug), Some(name), Some(keys_manage)) => {
            let (suspended_at, member_roles) = (row.workspace_suspended_at, row.member_roles);
            Some(PlaceRow { id, slug, name, suspended_at, keys_manage, member_roles })
        }
        _ => None,
    };
    Ok(Some(GrantRow {
        account: AccountId::from_db(&row.account_id).map_err(|_| Error::corrupt("account id"))?,
        client: row.client,
        client_disabled_at: row.client_disabled_at,
        scopes: row.scopes,
        ends_at: row.ends_at.min(row.idle_ends_at),
        ended_at: row.ended_at,
        place,
    }))
}

/// Whether a token was given up before its time.
pub(super) async fn is_given_up(cx: &mut Cx, token: &Digest) -> Result<bool> {
    let found: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT digest FROM given_up_tokens WHERE digest = $1")).bind(token.hex()).fetch_optional(c).await
    })?;
    Ok(found.is_some())
}

/// Notes that a token was given up; false if it was before.
pub(super) async fn give_up(tx: &mut Tx, token: &Digest, expires_at: Timestamp) -> Result<bool> {
    let noted = execute!(
        tx,
        sqlx::query(sql!("INSERT INTO given_up_tokens (digest, expires_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING"))
            .bind(token.hex())
            .bind(expires_at.micros())
    )?;
    Ok(noted == 1)
}

/// Forgets tokens that have ended by themselves.
pub(super) async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    execute!(tx, sqlx::query(sql!("DELETE FROM given_up_tokens WHERE expires_at < $1")).bind(now.micros()))
}
