//! The tables `credentials` and `credential_secrets`.

use super::credential::{Credential, RevokedBy};
use super::list::{Column, Counts, Direction, ListFilter, Sort, Summary};
use crate::base::id::{AccountId, CredentialId, SecretId};
use crate::base::page::Cursor;
use crate::base::secret::Digest;
use crate::base::time::{Span, Timestamp};
use crate::db::{Cx, Error, Raw, Result, Tx};
use crate::domain::access::Scopes;
use crate::{execute, on, sql};

/// How long ended credentials stay in their owner's list.
const ENDED_SHOWN: Span = Span::days(90);

/// Adds a credential.
///
/// # Errors
/// `Taken` when a living one of this account has its name.
pub(super) async fn insert(tx: &mut Tx, credential: &Credential, nonce: &str) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, form_nonce, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ))
        .bind(credential.id.to_db())
        .bind(credential.kind.as_str())
        .bind(credential.account.to_db())
        .bind(credential.name.as_str())
        .bind(credential.name.key())
        .bind(credential.scopes.to_db())
        .bind(nonce)
        .bind(credential.created_at.micros())
        .bind(credential.expiry.at().map(Timestamp::micros))
    )?;
    Ok(())
}

/// Adds a secret: its digest, and what a list may show of it.
pub(super) async fn insert_secret(
    tx: &mut Tx,
    id: SecretId,
    credential: CredentialId,
    digest: &Digest,
    (prefix, last_four): &(String, String),
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ))
        .bind(id.to_db())
        .bind(credential.to_db())
        .bind(digest.hex())
        .bind(prefix)
        .bind(last_four)
        .bind(now.micros())
    )?;
    Ok(())
}

/// The credential that this form has made.
pub(super) async fn made_by_form(cx: &mut Cx, account: AccountId, nonce: &str) -> Result<Option<Summary>> {
    let row: Option<SummaryRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, '' AS sort_key
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             WHERE c.form_nonce = $1 AND c.account_id = $2"
        ))
        .bind(nonce)
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Summary::try_from).transpose()
}

/// Lets an expired credential give its name back; searches still find it.
pub(super) async fn free_name(tx: &mut Tx, account: AccountId, name_key: &str, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET name_key = name_key || ' ' || id
             WHERE account_id = $1 AND name_key = $2 AND revoked_at IS NULL AND expires_at <= $3"
        ))
        .bind(account.to_db())
        .bind(name_key)
        .bind(now.micros())
    )?;
    Ok(())
}

/// How many credentials of an account are neither revoked nor expired.
pub(super) async fn count_living(cx: &mut Cx, account: AccountId, now: Timestamp) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM credentials
             WHERE account_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"
        ))
        .bind(account.to_db())
        .bind(now.micros())
        .fetch_one(c)
        .await
    })
}

/// Revokes a living credential of an account; false if it has none with this id.
pub(super) async fn revoke(tx: &mut Tx, account: AccountId, id: CredentialId, by: RevokedBy, now: Timestamp) -> Result<bool> {
    let revoked = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET revoked_at = $3, revoked_by = $4 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(account.to_db())
        .bind(now.micros())
        .bind(by.as_str())
    )?;
    Ok(revoked == 1)
}

/// What a verification reads: one secret with its credential and its owner.
#[derive(sqlx::FromRow)]
pub(super) struct SecretRow {
    pub credential_id: String,
    pub kind: String,
    pub account_id: String,
    pub email: String,
    pub person: String,
    pub name: String,
    pub prefix: String,
    pub roles: String,
    pub scopes: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub valid_until: Option<i64>,
    pub revoked_at: Option<i64>,
    pub suspended_at: Option<i64>,
}

/// Finds a secret by its digest: one indexed read.
pub(super) async fn by_digest(cx: &mut Cx, digest: &Digest) -> Result<Option<SecretRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id AS credential_id, c.kind, c.account_id, a.email, a.name AS person, c.name, s.prefix, a.roles, c.scopes,
                    c.created_at, c.expires_at, s.valid_until, c.revoked_at, a.suspended_at
             FROM credential_secrets s
             JOIN credentials c ON c.id = s.credential_id
             JOIN accounts a ON a.id = c.account_id
             WHERE s.digest = $1"
        ))
        .bind(digest.hex())
        .fetch_optional(c)
        .await
    })
}

#[derive(sqlx::FromRow)]
struct SummaryRow {
    id: String,
    name: String,
    scopes: String,
    prefix: String,
    last_four: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    revoked_by: Option<String>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    uses: i64,
    sort_key: String,
}

impl TryFrom<SummaryRow> for Summary {
    type Error = Error;

    fn try_from(row: SummaryRow) -> Result<Self> {
        Ok(Self {
            id: CredentialId::from_db(&row.id).map_err(|_| Error::corrupt("credential id"))?,
            name: row.name,
            scopes: Scopes::from_db(&row.scopes),
            prefix: row.prefix,
            last_four: row.last_four,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: row.expires_at.map(Timestamp::from_micros),
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

/// One credential of an account, living or ended.
pub(super) async fn find(cx: &mut Cx, account: AccountId, id: CredentialId) -> Result<Option<Summary>> {
    let row: Option<SummaryRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, '' AS sort_key
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             WHERE c.id = $1 AND c.account_id = $2"
        ))
        .bind(id.to_db())
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Summary::try_from).transpose()
}

/// How many credentials an account has under each tab.
pub(super) async fn count(cx: &mut Cx, account: AccountId, now: Timestamp) -> Result<Counts> {
    let (active, expired, revoked): (i64, i64, i64) = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT COUNT(CASE WHEN revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) THEN 1 END),
                    COUNT(CASE WHEN revoked_at IS NULL AND expires_at <= $1 AND expires_at > $2 THEN 1 END),
                    COUNT(CASE WHEN revoked_at > $2 THEN 1 END)
             FROM credentials WHERE account_id = $3"
        ))
        .bind(now.micros())
        .bind((now - ENDED_SHOWN).micros())
        .bind(account.to_db())
        .fetch_one(c)
        .await
    })?;
    Ok(Counts { active, expired, revoked })
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
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, CAST(c.created_at AS TEXT) AS sort_key
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             WHERE c.account_id = $1 AND (c.created_at, c.id) < ($2, $3)
               AND CASE $4
                   WHEN 'active' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $5)
                   WHEN 'expired' THEN c.revoked_at IS NULL AND c.expires_at <= $5 AND c.expires_at > $6
                   ELSE c.revoked_at IS NOT NULL AND c.revoked_at > $6 END
               AND ($7 = '' OR replace(c.name_key || ' ' || lower(s.prefix || '...' || s.last_four), $7, '')
                            <> c.name_key || ' ' || lower(s.prefix || '...' || s.last_four))
             ORDER BY c.created_at DESC, c.id DESC LIMIT $8"
        ))
        .bind(account.to_db())
        .bind(before)
        .bind(after.map_or("~", |cursor| &cursor.id))
        .bind(filter.tab.as_str())
        .bind(now.micros())
        .bind((now - ENDED_SHOWN).micros())
        .bind(&filter.search)
        .bind(rows)
        .fetch_all(c)
        .await
    })
}

/// In any other order. Every key is text that sorts as its column does: numbers are led to nineteen digits.
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
            "SELECT t.id, t.name, t.scopes, t.prefix, t.last_four, t.created_at, t.expires_at, t.revoked_at, t.revoked_by,
                    t.last_used_at, t.last_used_address, t.last_used_agent, t.uses, t.sort_key
             FROM (SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.revoked_at, c.revoked_by,
                          c.last_used_at, c.last_used_address, c.last_used_agent, c.uses,
                          CASE $1 WHEN 'name' THEN c.name_key
                                  WHEN 'expires' THEN CAST(1000000000000000000 + COALESCE(c.expires_at, 1000000000000000000) AS TEXT)
                                  WHEN 'used' THEN CAST(1000000000000000000 + COALESCE(c.last_used_at, 0) AS TEXT)
                                  ELSE CAST(1000000000000000000 + c.created_at AS TEXT) END AS sort_key
                   FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
                   WHERE c.account_id = $2
                     AND CASE $3
                         WHEN 'active' THEN c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $4)
                         WHEN 'expired' THEN c.revoked_at IS NULL AND c.expires_at <= $4 AND c.expires_at > $5
                         ELSE c.revoked_at IS NOT NULL AND c.revoked_at > $5 END
                     AND ($6 = '' OR replace(c.name_key || ' ' || lower(s.prefix || '...' || s.last_four), $6, '')
                                  <> c.name_key || ' ' || lower(s.prefix || '...' || s.last_four))) t
             WHERE (CAST($7 AS TEXT) IS NULL
                    OR CASE $8 WHEN 'up' THEN (t.sort_key, t.id) > ($7, $9) ELSE (t.sort_key, t.id) < ($7, $9) END)
             ORDER BY CASE $8 WHEN 'up' THEN t.sort_key END, CASE $8 WHEN 'up' THEN t.id END, t.sort_key DESC, t.id DESC
             LIMIT $10"
        ))
        .bind(filter.sort.by.as_str())
        .bind(account.to_db())
        .bind(filter.tab.as_str())
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

/// What one flush adds to one credential.
#[derive(Clone, serde::Serialize)]
pub(super) struct UseRow {
    pub id: String,
    pub uses: u64,
    pub at: i64,
    pub address: String,
    pub agent: String,
}

/// Adds the uses of many credentials with one statement.
pub(super) async fn add_uses(tx: &mut Tx, rows: &[UseRow]) -> Result<()> {
    let json = serde_json::to_string(rows).expect("strings and numbers are JSON");
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
