//! The table `accounts`.

use super::account::Account;
use super::attributes::Attributes;
use super::password_hash::PasswordHash;
use super::roles::Roles;
use crate::base::id::AccountId;
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

/// What the profile of an account says beside the name; nothing is said of one that is not there.
pub(in crate::domain) async fn attributes(cx: &mut Cx, id: AccountId) -> Result<Attributes> {
    let kept: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT attributes FROM accounts WHERE id = $1")).bind(id.to_db()).fetch_optional(c).await
    })?;
    kept.map_or_else(|| Ok(Attributes::default()), |text| Attributes::from_db(&text).ok_or(Error::corrupt("profile")))
}

/// Replaces what the profile of an account says; false if it is gone.
pub(in crate::domain) async fn set_profile(
    tx: &mut Tx,
    id: AccountId,
    name: &PersonName,
    attributes: &Attributes,
    now: Timestamp,
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET name = $2, attributes = $3, updated_at = $4 WHERE id = $1"))
            .bind(id.to_db())
            .bind(name.as_str())
            .bind(attributes.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
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

/// Notes who invited an account that was just made.
pub(super) async fn mark_invited(tx: &mut Tx, id: AccountId, by: AccountId, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET invited_at = $2, invited_by = $3 WHERE id = $1 AND invited_at IS NULL"))
            .bind(id.to_db())
            .bind(now.micros())
            .bind(by.to_db())
    )?;
    Ok(changed == 1)
}

/// An account that was invited and never set up.
pub(in crate::domain) async fn invited(cx: &mut Cx, id: AccountId) -> Result<Option<Account>> {
    let row: Option<AccountRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT a.id, a.email, a.name, a.password_hash, a.roles, a.verified_at, a.suspended_at,
                    t.confirmed_at AS second_factor, a.created_at
             FROM accounts a LEFT JOIN totp t ON t.account_id = a.id
             WHERE a.id = $1 AND a.invited_at IS NOT NULL AND a.password_hash IS NULL AND a.verified_at IS NULL"
        ))
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Account::try_from).transpose()
}

/// Sets up an account that was invited; false if it was set up, or suspended, meanwhile.
pub(super) async fn set_up_invited(
    tx: &mut Tx,
    id: AccountId,
    name: &PersonName,
    hash: &PasswordHash,
    now: Timestamp,
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE accounts SET name = $2, password_hash = $3, verified_at = $4, updated_at = $4
             WHERE id = $1 AND invited_at IS NOT NULL AND password_hash IS NULL AND verified_at IS NULL AND suspended_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(name.as_str())
        .bind(hash.as_str())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Deletes an account that was invited and never set up; false if it was, meanwhile.
pub(in crate::domain) async fn delete_invited(tx: &mut Tx, id: AccountId) -> Result<bool> {
    let gone = execute!(
        tx,
        sqlx::query(sql!(
            "DELETE FROM accounts WHERE id = $1 AND invited_at IS NOT NULL AND password_hash IS NULL AND verified_at IS NULL"
        ))
        .bind(id.to_db())
    )?;
    Ok(gone == 1)
}

/// Sets a password for whoever reads the mail of this address, which is confirmed by that; false if the account is
/// suspended, or has another address by now.
pub(in crate::domain) async fn recover(
    tx: &mut Tx,
    id: AccountId,
    email: &EmailAddress,
    hash: &PasswordHash,
    now: Timestamp,
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE accounts SET password_hash = $3, verified_at = COALESCE(verified_at, $4), updated_at = $4
             WHERE id = $1 AND email_key = $2 AND suspended_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(email.key())
        .bind(hash.as_str())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Gives an account another address, which is confirmed; false if it is suspended, has another one than `old` by now, or
/// the new one has an account.
///
/// # Errors
/// [`Error::Taken`] when another transaction was faster to take the address.
pub(in crate::domain) async fn change_email(
    tx: &mut Tx,
    id: AccountId,
    old: &EmailAddress,
    new: &EmailAddress,
    now: Timestamp,
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE accounts SET email = $3, email_key = $4, verified_at = $5, updated_at = $5
             WHERE id = $1 AND email_key = $2 AND suspended_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.email_key = $4 AND o.id <> $1)"
        ))
        .bind(id.to_db())
        .bind(old.key())
        .bind(new.as_str())
        .bind(new.key())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Deletes the account of an address that nobody has confirmed, for the address's owner. Returns which it was.
pub(in crate::domain) async fn delete_unconfirmed(tx: &mut Tx, email: &EmailAddress) -> Result<Option<AccountId>> {
    let id: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(sql!("DELETE FROM accounts WHERE email_key = $1 AND verified_at IS NULL RETURNING id"))
            .bind(email.key())
            .fetch_optional(c)
            .await
    })?;
    id.map(|id| AccountId::from_db(&id).map_err(|_| Error::corrupt("account id"))).transpose()
}

/// Takes an account's password away: it gets in by a recovery alone.
pub(in crate::domain) async fn forget_password(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET password_hash = NULL, updated_at = $2 WHERE id = $1"))
            .bind(id.to_db())
            .bind(now.micros())
    )?;
    Ok(())
}

/// Gives an account another name; false if it is gone.
pub(in crate::domain) async fn rename(tx: &mut Tx, id: AccountId, name: &PersonName, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET name = $2, updated_at = $3 WHERE id = $1"))
            .bind(id.to_db())
            .bind(name.as_str())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Deletes an account and all that is its own; false if it is gone.
pub(in crate::domain) async fn delete(tx: &mut Tx, id: AccountId) -> Result<bool> {
    Ok(execute!(tx, sqlx::query(sql!("DELETE FROM accounts WHERE id = $1")).bind(id.to_db()))? == 1)
}
