//! What an administrator ends for somebody else: their sessions, or all that they have.

use serde_json::json;

use super::resume::Overview;
use super::store;
use crate::base::id::AccountId;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::{ConfirmedAdministrator, Viewed};
use crate::domain::accounts::people::{self, ChangeAccountError};
use crate::domain::audit::{self, Action, Actor, Event};

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
        ended => record(tx, ctx, by, Action::SignedOutEverywhere, id, ended).await,
    }
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
