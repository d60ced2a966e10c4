//! Reading everybody's credentials. The states are spelled once for each of the two orders of a list, the quick one
//! along the index and the one for everything else.

use super::filter::{Filter, Order, OrderBy};
use super::{Governed, SOON, UNUSED_AFTER};
use crate::base::id::{AccountId, CredentialId, WorkspaceId};
use crate::base::page::Cursor;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result};
use crate::domain::accounts::Roles;
use crate::domain::credentials::Direction;
use crate::domain::credentials::credential::{Kind, Owner, RevokedBy};
use crate::domain::workspaces::MemberRoles;
use crate::{on, sql};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    kind: String,
    name: String,
    account_id: Option<String>,
    workspace_id: Option<String>,
    called: String,
    person: String,
    roles: Option<String>,
    locked_to: Option<String>,
    member_roles: Option<String>,
    suspended_at: Option<i64>,
    second_factor: Option<i64>,
    scopes: String,
    prefix: String,
    last_four: String,
    created_at: i64,
    expires_at: Option<i64>,
    paused_at: Option<i64>,
    revoked_at: Option<i64>,
    revoked_by: Option<String>,
    revoked_reason: Option<String>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    uses: i64,
    sort_key: String,
}

impl TryFrom<Row> for Governed {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: CredentialId::from_db(&row.id).map_err(|_| Error::corrupt("credential id"))?,
            kind: Kind::from_db(&row.kind).ok_or(Error::corrupt("kind"))?,
            name: row.name,
            owner: owner(row.account_id.as_deref(), row.workspace_id.as_deref())?,
            owner_called: row.called,
            owner_name: row.person,
            owner_roles: row.roles.as_deref().and_then(Roles::from_db),
            locked_to: row.locked_to,
            member_roles: row.member_roles.as_deref().and_then(MemberRoles::from_db),
            owner_second_factor: row.second_factor.map(Timestamp::from_micros),
            owner_suspended: row.suspended_at.is_some(),
            scopes: serde_json::from_str(&row.scopes).unwrap_or_default(),
            prefix: row.prefix,
            last_four: row.last_four,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: row.expires_at.map(Timestamp::from_micros),
            paused_at: row.paused_at.map(Timestamp::from_micros),
            revoked_at: row.revoked_at.map(Timestamp::from_micros),
            revoked_by: row.revoked_by.as_deref().and_then(RevokedBy::from_db),
            revoked_reason: row.revoked_reason,
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
            last_used_address: row.last_used_address,
            last_used_agent: row.last_used_agent,
            uses: row.uses,
            sort_key: row.sort_key,
        })
    }
}

fn owner(account: Option<&str>, workspace: Option<&str>) -> Result<Owner> {
    match (account, workspace) {
        (Some(id), _) => AccountId::from_db(id).map(Owner::Account).map_err(|_| Error::corrupt("account id")),
        (None, Some(id)) => WorkspaceId::from_db(id).map(Owner::Workspace).map_err(|_| Error::corrupt("workspace id")),
        (None, None) => Err(Error::corrupt("owner of a credential")),
    }
}

/// A page of those that the filter lets through.
pub(super) async fn list(
    cx: &mut Cx,
    filter: &Filter,
    after: Option<&Cursor>,
    rows: i64,
    now: Timestamp,
) -> Result<Vec<Governed>> {
    let found = match filter.order {
        Order { by: OrderBy::Created, direction: Direction::Down } => newest(cx, filter, after, rows, now).await?,
        Order { .. } => sorted(cx, filter, after, rows, now).await?,
    };
    found.into_iter().map(Governed::try_from).collect()
}

/// Newest first, along the index.
async fn newest(cx: &mut Cx, filter: &Filter, after: Option<&Cursor>, rows: i64, now: Timestamp) -> Result<Vec<Row>> {
    let before: i64 = after.and_then(|cursor| cursor.key.parse().ok()).unwrap_or(i64::MAX);
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.kind, c.name, c.account_id, c.workspace_id, COALESCE(a.email, w.name) AS called, COALESCE(a.name, w.slug) AS person,
                    a.roles, COALESCE(a.suspended_at, w.suspended_at) AS suspended_at, f.confirmed_at AS second_factor,
                    CASE WHEN c.locked_to IS NOT NULL THEN COALESCE(w.name, '') END AS locked_to, m.roles AS member_roles, c.scopes, s.prefix,
                    s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by, c.revoked_reason,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, CAST(c.created_at AS TEXT) AS sort_key
             FROM credentials c
             LEFT JOIN accounts a ON a.id = c.account_id
             LEFT JOIN workspaces w ON w.id = COALESCE(c.workspace_id, c.locked_to)
             LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
             JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL AND s.place = 1
             LEFT JOIN totp f ON f.account_id = a.id
             WHERE (c.created_at, c.id) < ($1, $2)
               AND (CAST($3 AS TEXT) IS NULL OR c.account_id = $3 OR c.workspace_id = $3)
               AND ($4 = '' OR replace(c.scopes, $4, '') <> c.scopes)
               AND ($5 = '' OR replace(c.name_key || ' ' || lower(s.prefix || '...' || s.last_four), $5, '')
                            <> c.name_key || ' ' || lower(s.prefix || '...' || s.last_four))
               AND CASE $6
                   WHEN 'all' THEN 1 = 1
                   WHEN 'revoked' THEN c.revoked_at IS NOT NULL
                   WHEN 'expired' THEN c.revoked_at IS NULL AND c.expires_at <= $7
                   ELSE c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $7)
                        AND CASE $6
                            WHEN 'paused' THEN c.paused_at IS NOT NULL
                            WHEN 'owner-suspended' THEN COALESCE(a.suspended_at, w.suspended_at) IS NOT NULL
                            ELSE c.paused_at IS NULL AND COALESCE(a.suspended_at, w.suspended_at) IS NULL
                                 AND CASE $6
                                     WHEN 'expiring' THEN c.expires_at <= $8
                                     WHEN 'unused' THEN COALESCE(c.last_used_at, c.created_at) <= $9
                                     WHEN 'never' THEN c.expires_at IS NULL
                                     ELSE 1 = 1 END END END
             ORDER BY c.created_at DESC, c.id DESC LIMIT $10"
        ))
        .bind(before)
        .bind(after.map_or("~", |cursor| &cursor.id))
        .bind(filter.owner_id())
        .bind(filter.scope_in_list())
        .bind(filter.search_key())
        .bind(filter.which.as_str())
        .bind(now.micros())
        .bind((now + SOON).micros())
        .bind((now - UNUSED_AFTER).micros())
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// In any other order. Every key is text that sorts as its column does: numbers are led to nineteen digits.
#[expect(clippy::too_many_lines, reason = "one statement, which is read as a whole")]
async fn sorted(cx: &mut Cx, filter: &Filter, after: Option<&Cursor>, rows: i64, now: Timestamp) -> Result<Vec<Row>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT t.id, t.kind, t.name, t.account_id, t.workspace_id, t.called, t.person, t.roles, t.suspended_at, t.second_factor,
                    t.locked_to, t.member_roles, t.scopes, t.prefix,
                    t.last_four, t.created_at, t.expires_at, t.paused_at, t.revoked_at, t.revoked_by, t.revoked_reason,
                    t.last_used_at, t.last_used_address, t.last_used_agent, t.uses, t.sort_key
             FROM (SELECT c.id, c.kind, c.name, c.account_id, c.workspace_id, COALESCE(a.email, w.name) AS called, COALESCE(a.name, w.slug) AS person,
                    a.roles, COALESCE(a.suspended_at, w.suspended_at) AS suspended_at, f.confirmed_at AS second_factor,
                    CASE WHEN c.locked_to IS NOT NULL THEN COALESCE(w.name, '') END AS locked_to, m.roles AS member_roles, c.scopes,
                          s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                          c.revoked_reason, c.last_used_at, c.last_used_address, c.last_used_agent, c.uses,
                          CASE $1 WHEN 'name' THEN c.name_key
                                  WHEN 'owner' THEN COALESCE(a.email_key, lower(w.name))
                                  WHEN 'expires' THEN CAST(1000000000000000000 + COALESCE(c.expires_at, 1000000000000000000) AS TEXT)
                                  WHEN 'used' THEN CAST(1000000000000000000 + COALESCE(c.last_used_at, 0) AS TEXT)
                                  WHEN 'uses' THEN CAST(1000000000000000000 + c.uses AS TEXT)
                                  ELSE CAST(1000000000000000000 + c.created_at AS TEXT) END AS sort_key
                   FROM credentials c
                   LEFT JOIN accounts a ON a.id = c.account_id
                   LEFT JOIN workspaces w ON w.id = COALESCE(c.workspace_id, c.locked_to)
                   LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
                   JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL AND s.place = 1
                   LEFT JOIN totp f ON f.account_id = a.id
                   WHERE (CAST($2 AS TEXT) IS NULL OR c.account_id = $2 OR c.workspace_id = $2)
                     AND ($3 = '' OR replace(c.scopes, $3, '') <> c.scopes)
                     AND ($4 = '' OR replace(c.name_key || ' ' || lower(s.prefix || '...' || s.last_four), $4, '')
                                  <> c.name_key || ' ' || lower(s.prefix || '...' || s.last_four))
                     AND CASE $5
                         WHEN 'all' THEN 1 = 1
                         WHEN 'revoked' THEN c.revoked_at IS NOT NULL
                         WHEN 'expired' THEN c.revoked_at IS NULL AND c.expires_at <= $6
                         ELSE c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $6)
                              AND CASE $5
                                  WHEN 'paused' THEN c.paused_at IS NOT NULL
                                  WHEN 'owner-suspended' THEN COALESCE(a.suspended_at, w.suspended_at) IS NOT NULL
                                  ELSE c.paused_at IS NULL AND COALESCE(a.suspended_at, w.suspended_at) IS NULL
                                       AND CASE $5
                                           WHEN 'expiring' THEN c.expires_at <= $7
                                           WHEN 'unused' THEN COALESCE(c.last_used_at, c.created_at) <= $8
                                           WHEN 'never' THEN c.expires_at IS NULL
                                           ELSE 1 = 1 END END END) t
             WHERE (CAST($9 AS TEXT) IS NULL
                    OR CASE $10 WHEN 'up' THEN (t.sort_key, t.id) > ($9, $11) ELSE (t.sort_key, t.id) < ($9, $11) END)
             ORDER BY CASE $10 WHEN 'up' THEN t.sort_key END, CASE $10 WHEN 'up' THEN t.id END, t.sort_key DESC, t.id DESC
             LIMIT $12"
        ))
        .bind(filter.order.by.as_str())
        .bind(filter.owner_id())
        .bind(filter.scope_in_list())
        .bind(filter.search_key())
        .bind(filter.which.as_str())
        .bind(now.micros())
        .bind((now + SOON).micros())
        .bind((now - UNUSED_AFTER).micros())
        .bind(after.map(|cursor| &cursor.key))
        .bind(filter.order.direction.as_str())
        .bind(after.map_or("", |cursor| &cursor.id))
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// Those of these ids that exist, in the order of their owners and names.
pub(super) async fn some(cx: &mut Cx, ids: &[CredentialId]) -> Result<Vec<Governed>> {
    let mut found = Vec::new();
    for id in ids {
        let row: Option<Row> = on!(cx, |c| {
            sqlx::query_as(sql!(
                "SELECT c.id, c.kind, c.name, c.account_id, c.workspace_id, COALESCE(a.email, w.name) AS called, COALESCE(a.name, w.slug) AS person,
                    a.roles, COALESCE(a.suspended_at, w.suspended_at) AS suspended_at, f.confirmed_at AS second_factor,
                    CASE WHEN c.locked_to IS NOT NULL THEN COALESCE(w.name, '') END AS locked_to, m.roles AS member_roles, c.scopes,
                        s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                        c.revoked_reason, c.last_used_at, c.last_used_address, c.last_used_agent, c.uses,
                        COALESCE(a.email_key, w.slug) || ' ' || c.name_key AS sort_key
                 FROM credentials c
                 LEFT JOIN accounts a ON a.id = c.account_id
                 LEFT JOIN workspaces w ON w.id = COALESCE(c.workspace_id, c.locked_to)
                 LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
                 JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL AND s.place = 1
                 LEFT JOIN totp f ON f.account_id = a.id
                 WHERE c.id = $1"
            ))
            .bind(id.to_db())
            .fetch_optional(c)
            .await
        })?;
        found.extend(row.map(Governed::try_from).transpose()?);
    }
    found.sort_by(|a, b| a.sort_key.cmp(&b.sort_key));
    Ok(found)
}

/// A secret that was looked for: its credential, until when it is good, and whether it is the current one.
#[derive(sqlx::FromRow)]
pub(super) struct SecretRow {
    pub credential_id: String,
    pub prefix: String,
    pub last_four: String,
    pub valid_until: Option<i64>,
}

/// The secret with this digest.
pub(super) async fn secret_by_digest(cx: &mut Cx, digest: &str) -> Result<Option<SecretRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!("SELECT credential_id, prefix, last_four, valid_until FROM credential_secrets WHERE digest = $1"))
            .bind(digest)
            .fetch_optional(c)
            .await
    })
}

/// Secrets that begin and end like this; `last_four` may be empty.
pub(super) async fn secrets_by_hints(cx: &mut Cx, prefix: &str, last_four: &str, rows: i64) -> Result<Vec<SecretRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT credential_id, prefix, last_four, valid_until FROM credential_secrets
             WHERE prefix = $1 AND ($2 = '' OR last_four = $2) ORDER BY created_at DESC, id LIMIT $3"
        ))
        .bind(prefix)
        .bind(last_four)
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// What the board counts of credentials: active, never ending, unused, with the scope `admin`, of suspended owners,
/// ending soon.
pub(super) async fn counts(cx: &mut Cx, now: Timestamp) -> Result<(i64, i64, i64, i64, i64, i64)> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT COUNT(CASE WHEN active = 1 THEN 1 END),
                    COUNT(CASE WHEN active = 1 AND expires_at IS NULL THEN 1 END),
                    COUNT(CASE WHEN active = 1 AND used_at <= $1 THEN 1 END),
                    COUNT(CASE WHEN active = 1 AND replace(scopes, '\"admin\"', '') <> scopes THEN 1 END),
                    COUNT(suspended_at),
                    COUNT(CASE WHEN active = 1 AND expires_at <= $2 THEN 1 END)
             FROM (SELECT c.expires_at, c.scopes, COALESCE(a.suspended_at, w.suspended_at) AS suspended_at, COALESCE(c.last_used_at, c.created_at) AS used_at,
                          CASE WHEN c.paused_at IS NULL AND COALESCE(a.suspended_at, w.suspended_at) IS NULL THEN 1 ELSE 0 END AS active
                   FROM credentials c LEFT JOIN accounts a ON a.id = c.account_id
                   LEFT JOIN workspaces w ON w.id = COALESCE(c.workspace_id, c.locked_to)
                   WHERE c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $3)) living"
        ))
        .bind((now - UNUSED_AFTER).micros())
        .bind((now + SOON).micros())
        .bind(now.micros())
        .fetch_one(c)
        .await
    })
}

/// How often credentials were refused in the hours of a span.
pub(super) async fn denied(cx: &mut Cx, from: Timestamp, until: Timestamp) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT CAST(COALESCE(SUM(uses), 0) AS BIGINT) FROM usage_hours
             WHERE hour >= $1 AND hour < $2 AND outcome = 'denied'"
        ))
        .bind(from.micros())
        .bind(until.micros())
        .fetch_one(c)
        .await
    })
}
