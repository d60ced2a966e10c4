//! Making an account.

use super::account::Account;
use super::hasher::Busy;
use super::password::Password;
use super::password_hash::PasswordHash;
use super::roles::Roles;
use super::store;
use crate::base::id::AccountId;
use crate::base::net::Origin;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};

/// What an account is made of.
pub struct NewAccount {
    /// The address it signs in with.
    pub email: EmailAddress,
    /// How its owner wants to be called; may be empty.
    pub name: PersonName,
    /// What it may be.
    pub roles: Roles,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The address has one.
    #[error("an account with this email address exists already")]
    EmailTaken,
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Makes an account on the command line, its address taken as confirmed.
///
/// # Errors
/// When the address has an account.
pub async fn create_by_operator(ctx: &Ctx, new: NewAccount, password: &Password) -> Result<AccountId, CreateError> {
    let hash = ctx.hasher.hash(password, &ctx.rng).await?;
    let origin = Origin::local("latchkey account create");
    let mut tx = ctx.db.write().await?;
    let now = ctx.now();
    let account = insert_in(&mut tx, ctx, new, Some(hash), Some(now)).await?.ok_or(CreateError::EmailTaken)?;
    audit::record(&mut tx, ctx, now, Event::done(Actor::System, &origin, Action::AccountCreated, account.id)).await?;
    tx.commit().await?;
    Ok(account.id)
}

/// Adds the row; nothing if the address has an account.
pub(in crate::domain) async fn insert_in(
    tx: &mut Tx,
    ctx: &Ctx,
    new: NewAccount,
    password: Option<PasswordHash>,
    verified_at: Option<Timestamp>,
) -> db::Result<Option<Account>> {
    let now = ctx.now();
    let account = Account {
        id: AccountId::new(now, &ctx.rng),
        email: new.email,
        name: new.name,
        password,
        roles: new.roles,
        verified_at,
        suspended_at: None,
        second_factor: None,
        created_at: now,
    };
    Ok(store::insert(tx, &account).await?.then_some(account))
}

/// Adds the row of somebody who is invited: without a password, the address not confirmed. Nothing if the address has an
/// account.
pub(in crate::domain) async fn insert_invited_in(
    tx: &mut Tx,
    ctx: &Ctx,
    new: NewAccount,
    by: AccountId,
) -> db::Result<Option<Account>> {
    let Some(account) = insert_in(tx, ctx, new, None, None).await? else { return Ok(None) };
    let marked = store::mark_invited(tx, account.id, by, account.created_at).await?;
    Ok(marked.then_some(account))
}
