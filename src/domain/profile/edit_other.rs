//! What an administrator says of somebody, and what they are to be.

use serde_json::json;

use super::edit::{EditError, ProfileEdit};
use crate::base::id::AccountId;
use crate::base::text::EmailAddress;
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::access::{self, ConfirmedAdministrator};
use crate::domain::accounts::people::ChangeAccountError;
use crate::domain::accounts::{self, Account, Attributes, Roles};
use crate::domain::audit::{self, Action, Actor, Event};

/// What an administrator wants of somebody's account; what is not there stays as it is.
#[derive(Debug, Clone)]
pub struct OtherEdit {
    /// What the profile is to say.
    pub profile: ProfileEdit,
    /// What the account may be.
    pub roles: Option<Roles>,
    /// The address that it is believed to have.
    pub email: Option<EmailAddress>,
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditOtherError {
    /// There is no such account, or nobody would be left to administer.
    #[error(transparent)]
    Account(#[from] ChangeAccountError),
    /// It has another address, which its owner alone changes.
    #[error("the account has another address, which its owner alone changes")]
    OtherAddress,
    /// Something does not fit.
    #[error(transparent)]
    Profile(#[from] EditError),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Changes somebody's profile and roles at once, and returns the account as it is then.
///
/// # Errors
/// When a rule forbids it, or something does not fit; then nothing has changed.
pub async fn edit_other(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    id: AccountId,
    wanted: OtherEdit,
) -> Result<(Account, Attributes), EditOtherError> {
    let (now, person) = (ctx.now(), by.person());
    let mut tx = ctx.db.write().await?;
    if let Some(roles) = &wanted.roles {
        access::set_roles_in(&mut tx, ctx, by, id, roles).await?;
    }
    let account = accounts::by_id(&mut tx, id).await?.ok_or(ChangeAccountError::NotFound)?;
    if wanted.email.is_some_and(|email| email.key() != account.email.key()) {
        return Err(EditOtherError::OtherAddress);
    }
    let before = accounts::attributes_in(&mut tx, id).await?;
    let (name, after) = wanted.profile.apply(&account.name, before.clone())?;
    if (&name, &after) != (&account.name, &before) {
        accounts::set_profile(&mut tx, id, &name, &after, now).await?;
        tx.narrow(Change::Account(id.to_db()), now).await?;
        let renamed = name != account.name;
        let event = Event::done(Actor::Account(person.id()), person.origin(), Action::ProfileChanged, id);
        audit::record(&mut tx, ctx, now, event.with(json!({ "renamed": renamed }))).await?;
    }
    tx.commit().await?;
    Ok((Account { name, ..account }, after))
}
