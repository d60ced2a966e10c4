//! The table `links`.

use super::{Link, Purpose};
use crate::base::id::{AccountId, LinkId};
use crate::base::secret::Digest;
use crate::base::text::EmailAddress;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

/// Adds a link; none for an account that is not there.
pub(super) async fn insert(tx: &mut Tx, link: &Link, digest: &Digest) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO links (id, purpose, account_id, email, created_by, seed, digest, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, CAST($8 AS BIGINT), CAST($9 AS BIGINT)
             WHERE CAST($3 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM accounts WHERE id = $3)"
        ))
        .bind(link.id.to_db())
        .bind(link.purpose.as_str())
        .bind(link.account.map(|id| id.to_db()))
        .bind(link.email.as_ref().map(EmailAddress::as_str))
        .bind(link.by.map(|id| id.to_db()))
        .bind(&link.seed)
        .bind(digest.hex())
        .bind(link.created_at.micros())
        .bind(link.expires_at.micros())
    )?;
    Ok(())
}

/// Ends all unused links of a purpose (for one account, or of those that have none), or only those to one address.
pub(super) async fn void(
    tx: &mut Tx,
    purpose: Purpose,
    account: Option<AccountId>,
    only_to: Option<&EmailAddress>,
    now: Timestamp,
) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE links SET voided_at = $1
             WHERE purpose = $2 AND COALESCE(account_id, '') = $3 AND (CAST($4 AS TEXT) IS NULL OR email = $4)
               AND used_at IS NULL AND voided_at IS NULL"
        ))
        .bind(now.micros())
        .bind(purpose.as_str())
        .bind(account.map(|id| id.to_db()).unwrap_or_default())
        .bind(only_to.map(EmailAddress::as_str))
    )
}

/// Ends all unused links of an account, whatever they are for, but those for one purpose.
pub(super) async fn void_all(tx: &mut Tx, account: AccountId, but: Option<Purpose>, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE links SET voided_at = $1 WHERE account_id = $2 AND purpose <> $3 AND used_at IS NULL AND voided_at IS NULL"
        ))
        .bind(now.micros())
        .bind(account.to_db())
        .bind(but.map_or("", Purpose::as_str))
    )
}

/// How many links for a purpose an account was sent since then, those of administrators aside.
pub(super) async fn count_asked(cx: &mut Cx, purpose: Purpose, account: AccountId, since: Timestamp) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM links WHERE account_id = $1 AND purpose = $2 AND created_by IS NULL AND created_at > $3"
        ))
        .bind(account.to_db())
        .bind(purpose.as_str())
        .bind(since.micros())
        .fetch_one(c)
        .await
    })
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: String,
    account_id: Option<String>,
    email: Option<String>,
    created_by: Option<String>,
    seed: String,
    expires_at: i64,
}

/// A link that may still be used.
pub(in crate::domain) struct OpenLink {
    /// Which.
    pub id: LinkId,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// Where it was sent.
    pub email: Option<EmailAddress>,
    /// Who made it, if that was an administrator.
    pub by: Option<AccountId>,
    /// What its secret and its code are derived from.
    pub seed: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl TryFrom<LinkRow> for OpenLink {
    type Error = Error;

    fn try_from(row: LinkRow) -> Result<Self> {
        let account = |id: Option<&str>| id.map(AccountId::from_db).transpose().map_err(|_| Error::corrupt("account id"));
        Ok(Self {
            id: LinkId::from_db(&row.id).map_err(|_| Error::corrupt("link id"))?,
            account: account(row.account_id.as_deref())?,
            email: row.email.as_deref().map(EmailAddress::parse).transpose().map_err(|_| Error::corrupt("address"))?,
            by: account(row.created_by.as_deref())?,
            seed: row.seed,
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

/// The open link with this digest.
pub(super) async fn by_digest(cx: &mut Cx, purpose: Purpose, digest: &Digest, now: Timestamp) -> Result<Option<OpenLink>> {
    let row: Option<LinkRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, email, created_by, seed, expires_at FROM links
             WHERE digest = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3"
        ))
        .bind(digest.hex())
        .bind(purpose.as_str())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(OpenLink::try_from).transpose()
}

/// The newest open link of an account for a purpose, made after `since`.
pub(super) async fn newest(
    cx: &mut Cx,
    purpose: Purpose,
    account: AccountId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<OpenLink>> {
    let row: Option<LinkRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, email, created_by, seed, expires_at FROM links
             WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL
               AND created_at > $3 AND expires_at > $4
             ORDER BY created_at DESC LIMIT 1"
        ))
        .bind(account.to_db())
        .bind(purpose.as_str())
        .bind(since.micros())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(OpenLink::try_from).transpose()
}

/// Uses a link up; false if somebody was faster.
pub(super) async fn use_up(tx: &mut Tx, id: LinkId, now: Timestamp) -> Result<bool> {
    let used = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE links SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $2"
        ))
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    Ok(used == 1)
}

/// Deletes links whose time ended before `before`.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, sqlx::query(sql!("DELETE FROM links WHERE expires_at < $1")).bind(before.micros()))
}

/// Counts a wrong code, and ends the link at the last one that is allowed.
pub(super) async fn count_wrong_code(tx: &mut Tx, id: LinkId, allowed: i64, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE links SET wrong_codes = wrong_codes + 1, voided_at = CASE WHEN wrong_codes + 1 >= $2 THEN $3 ELSE voided_at END
             WHERE id = $1 AND used_at IS NULL AND voided_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(allowed)
        .bind(now.micros())
    )?;
    Ok(())
}
