//! Making an account with a password for somebody: for administrators who move people over from another system. Who is to
//! choose their own password is [invited](super::invite()).

use serde_json::json;

use super::ConfirmedAdministrator;
use crate::base::id::AccountId;
use crate::base::net::Origin;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Attributes, Busy, NewAccount, Password};
use crate::domain::audit::{self, Action, Actor, Event};

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// The address has an account, or an invitation.
    #[error("an account with this email address exists already")]
    EmailTaken,
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Makes an account with this password, and mails its owner a link that confirms the address: an administrator's word for it
/// is not enough to hold tokens or to belong to a workspace.
///
/// # Errors
/// [`CreateAccountError::EmailTaken`] when the address has an account.
pub async fn create_account(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    (new, attributes): (NewAccount, &Attributes),
    password: &Password,
) -> Result<AccountId, CreateAccountError> {
    let hash = ctx.hasher.hash(password, &ctx.rng).await?;
    let (now, person) = (ctx.now(), by.person());
    let mut tx = ctx.db.write().await?;
    let made = accounts::insert_in(&mut tx, ctx, new, Some(hash), None).await?;
    let account = made.ok_or(CreateAccountError::EmailTaken)?;
    accounts::set_profile(&mut tx, account.id, &account.name, attributes, now).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::AccountCreated, account.id)
        .with(json!({ "name": account.email.as_str() }));
    audit::record(&mut tx, ctx, now, event).await?;
    // Where the administrator sits is no business of the person.
    accounts::send_confirmation_in(&mut tx, ctx, &account, &Origin::local("")).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(account.id)
}
