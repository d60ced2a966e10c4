//! What an administrator ends for somebody else: their sessions, or all that they have.

use serde_json::json;

use super::resume::Overview;
use super::store;
use crate::base::id::AccountId;
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::access::{ConfirmedAdministrator, Viewed};
use crate::domain::accounts;
use crate::domain::accounts::people::{self, ChangeAccountError};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};
use crate::domain::second_factor;

/// Stops everything of an account on its next request: its sessions end, its links are void, its tokens are refused
/// for as long as it is suspended. One that is suspended already stays as it is.
///
/// # Errors
/// [`ChangeAccountError::LastAdministrator`] when nobody would be left to administer; then nothing has changed.
pub async fn suspend(ctx: &Ctx, by: &ConfirmedAdministrator, id: AccountId) -> Result<(), ChangeAccountError> {
    let mut tx = ctx.db.write().await?;
    if !people::suspend_in(&mut tx, ctx, id).await? {
        return Ok(());
    }
    let ended = store::end_all(&mut tx, id, ctx.now()).await?;
    record(tx, ctx, by, Action::AccountSuspended, id, ended).await
}

/// Ends a suspension: its owner can sign in again, and those of its tokens that are neither revoked nor expired work
/// again. One that is not suspended stays as it is.
///
/// # Errors
/// [`ChangeAccountError::NotFound`] when there is no such account.
pub async fn restore(ctx: &Ctx, by: &ConfirmedAdministrator, id: AccountId) -> Result<(), ChangeAccountError> {
    let mut tx = ctx.db.write().await?;
    if !people::restore_in(&mut tx, id, ctx.now()).await? {
        return Ok(());
    }
    // A session may have begun in the very instant of the suspension. It was of no use, and is to be of none.
    let ended = store::end_all(&mut tx, id, ctx.now()).await?;
    record(tx, ctx, by, Action::AccountRestored, id, ended).await
}

/// Ends all of somebody's sessions; their tokens stay as they are. Without a session to end, nothing happens.
///
/// # Errors
/// [`ChangeAccountError::NotFound`] when there is no such account.
pub async fn sign_out_everywhere(ctx: &Ctx, by: &ConfirmedAdministrator, id: AccountId) -> Result<(), ChangeAccountError> {
    let mut tx = ctx.db.write().await?;
    people::find(&mut tx, id).await?.ok_or(ChangeAccountError::NotFound)?;
    match store::end_all(&mut tx, id, ctx.now()).await? {
        0 => Ok(()),
        ended => {
            tx.narrow(Change::Account(id.to_db()), ctx.now()).await?;
            record(tx, ctx, by, Action::SignedOutEverywhere, id, ended).await
        }
    }
}

/// Takes somebody's second factor and its recovery codes away, for a person who has lost both, or whom a thief gave one.
/// All their sessions end, and they are told by mail. Without a second factor nothing happens.
///
/// # Errors
/// [`ChangeAccountError::NotFound`] when there is no such account.
pub async fn remove_second_factor(ctx: &Ctx, by: &ConfirmedAdministrator, id: AccountId) -> Result<(), ChangeAccountError> {
    let mut tx = ctx.db.write().await?;
    let account = accounts::by_id(&mut tx, id).await?.ok_or(ChangeAccountError::NotFound)?;
    if !second_factor::switch_off_in(&mut tx, id).await? {
        return Ok(());
    }
    let (now, origin) = (ctx.now(), by.person().origin());
    tx.narrow(Change::Account(id.to_db()), now).await?;
    let message = Message::FactorRemovedByAdmin { name: account.name.clone(), cause: Cause::new(now, origin) };
    ctx.post(&mut tx, &account, &message, NOTICE_LIFE).await?;
    let ended = store::end_all(&mut tx, id, now).await?;
    record(tx, ctx, by, Action::FactorRemoved, id, ended).await?;
    ctx.mail.wake();
    Ok(())
}

async fn record(
    mut tx: db::Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    action: Action,
    id: AccountId,
    sessions: u64,
) -> Result<(), ChangeAccountError> {
    let person = by.person();
    let event = Event::done(Actor::Account(person.id()), person.origin(), action, id).with(json!({ "sessions": sessions }));
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await?;
    Ok(())
}

/// The live sessions of somebody whose account an administrator views, last seen first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_viewed(ctx: &Ctx, of: &Viewed) -> db::Result<Vec<Overview>> {
    store::list(&mut ctx.db.read().await?, of.account().id, ctx.now()).await
}
