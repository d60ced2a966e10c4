//! The tables `accounts` and `links`.

use super::account::Account;
use super::links::Link;
use super::password_hash::PasswordHash;
use super::roles::{Role, Roles};
use crate::base::id::{AccountId, LinkId};
use crate::base::secret::Digest;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

/// An account's columns, for every statement that reads one.
#[derive(sqlx::FromRow)]
pub(in crate::domain) struct AccountRow {
    id: String,
    email: String,
    name: String,
    password_hash: Option<String>,
    roles: String,
    verified_at: Option<i64>,
    suspended_at: Option<i64>,
    second_factor: Option<i64>,
    created_at: i64,
}

impl TryFrom<AccountRow> for Account {
    type Error = Error;

    fn try_from(row: AccountRow) -> Result<Self> {
        Ok(Self {
            id: AccountId::from_db(&row.id).map_err(|_| Error::corrupt("account id"))?,
            email: EmailAddress::parse(&row.email).map_err(|_| Error::corrupt("address"))?,
            name: PersonName::parse(&row.name).map_err(|_| Error::corrupt("name"))?,
            password: row
                .password_hash
                .as_deref()
                .map(PasswordHash::parse)
                .transpose()
                .map_err(|_| Error::corrupt("password hash"))?,
            roles: Roles::from_db(&row.roles).ok_or(Error::corrupt("role"))?,
            verified_at: row.verified_at.map(Timestamp::from_micros),
            suspended_at: row.suspended_at.map(Timestamp::from_micros),
            second_factor: row.second_factor.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

/// Adds an account; false if its address has one.
pub(super) async fn insert(tx: &mut Tx, account: &Account) -> Result<bool> {
    let added = execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO accounts (id, email, email_key, name, password_hash, roles, verified_at, suspended_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $8) ON CONFLICT (email_key) DO NOTHING"
        ))
        .bind(account.id.to_db())
        .bind(account.email.as_str())
        .bind(account.email.key())
        .bind(account.name.as_str())
        .bind(account.password.as_ref().map(PasswordHash::as_str))
        .bind(account.roles.to_db())
        .bind(account.verified_at.map(Timestamp::micros))
        .bind(account.created_at.micros())
    )?;
    Ok(added == 1)
}

/// The account of an address.
pub(in crate::domain) async fn by_email_key(cx: &mut Cx, key: &str) -> Result<Option<Account>> {
    let row: Option<AccountRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT a.id, a.email, a.name, a.password_hash, a.roles, a.verified_at, a.suspended_at,
                    t.confirmed_at AS second_factor, a.created_at
             FROM accounts a LEFT JOIN totp t ON t.account_id = a.id WHERE a.email_key = $1"
        ))
        .bind(key)
        .fetch_optional(c)
        .await
    })?;
    row.map(Account::try_from).transpose()
}

/// The account with this identity.
pub(in crate::domain) async fn by_id(cx: &mut Cx, id: AccountId) -> Result<Option<Account>> {
    let row: Option<AccountRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT a.id, a.email, a.name, a.password_hash, a.roles, a.verified_at, a.suspended_at,
                    t.confirmed_at AS second_factor, a.created_at
             FROM accounts a LEFT JOIN totp t ON t.account_id = a.id WHERE a.id = $1"
        ))
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Account::try_from).transpose()
}

/// How many accounts administer Latchkey and are not suspended.
pub(in crate::domain) async fn administrators(cx: &mut Cx) -> Result<usize> {
    let roles: Vec<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT roles FROM accounts WHERE suspended_at IS NULL AND roles <> $1"))
            .bind(Roles::user().to_db())
            .fetch_all(c)
            .await
    })?;
    Ok(roles.iter().filter_map(|text| Roles::from_db(text)).filter(|roles| roles.has(Role::ADMIN)).count())
}

/// Marks the address confirmed; false if it was.
pub(super) async fn set_verified(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET verified_at = $2, updated_at = $2 WHERE id = $1 AND verified_at IS NULL"))
            .bind(id.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Replaces the password if it is still the one that was read; false if somebody else changed it meanwhile.
pub(in crate::domain) async fn set_password(
    tx: &mut Tx,
    id: AccountId,
    old: Option<&PasswordHash>,
    new: &PasswordHash,
    now: Timestamp,
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE accounts SET password_hash = $2, updated_at = $3
             WHERE id = $1 AND COALESCE(password_hash, '') = $4"
        ))
        .bind(id.to_db())
        .bind(new.as_str())
        .bind(now.micros())
        .bind(old.map_or("", PasswordHash::as_str))
    )?;
    Ok(changed == 1)
}

/// Adds a link.
pub(super) async fn insert_link(tx: &mut Tx, link: &Link, digest: &Digest) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO links (id, purpose, account_id, email, seed, digest, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ))
        .bind(link.id.to_db())
        .bind(link.purpose.as_str())
        .bind(link.account.map(|id| id.to_db()))
        .bind(link.email.as_ref().map(EmailAddress::as_str))
        .bind(&link.seed)
        .bind(digest.hex())
        .bind(link.created_at.micros())
        .bind(link.expires_at.micros())
    )?;
    Ok(())
}

/// Ends all unused links of a purpose (for one account, or of those that have none).
pub(super) async fn void_links(tx: &mut Tx, purpose: &str, account: Option<AccountId>, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE links SET voided_at = $1
             WHERE purpose = $2 AND COALESCE(account_id, '') = $3 AND used_at IS NULL AND voided_at IS NULL"
        ))
        .bind(now.micros())
        .bind(purpose)
        .bind(account.map(|id| id.to_db()).unwrap_or_default())
    )
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: String,
    account_id: Option<String>,
    email: Option<String>,
    seed: String,
    expires_at: i64,
}

/// A link that may still be used.
pub(super) struct OpenLink {
    pub id: LinkId,
    pub account: Option<AccountId>,
    pub email: Option<EmailAddress>,
    pub seed: String,
    pub expires_at: Timestamp,
}

impl TryFrom<LinkRow> for OpenLink {
    type Error = Error;

    fn try_from(row: LinkRow) -> Result<Self> {
        Ok(Self {
            id: LinkId::from_db(&row.id).map_err(|_| Error::corrupt("link id"))?,
            account: row.account_id.as_deref().map(AccountId::from_db).transpose().map_err(|_| Error::corrupt("account id"))?,
            email: row.email.as_deref().map(EmailAddress::parse).transpose().map_err(|_| Error::corrupt("address"))?,
            seed: row.seed,
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

/// The open link with this digest.
pub(super) async fn open_link(cx: &mut Cx, purpose: &str, digest: &Digest, now: Timestamp) -> Result<Option<OpenLink>> {
    let row: Option<LinkRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, email, seed, expires_at FROM links
             WHERE digest = $1 AND purpose = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3"
        ))
        .bind(digest.hex())
        .bind(purpose)
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(OpenLink::try_from).transpose()
}

/// The open confirmation link of an account, made after `since`, for the code that goes with it.
pub(super) async fn open_confirmation(
    cx: &mut Cx,
    account: AccountId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<OpenLink>> {
    let row: Option<LinkRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, email, seed, expires_at FROM links
             WHERE account_id = $1 AND purpose = 'verify' AND used_at IS NULL AND voided_at IS NULL
               AND created_at > $2 AND expires_at > $3
             ORDER BY created_at DESC LIMIT 1"
        ))
        .bind(account.to_db())
        .bind(since.micros())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(OpenLink::try_from).transpose()
}

/// Uses a link up; false if somebody was faster.
pub(super) async fn use_link(tx: &mut Tx, id: LinkId, now: Timestamp) -> Result<bool> {
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
pub(super) async fn sweep_links(tx: &mut Tx, before: Timestamp) -> Result<u64> {
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
