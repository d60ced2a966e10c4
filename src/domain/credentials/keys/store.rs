//! The keys among the credentials.

use super::change::Looks;
use super::key::{Key, KeyKind};
use crate::base::id::{AccountId, CredentialId, WorkspaceId};
use crate::base::metadata::Metadata;
use crate::base::page::Cursor;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::access::Scopes;
use crate::domain::credentials::addresses::AddressList;
use crate::domain::credentials::credential::{Environment, Kind, Maker};
use crate::domain::credentials::detail::{Detail, store::DetailRow};
use crate::domain::credentials::list::{Column, Counts, Direction, ENDED_SHOWN, EXPIRING, ListFilter, Sort};
use crate::domain::credentials::origins::OriginList;
use crate::{execute, on, sql};

#[derive(sqlx::FromRow)]
struct KeyRow {
    #[sqlx(flatten)]
    detail: DetailRow,
    kind: String,
    environment: String,
    origins: String,
    requests_per_minute: Option<i64>,
    metadata: String,
    made_by: Option<String>,
    parent_id: Option<String>,
    maker_email: Option<String>,
}

impl TryFrom<KeyRow> for Key {
    type Error = Error;

    fn try_from(row: KeyRow) -> Result<Self> {
        let limit = row.requests_per_minute.map(u32::try_from).transpose().map_err(|_| Error::corrupt("limit"))?;
        Ok(Self {
            detail: Detail::try_from(row.detail)?,
            kind: Kind::from_db(&row.kind).and_then(KeyKind::of).ok_or(Error::corrupt("kind"))?,
            environment: Environment::parse(&row.environment).ok_or(Error::corrupt("environment"))?,
            origins: OriginList::from_db(&row.origins),
            requests_per_minute: limit,
            metadata: Metadata::from_db(&row.metadata).ok_or(Error::corrupt("metadata"))?,
            maker: maker(row.made_by.as_deref(), row.parent_id.as_deref())?,
            made_by: row.maker_email,
        })
    }
}

fn maker(account: Option<&str>, key: Option<&str>) -> Result<Option<Maker>> {
    match (account, key) {
        (Some(id), _) => AccountId::from_db(id).map(|id| Some(Maker::Account(id))).map_err(|_| Error::corrupt("account id")),
        (None, Some(id)) => CredentialId::from_db(id).map(|id| Some(Maker::Key(id))).map_err(|_| Error::corrupt("credential id")),
        (None, None) => Ok(None),
    }
}

/// The workspace that a key belongs to.
pub(super) async fn home(cx: &mut Cx, id: CredentialId) -> Result<Option<WorkspaceId>> {
    let home: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT workspace_id FROM credentials WHERE id = $1 AND kind IN ('secret', 'publishable')"))
            .bind(id.to_db())
            .fetch_optional(c)
            .await
    })?;
    home.map(|id| WorkspaceId::from_db(&id).map_err(|_| Error::corrupt("workspace id"))).transpose()
}

/// How many keys of a workspace are neither revoked nor expired.
pub(super) async fn count_living(cx: &mut Cx, workspace: WorkspaceId, now: Timestamp) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM credentials
             WHERE workspace_id = $1 AND kind <> 'service' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"
        ))
        .bind(workspace.to_db())
        .bind(now.micros())
        .fetch_one(c)
        .await
    })
}

/// The key that this form has made.
pub(super) async fn made_by_form(cx: &mut Cx, workspace: WorkspaceId, nonce: &str) -> Result<Option<CredentialId>> {
    let id: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT id FROM credentials WHERE form_nonce = $1 AND workspace_id = $2"))
            .bind(nonce)
            .bind(workspace.to_db())
            .fetch_optional(c)
            .await
    })?;
    id.map(|id| CredentialId::from_db(&id).map_err(|_| Error::corrupt("credential id"))).transpose()
}

/// The key that this form has given a secret.
pub(super) async fn rotated_by_form(cx: &mut Cx, workspace: WorkspaceId, nonce: &str) -> Result<Option<CredentialId>> {
    let id: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT c.id FROM credential_secrets s JOIN credentials c ON c.id = s.credential_id
             WHERE s.form_nonce = $1 AND c.workspace_id = $2"
        ))
        .bind(nonce)
        .bind(workspace.to_db())
        .fetch_optional(c)
        .await
    })?;
    id.map(|id| CredentialId::from_db(&id).map_err(|_| Error::corrupt("credential id"))).transpose()
}

/// The keys that a key has made and that are not revoked.
pub(super) async fn children(cx: &mut Cx, workspace: WorkspaceId, parent: CredentialId) -> Result<Vec<CredentialId>> {
    let ids: Vec<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT id FROM credentials WHERE parent_id = $1 AND workspace_id = $2 AND revoked_at IS NULL ORDER BY id"
        ))
        .bind(parent.to_db())
        .bind(workspace.to_db())
        .fetch_all(c)
        .await
    })?;
    ids.iter().map(|id| CredentialId::from_db(id).map_err(|_| Error::corrupt("credential id"))).collect()
}

/// One key of a workspace, living or ended.
pub(in crate::domain::credentials) async fn find(cx: &mut Cx, workspace: WorkspaceId, id: CredentialId) -> Result<Option<Key>> {
    let row: Option<KeyRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, '' AS sort_key,
                    p.id AS p_id, p.prefix AS p_prefix, p.last_four AS p_last_four, p.created_at AS p_created_at,
                    p.valid_until AS p_valid_until, p.last_used_at AS p_last_used_at, p.last_used_address AS p_last_used_address,
                    p.last_used_agent AS p_last_used_agent, p.uses AS p_uses,
                    c.allowed_addresses, c.leaked_at, c.revoked_reason, s.id AS s_id, s.created_at AS s_created_at,
                    s.last_used_at AS s_last_used_at, s.last_used_address AS s_last_used_address,
                    s.last_used_agent AS s_last_used_agent, s.uses AS s_uses,
                    c.kind, c.environment, c.origins, c.requests_per_minute, c.metadata, c.made_by, c.parent_id, a.email AS maker_email
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             LEFT JOIN credential_secrets p ON p.id = (SELECT o.id FROM credential_secrets o WHERE o.credential_id = c.id
                AND o.valid_until IS NOT NULL ORDER BY o.valid_until DESC, o.id DESC LIMIT 1)
             LEFT JOIN accounts a ON a.id = c.made_by
             WHERE c.id = $1 AND c.workspace_id = $2 AND c.kind <> 'service'"
        ))
        .bind(id.to_db())
        .bind(workspace.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Key::try_from).transpose()
}

/// Which keys a list may show, as far as a statement can say it.
pub(super) struct Bounds {
    pub workspace: WorkspaceId,
    /// This one alone.
    pub environment: Option<Environment>,
    /// Only those that have an end, and no later one.
    pub ends_by: Option<Timestamp>,
    pub now: Timestamp,
}

/// Some of a workspace's keys, in order.
pub(super) async fn list(
    cx: &mut Cx,
    bounds: &Bounds,
    filter: &ListFilter,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<Key>> {
    let found = match filter.sort {
        Sort { by: Column::Created, direction: Direction::Down } => newest(cx, bounds, filter, after, rows).await?,
        Sort { .. } => sorted(cx, bounds, filter, after, rows).await?,
    };
    found.into_iter().map(Key::try_from).collect()
}

/// Newest first, along the index.
async fn newest(cx: &mut Cx, bounds: &Bounds, filter: &ListFilter, after: Option<&Cursor>, rows: i64) -> Result<Vec<KeyRow>> {
    let before: i64 = after.and_then(|cursor| cursor.key.parse().ok()).unwrap_or(i64::MAX);
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, CAST(c.created_at AS TEXT) AS sort_key,
                    p.id AS p_id, p.prefix AS p_prefix, p.last_four AS p_last_four, p.created_at AS p_created_at,
                    p.valid_until AS p_valid_until, p.last_used_at AS p_last_used_at, p.last_used_address AS p_last_used_address,
                    p.last_used_agent AS p_last_used_agent, p.uses AS p_uses,
                    c.allowed_addresses, c.leaked_at, c.revoked_reason, s.id AS s_id, s.created_at AS s_created_at,
                    s.last_used_at AS s_last_used_at, s.last_used_address AS s_last_used_address,
                    s.last_used_agent AS s_last_used_agent, s.uses AS s_uses,
                    c.kind, c.environment, c.origins, c.requests_per_minute, c.metadata, c.made_by, c.parent_id, a.email AS maker_email
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             LEFT JOIN credential_secrets p ON p.id = (SELECT o.id FROM credential_secrets o WHERE o.credential_id = c.id
                AND o.valid_until IS NOT NULL ORDER BY o.valid_until DESC, o.id DESC LIMIT 1)
             LEFT JOIN accounts a ON a.id = c.made_by
             WHERE c.workspace_id = $1 AND (c.created_at, c.id) < ($2, $3) AND c.kind <> 'service'
               AND ($4 = '' OR c.environment = $4) AND COALESCE(c.expires_at, 9223372036854775807) <= $5
               AND CASE $6
                   WHEN 'active' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $7)
                   WHEN 'expiring' THEN c.revoked_at IS NULL AND c.expires_at > $7 AND c.expires_at <= $7 + 1209600000000
                   WHEN 'unused' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $7) AND COALESCE(c.last_used_at, c.created_at) <= $8
                   WHEN 'never-expires' THEN c.revoked_at IS NULL AND c.expires_at IS NULL
                   WHEN 'expired' THEN c.revoked_at IS NULL AND c.expires_at <= $7 AND c.expires_at > $8
                   ELSE c.revoked_at IS NOT NULL AND c.revoked_at > $8 END
               AND ($9 = '' OR replace(c.name_key || ' ' || lower(s.prefix || '...' || s.last_four), $9, '')
                            <> c.name_key || ' ' || lower(s.prefix || '...' || s.last_four))
             ORDER BY c.created_at DESC, c.id DESC LIMIT $10"
        ))
        .bind(bounds.workspace.to_db())
        .bind(before)
        .bind(after.map_or("~", |cursor| &cursor.id))
        .bind(bounds.environment.map_or("", Environment::as_str))
        .bind(bounds.ends_by.map_or(i64::MAX, Timestamp::micros))
        .bind(filter.word())
        .bind(bounds.now.micros())
        .bind((bounds.now - ENDED_SHOWN).micros())
        .bind(&filter.search)
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// In any other order. Every key is text that sorts as its column does: numbers are led to nineteen digits. The rows of
/// the page are found first, and only then is everything about them looked up.
async fn sorted(cx: &mut Cx, bounds: &Bounds, filter: &ListFilter, after: Option<&Cursor>, rows: i64) -> Result<Vec<KeyRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, x.sort_key,
                    p.id AS p_id, p.prefix AS p_prefix, p.last_four AS p_last_four, p.created_at AS p_created_at,
                    p.valid_until AS p_valid_until, p.last_used_at AS p_last_used_at, p.last_used_address AS p_last_used_address,
                    p.last_used_agent AS p_last_used_agent, p.uses AS p_uses,
                    c.allowed_addresses, c.leaked_at, c.revoked_reason, s.id AS s_id, s.created_at AS s_created_at,
                    s.last_used_at AS s_last_used_at, s.last_used_address AS s_last_used_address,
                    s.last_used_agent AS s_last_used_agent, s.uses AS s_uses,
                    c.kind, c.environment, c.origins, c.requests_per_minute, c.metadata, c.made_by, c.parent_id, a.email AS maker_email
             FROM (
               SELECT t.id, t.sort_key
               FROM (SELECT k.id, CASE $1 WHEN 'name' THEN k.name_key
                                    WHEN 'expires' THEN CAST(1000000000000000000 + COALESCE(k.expires_at, 1000000000000000000) AS TEXT)
                                    WHEN 'used' THEN CAST(1000000000000000000 + COALESCE(k.last_used_at, 0) AS TEXT)
                                    ELSE CAST(1000000000000000000 + k.created_at AS TEXT) END AS sort_key
                     FROM credentials k JOIN credential_secrets v ON v.credential_id = k.id AND v.valid_until IS NULL
                     WHERE k.workspace_id = $2 AND k.kind <> 'service'
                       AND ($3 = '' OR k.environment = $3) AND COALESCE(k.expires_at, 9223372036854775807) <= $4
                       AND CASE $5
                           WHEN 'active' THEN k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $6)
                           WHEN 'expiring' THEN k.revoked_at IS NULL AND k.expires_at > $6 AND k.expires_at <= $6 + 1209600000000
                           WHEN 'unused' THEN k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $6) AND COALESCE(k.last_used_at, k.created_at) <= $7
                           WHEN 'never-expires' THEN k.revoked_at IS NULL AND k.expires_at IS NULL
                           WHEN 'expired' THEN k.revoked_at IS NULL AND k.expires_at <= $6 AND k.expires_at > $7
                           ELSE k.revoked_at IS NOT NULL AND k.revoked_at > $7 END
                       AND ($8 = '' OR replace(k.name_key || ' ' || lower(v.prefix || '...' || v.last_four), $8, '')
                                    <> k.name_key || ' ' || lower(v.prefix || '...' || v.last_four))) t
               WHERE (CAST($9 AS TEXT) IS NULL
                      OR CASE $10 WHEN 'up' THEN (t.sort_key, t.id) > ($9, $11) ELSE (t.sort_key, t.id) < ($9, $11) END)
               ORDER BY CASE $10 WHEN 'up' THEN t.sort_key END, CASE $10 WHEN 'up' THEN t.id END, t.sort_key DESC, t.id DESC
               LIMIT $12) x
             JOIN credentials c ON c.id = x.id
             JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             LEFT JOIN credential_secrets p ON p.id = (SELECT o.id FROM credential_secrets o WHERE o.credential_id = c.id
                AND o.valid_until IS NOT NULL ORDER BY o.valid_until DESC, o.id DESC LIMIT 1)
             LEFT JOIN accounts a ON a.id = c.made_by
             ORDER BY CASE $10 WHEN 'up' THEN x.sort_key END, CASE $10 WHEN 'up' THEN x.id END, x.sort_key DESC, x.id DESC"
        ))
        .bind(filter.sort.by.as_str())
        .bind(bounds.workspace.to_db())
        .bind(bounds.environment.map_or("", Environment::as_str))
        .bind(bounds.ends_by.map_or(i64::MAX, Timestamp::micros))
        .bind(filter.word())
        .bind(bounds.now.micros())
        .bind((bounds.now - ENDED_SHOWN).micros())
        .bind(&filter.search)
        .bind(after.map(|cursor| &cursor.key))
        .bind(filter.sort.direction.as_str())
        .bind(after.map_or("", |cursor| &cursor.id))
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// How many keys a workspace has under each tab, each number only as far as somebody is told.
pub(super) async fn count(cx: &mut Cx, workspace: WorkspaceId, now: Timestamp) -> Result<Counts> {
    let (active, expiring, unused, endless, expired, revoked): (i64, i64, i64, i64, i64, i64) = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT l.active, l.expiring, l.unused, l.endless,
                    (SELECT COUNT(*) FROM (SELECT 1 AS one FROM credentials WHERE workspace_id = $1 AND kind <> 'service' AND revoked_at IS NULL
                                           AND expires_at > $2 AND expires_at <= $3 LIMIT $4) e),
                    (SELECT COUNT(*) FROM (SELECT 1 AS one FROM credentials WHERE workspace_id = $1 AND kind <> 'service' AND revoked_at > $2 LIMIT $4) r)
             FROM (SELECT COUNT(*) AS active, COUNT(CASE WHEN expires_at <= $5 THEN 1 END) AS expiring,
                          COUNT(CASE WHEN COALESCE(last_used_at, created_at) <= $2 THEN 1 END) AS unused,
                          COUNT(*) - COUNT(expires_at) AS endless
                   FROM (SELECT expires_at, last_used_at, created_at FROM credentials
                         WHERE workspace_id = $1 AND kind <> 'service' AND revoked_at IS NULL AND expires_at IS NULL
                         UNION ALL
                         SELECT expires_at, last_used_at, created_at FROM credentials
                         WHERE workspace_id = $1 AND kind <> 'service' AND revoked_at IS NULL AND expires_at > $3
                         LIMIT $4) c) l"
        ))
        .bind(workspace.to_db())
        .bind((now - ENDED_SHOWN).micros())
        .bind(now.micros())
        .bind(Counts::MOST + 1)
        .bind((now + EXPIRING).micros())
        .fetch_one(c)
        .await
    })?;
    Ok(Counts { active, expired, revoked, expiring, unused, endless })
}

/// Says what a living key is like; false if it has ended. What could not be read stays as it is.
pub(super) async fn set(tx: &mut Tx, id: CredentialId, to: &Looks, now: Timestamp) -> Result<bool> {
    let name_key = crate::base::text::Label::parse(&to.name).map_err(|_| Error::corrupt("name"))?.key();
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET name = $1, name_key = $2, scopes = COALESCE($3, scopes),
                    allowed_addresses = COALESCE($4, allowed_addresses), origins = COALESCE($5, origins),
                    requests_per_minute = $6, metadata = $7
             WHERE id = $8 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $9)"
        ))
        .bind(&to.name)
        .bind(name_key)
        .bind(to.scopes.as_ref().map(Scopes::to_db))
        .bind(to.addresses.as_ref().map(AddressList::to_db))
        .bind(to.origins.as_ref().map(OriginList::to_db))
        .bind(to.requests_per_minute.map(i64::from))
        .bind(to.metadata.to_db())
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}
