//! Everybody's accounts, as administrators see and change them. The verbs themselves are where the right to use them
//! is known: in `access` and in `sessions`.

mod list;
mod store;

pub use list::{Among, Found, ListFilter, Numbers, Order, State};

pub(in crate::domain) use store::{administrators, count, find, list, roles};

use super::links;
use super::roles::{Role, Roles};
use super::store as account_store;
use crate::base::id::AccountId;
use crate::base::time::Timestamp;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;

/// Why an administrator's change of somebody's account was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeAccountError {
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// Nobody would be left who can administer Latchkey.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Whether this account is the only one that administers Latchkey and can sign in. Until the transaction ends, nobody
/// else decides about administrators: two who go at once go one after the other.
///
/// Ask before anything else is changed in the transaction, so that all who ask wait for each other here.
pub(in crate::domain) async fn is_last_administrator_in(tx: &mut Tx, id: AccountId) -> db::Result<bool> {
    tx.alone().await?;
    Ok(administrators(tx).await? == [id])
}

/// Suspends an account and voids its links; false if it is suspended already. Its sessions are the caller's to end.
pub(in crate::domain) async fn suspend_in(tx: &mut Tx, ctx: &Ctx, id: AccountId) -> Result<bool, ChangeAccountError> {
    if is_last_administrator_in(tx, id).await? {
        return Err(ChangeAccountError::LastAdministrator);
    }
    let account = account_store::by_id(tx, id).await?.ok_or(ChangeAccountError::NotFound)?;
    if account.suspended_at.is_some() {
        return Ok(false);
    }
    let now = ctx.now();
    links::end_all_in(tx, ctx, id).await?;
    if !store::suspend(tx, id, now).await? {
        return Ok(false);
    }
    tx.narrow(Change::Account(id.to_db()), now).await?;
    Ok(true)
}

/// Ends a suspension; false if there is none.
pub(in crate::domain) async fn restore_in(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool, ChangeAccountError> {
    account_store::by_id(tx, id).await?.ok_or(ChangeAccountError::NotFound)?;
    if !store::restore(tx, id, now).await? {
        return Ok(false);
    }
    // Nothing is taken away, but what is remembered of the account's tokens says that they are refused.
    tx.narrow(Change::Account(id.to_db()), now).await?;
    Ok(true)
}

/// Replaces the roles of an account and returns those it had; nothing if they are the same.
pub(in crate::domain) async fn set_roles_in(
    tx: &mut Tx,
    id: AccountId,
    roles: &Roles,
    now: Timestamp,
) -> Result<Option<Roles>, ChangeAccountError> {
    let last = is_last_administrator_in(tx, id).await?;
    let before = account_store::by_id(tx, id).await?.ok_or(ChangeAccountError::NotFound)?.roles;
    if last && !roles.has(Role::ADMIN) {
        return Err(ChangeAccountError::LastAdministrator);
    }
    if before == *roles || !store::set_roles(tx, id, &before, roles, now).await? {
        return Ok(None);
    }
    tx.narrow(Change::Account(id.to_db()), now).await?;
    Ok(Some(before))
}
