//! The end of an account, and of everything that is its own. The log keeps that there was one, under an identity that is
//! never given again.

use super::store;
use crate::base::id::AccountId;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::access::ConfirmedAdministrator;
use crate::domain::accounts::{self, Account, Confirmed, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};
use crate::domain::workspaces::{self, Leaving};

pub use super::store::Belongings;

/// Why an account was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// Nobody would be left to administer.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// Others belong to a workspace that nobody would own.
    #[error("somebody else has to own your workspaces first")]
    LastOwner,
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// What goes with the account.
///
/// # Errors
/// When the database does not answer.
pub async fn belongings(ctx: &Ctx, of: &Person) -> db::Result<Belongings> {
    store::belongings(&mut ctx.db.read().await?, of.id(), ctx.now()).await
}

/// Whether nobody would be left to administer without this person.
///
/// # Errors
/// When the database does not answer.
pub async fn is_last_administrator(ctx: &Ctx, person: &Person) -> db::Result<bool> {
    Ok(accounts::people::administrators(&mut ctx.db.read().await?).await? == [person.id()])
}

/// What becomes of the person's workspaces with the account.
///
/// # Errors
/// When the database does not answer.
pub async fn leaving(ctx: &Ctx, of: &Person) -> db::Result<Leaving> {
    workspaces::leaving_in(&mut ctx.db.read().await?, of.id()).await
}

/// Deletes the account, its tokens, sessions, links, mails and memberships, and the workspaces that nobody else belongs
/// to, and says so by mail.
///
/// # Errors
/// [`DeleteError::LastAdministrator`] when nobody would be left to administer, [`DeleteError::LastOwner`] when nobody
/// would own a workspace that others belong to; also for one of two at once.
pub async fn delete(ctx: &Ctx, by: &Confirmed) -> Result<(), DeleteError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    match accounts::by_id(&mut tx, by.person().id()).await? {
        Some(account) => {
            let (name, cause) = (account.name.clone(), Cause::new(ctx.now(), by.person().origin()));
            delete_in(tx, ctx, account, by.person(), Message::AccountDeleted { name, cause }).await
        }
        None => Ok(()),
    }
}

/// The same of somebody else's account, by an administrator.
///
/// # Errors
/// The same, and [`DeleteError::NotFound`] when there is no such account.
pub async fn delete_other(ctx: &Ctx, by: &ConfirmedAdministrator, id: AccountId) -> Result<(), DeleteError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let account = accounts::by_id(&mut tx, id).await?.ok_or(DeleteError::NotFound)?;
    let (name, cause) = (account.name.clone(), Cause::new(ctx.now(), by.person().origin()));
    delete_in(tx, ctx, account, by.person(), Message::AccountDeletedByAdmin { name, cause }).await
}

async fn delete_in(mut tx: Tx, ctx: &Ctx, account: Account, person: &Person, message: Message) -> Result<(), DeleteError> {
    let now = ctx.now();
    if accounts::people::administrators(&mut tx).await? == [account.id] {
        return Err(DeleteError::LastAdministrator);
    }
    let leaving = workspaces::leaving_in(&mut tx, account.id).await?;
    if !leaving.orphaned.is_empty() {
        return Err(DeleteError::LastOwner);
    }
    for workspace in &leaving.deleted {
        workspaces::delete_in(&mut tx, ctx, workspace, person).await?;
    }
    if !accounts::delete(&mut tx, account.id).await? {
        return Ok(());
    }
    tx.narrow(Change::Account(account.id.to_db()), now).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::AccountDeleted, account.id);
    audit::record(&mut tx, ctx, now, event).await?;
    // Of nobody's account any more: it would go with it.
    ctx.post_to(&mut tx, &account.email, None, &message, NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}
