//! Lists of credentials.

use super::{Column, Counts, Direction, ListFilter, LockedTo, SecretFacts, Sort, Summary};
use crate::base::id::{AccountId, CredentialId, SecretId, WorkspaceId};
use crate::base::page::Cursor;
use crate::base::time::{Span, Timestamp};
use crate::db::{Cx, Error, Result};
use crate::domain::access::Scopes;
use crate::domain::credentials::credential::RevokedBy;
use crate::domain::workspaces::MemberRoles;
use crate::{on, sql};

/// How long ended credentials stay in their owner's list; also how long a credential must go without a use to count
/// as unused. How soon one must end to count as expiring stands in the statements: 14 days.
pub(in crate::domain::credentials) const ENDED_SHOWN: Span = Span::days(90);
/// How long before its end a credential is said to end soon.
pub(in crate::domain::credentials) const EXPIRING: Span = Span::days(14);

/// A credential with its current secret and, under `p_`, the one that was replaced last.
#[derive(sqlx::FromRow)]
pub(in crate::domain::credentials) struct SummaryRow {
    id: String,
    name: String,
    scopes: String,
    prefix: String,
    last_four: String,
    created_at: i64,
    expires_at: Option<i64>,
    paused_at: Option<i64>,
    revoked_at: Option<i64>,
    revoked_by: Option<String>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    uses: i64,
    /// What follows is there where tokens of people are read.
    #[sqlx(default)]
    locked_to: Option<String>,
    #[sqlx(default)]
    w_slug: Option<String>,
    #[sqlx(default)]
    w_name: Option<String>,
    #[sqlx(default)]
    w_roles: Option<String>,
    p_id: Option<String>,
    p_prefix: Option<String>,
    p_last_four: Option<String>,
    p_created_at: Option<i64>,
    p_valid_until: Option<i64>,
    p_last_used_at: Option<i64>,
    p_last_used_address: Option<String>,
    p_last_used_agent: Option<String>,
    p_uses: Option<i64>,
    sort_key: String,
}

impl SummaryRow {
    /// The workspace that it is locked to; one that is gone has no name any more.
    fn place(&self) -> Result<Option<LockedTo>> {
        let Some(id) = &self.locked_to else { return Ok(None) };
        let id = WorkspaceId::from_db(id).map_err(|_| Error::corrupt("workspace id"))?;
        let roles = self.w_roles.as_deref().map(|roles| MemberRoles::from_db(roles).ok_or(Error::corrupt("role")));
        let (slug, name) = (self.w_slug.clone().unwrap_or_default(), self.w_name.clone().unwrap_or_default());
        Ok(Some(LockedTo { id, slug, name, roles: roles.transpose()? }))
    }

    /// The secret that was replaced last: none of its columns is there when there is none.
    fn previous(&mut self) -> Result<Option<SecretFacts>> {
        let facts = (self.p_id.take(), self.p_prefix.take(), self.p_last_four.take(), self.p_created_at, self.p_uses);
        let (Some(id), Some(prefix), Some(last_four), Some(created_at), Some(uses)) = facts else { return Ok(None) };
        Ok(Some(SecretFacts {
            id: SecretId::from_db(&id).map_err(|_| Error::corrupt("secret id"))?,
            prefix,
            last_four,
            created_at: Timestamp::from_micros(created_at),
            valid_until: self.p_valid_until.map(Timestamp::from_micros),
            last_used_at: self.p_last_used_at.map(Timestamp::from_micros),
            last_used_address: self.p_last_used_address.take(),
            last_used_agent: self.p_last_used_agent.take(),
            uses,
        }))
    }
}

impl TryFrom<SummaryRow> for Summary {
    type Error = Error;

    fn try_from(mut row: SummaryRow) -> Result<Self> {
        Ok(Self {
            place: row.place()?,
            previous: row.previous()?,
            id: CredentialId::from_db(&row.id).map_err(|_| Error::corrupt("credential id"))?,
            name: row.name,
            scopes: Scopes::from_db(&row.scopes),
            prefix: row.prefix,
            last_four: row.last_four,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: row.expires_at.map(Timestamp::from_micros),
            paused_at: row.paused_at.map(Timestamp::from_micros),
            revoked_at: row.revoked_at.map(Timestamp::from_micros),
            revoked_by: row.revoked_by.map(|word| RevokedBy::from_db(&word).ok_or(Error::corrupt("revoker"))).transpose()?,
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
            last_used_address: row.last_used_address,
            last_used_agent: row.last_used_agent,
            uses: row.uses,
            sort_key: row.sort_key,
        })
    }
}

/// How many credentials an account has under each tab. Each number is read along the index and only as far as
/// somebody is told: an account may have many that ended.
pub(super) async fn count(cx: &mut Cx, account: AccountId, now: Timestamp) -> Result<Counts> {
    let (active, expiring, unused, endless, expired, revoked): (i64, i64, i64, i64, i64, i64) = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT l.active, l.expiring, l.unused, l.endless,
                    (SELECT COUNT(*) FROM (SELECT 1 AS one FROM credentials WHERE account_id = $1 AND revoked_at IS NULL
                                           AND expires_at > $2 AND expires_at <= $3 LIMIT $4) e),
                    (SELECT COUNT(*) FROM (SELECT 1 AS one FROM credentials WHERE account_id = $1 AND revoked_at > $2 LIMIT $4) r)
             FROM (SELECT COUNT(*) AS active, COUNT(CASE WHEN expires_at <= $5 THEN 1 END) AS expiring,
                          COUNT(CASE WHEN COALESCE(last_used_at, created_at) <= $2 THEN 1 END) AS unused,
                          COUNT(*) - COUNT(expires_at) AS endless
                   FROM (SELECT expires_at, last_used_at, created_at FROM credentials
                         WHERE account_id = $1 AND revoked_at IS NULL AND expires_at IS NULL
                         UNION ALL
                         SELECT expires_at, last_used_at, created_at FROM credentials
                         WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $3
                         LIMIT $4) c) l"
        ))
        .bind(account.to_db())
        .bind((now - ENDED_SHOWN).micros())
        .bind(now.micros())
        .bind(Counts::MOST + 1)
        .bind((now + EXPIRING).micros())
        .fetch_one(c)
        .await
    })?;
    Ok(Counts { active, expired, revoked, expiring, unused, endless })
}

/// A page of an account's credentials.
pub(super) async fn list(
    cx: &mut Cx,
    account: AccountId,
    filter: &ListFilter,
    after: Option<&Cursor>,
    rows: i64,
    now: Timestamp,
) -> Result<Vec<Summary>> {
    let found = match filter.sort {
        Sort { by: Column::Created, direction: Direction::Down } => newest(cx, account, filter, after, rows, now).await?,
        Sort { .. } => sorted(cx, account, filter, after, rows, now).await?,
    };
    found.into_iter().map(Summary::try_from).collect()
}

/// Newest first, along the index.
async fn newest(
    cx: &mut Cx,
    account: AccountId,
    filter: &ListFilter,
    after: Option<&Cursor>,
    rows: i64,
    now: Timestamp,
) -> Result<Vec<SummaryRow>> {
    let before: i64 = after.and_then(|cursor| cursor.key.parse().ok()).unwrap_or(i64::MAX);
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, CAST(c.created_at AS TEXT) AS sort_key,
                    p.id AS p_id, p.prefix AS p_prefix, p.last_four AS p_last_four, p.created_at AS p_created_at, p.valid_until AS p_valid_until,
                    p.last_used_at AS p_last_used_at, p.last_used_address AS p_last_used_address, p.last_used_agent AS p_last_used_agent,
                    p.uses AS p_uses, c.locked_to, w.slug AS w_slug, w.name AS w_name, m.roles AS w_roles
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             LEFT JOIN workspaces w ON w.id = c.locked_to
             LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
             LEFT JOIN credential_secrets p ON p.id = (SELECT o.id FROM credential_secrets o WHERE o.credential_id = c.id
                AND o.valid_until IS NOT NULL ORDER BY o.valid_until DESC, o.id DESC LIMIT 1)
             WHERE c.account_id = $1 AND (c.created_at, c.id) < ($2, $3)
               AND CASE $4
                   WHEN 'active' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $5)
                   WHEN 'expiring' THEN c.revoked_at IS NULL AND c.expires_at > $5 AND c.expires_at <= $5 + 1209600000000
                   WHEN 'unused' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $5) AND COALESCE(c.last_used_at, c.created_at) <= $6
                   WHEN 'never-expires' THEN c.revoked_at IS NULL AND c.expires_at IS NULL
                   WHEN 'expired' THEN c.revoked_at IS NULL AND c.expires_at <= $5 AND c.expires_at > $6
                   ELSE c.revoked_at IS NOT NULL AND c.revoked_at > $6 END
               AND ($7 = '' OR replace(c.name_key || ' ' || lower(s.prefix || '...' || s.last_four), $7, '')
                            <> c.name_key || ' ' || lower(s.prefix || '...' || s.last_four))
             ORDER BY c.created_at DESC, c.id DESC LIMIT $8"
        ))
        .bind(account.to_db())
        .bind(before)
        .bind(after.map_or("~", |cursor| &cursor.id))
        .bind(filter.word())
        .bind(now.micros())
        .bind((now - ENDED_SHOWN).micros())
        .bind(&filter.search)
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// In any other order. Every key is text that sorts as its column does: numbers are led to nineteen digits. Replaced
/// secrets are looked up for the rows of the page alone, which takes the order a second time.
async fn sorted(
    cx: &mut Cx,
    account: AccountId,
    filter: &ListFilter,
    after: Option<&Cursor>,
    rows: i64,
    now: Timestamp,
) -> Result<Vec<SummaryRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT x.id, x.name, x.scopes, x.prefix, x.last_four, x.created_at, x.expires_at, x.paused_at, x.revoked_at, x.revoked_by,
                    x.last_used_at, x.last_used_address, x.last_used_agent, x.uses, x.sort_key,
                    p.id AS p_id, p.prefix AS p_prefix, p.last_four AS p_last_four, p.created_at AS p_created_at, p.valid_until AS p_valid_until,
                    p.last_used_at AS p_last_used_at, p.last_used_address AS p_last_used_address, p.last_used_agent AS p_last_used_agent,
                    p.uses AS p_uses, x.locked_to, w.slug AS w_slug, w.name AS w_name, m.roles AS w_roles
             FROM (
               SELECT t.id, t.account_id, t.locked_to, t.membership_id, t.name, t.scopes, t.prefix, t.last_four, t.created_at, t.expires_at, t.paused_at, t.revoked_at,
                      t.revoked_by, t.last_used_at, t.last_used_address, t.last_used_agent, t.uses, t.sort_key
               FROM (SELECT c.id, c.account_id, c.locked_to, c.membership_id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at,
                            c.revoked_by, c.last_used_at, c.last_used_address, c.last_used_agent, c.uses,
                            CASE $1 WHEN 'name' THEN c.name_key
                                    WHEN 'expires' THEN CAST(1000000000000000000 + COALESCE(c.expires_at, 1000000000000000000) AS TEXT)
                                    WHEN 'used' THEN CAST(1000000000000000000 + COALESCE(c.last_used_at, 0) AS TEXT)
                                    ELSE CAST(1000000000000000000 + c.created_at AS TEXT) END AS sort_key
                     FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
                     WHERE c.account_id = $2
                       AND CASE $3
                           WHEN 'active' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $4)
                           WHEN 'expiring' THEN c.revoked_at IS NULL AND c.expires_at > $4 AND c.expires_at <= $4 + 1209600000000
                           WHEN 'unused' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $4) AND COALESCE(c.last_used_at, c.created_at) <= $5
                           WHEN 'never-expires' THEN c.revoked_at IS NULL AND c.expires_at IS NULL
                           WHEN 'expired' THEN c.revoked_at IS NULL AND c.expires_at <= $4 AND c.expires_at > $5
                           ELSE c.revoked_at IS NOT NULL AND c.revoked_at > $5 END
                       AND ($6 = '' OR replace(c.name_key || ' ' || lower(s.prefix || '...' || s.last_four), $6, '')
                                    <> c.name_key || ' ' || lower(s.prefix || '...' || s.last_four))) t
               WHERE (CAST($7 AS TEXT) IS NULL
                      OR CASE $8 WHEN 'up' THEN (t.sort_key, t.id) > ($7, $9) ELSE (t.sort_key, t.id) < ($7, $9) END)
               ORDER BY CASE $8 WHEN 'up' THEN t.sort_key END, CASE $8 WHEN 'up' THEN t.id END, t.sort_key DESC, t.id DESC
               LIMIT $10) x
             LEFT JOIN workspaces w ON w.id = x.locked_to
             LEFT JOIN memberships m ON m.id = x.membership_id AND m.workspace_id = x.locked_to AND m.account_id = x.account_id
             LEFT JOIN credential_secrets p ON p.id = (SELECT o.id FROM credential_secrets o WHERE o.credential_id = x.id
                AND o.valid_until IS NOT NULL ORDER BY o.valid_until DESC, o.id DESC LIMIT 1)
             ORDER BY CASE $8 WHEN 'up' THEN x.sort_key END, CASE $8 WHEN 'up' THEN x.id END, x.sort_key DESC, x.id DESC"
        ))
        .bind(filter.sort.by.as_str())
        .bind(account.to_db())
        .bind(filter.word())
        .bind(now.micros())
        .bind((now - ENDED_SHOWN).micros())
        .bind(&filter.search)
        .bind(after.map(|cursor| &cursor.key))
        .bind(filter.sort.direction.as_str())
        .bind(after.map_or("", |cursor| &cursor.id))
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// The credential that this form has made.
pub(in crate::domain::credentials) async fn made_by_form(
    cx: &mut Cx,
    account: AccountId,
    nonce: &str,
) -> Result<Option<Summary>> {
    let row: Option<SummaryRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, '' AS sort_key,
                    p.id AS p_id, p.prefix AS p_prefix, p.last_four AS p_last_four, p.created_at AS p_created_at, p.valid_until AS p_valid_until,
                    p.last_used_at AS p_last_used_at, p.last_used_address AS p_last_used_address, p.last_used_agent AS p_last_used_agent,
                    p.uses AS p_uses, c.locked_to, w.slug AS w_slug, w.name AS w_name, m.roles AS w_roles
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             LEFT JOIN workspaces w ON w.id = c.locked_to
             LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
             LEFT JOIN credential_secrets p ON p.id = (SELECT o.id FROM credential_secrets o WHERE o.credential_id = c.id
                AND o.valid_until IS NOT NULL ORDER BY o.valid_until DESC, o.id DESC LIMIT 1)
             WHERE c.form_nonce = $1 AND c.account_id = $2"
        ))
        .bind(nonce)
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Summary::try_from).transpose()
}
