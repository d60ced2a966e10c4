//! Reading service accounts.

use super::account::ServiceAccount;
use super::store;
use crate::base::id::CredentialId;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::credentials::told::{self, Told};
use crate::domain::mail::CredentialNews;
use crate::domain::workspaces::{self, Inside, Member, Refused, Right};

/// The living service accounts of a workspace, newest first: a hundred at the most.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx, of: &impl Inside) -> db::Result<Vec<ServiceAccount>> {
    store::list(&mut ctx.db.read().await?, of.workspace().id).await
}

/// One of them, also if it was deleted; another workspace's does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn find(ctx: &Ctx, of: &impl Inside, id: CredentialId) -> db::Result<Option<ServiceAccount>> {
    store::find(&mut ctx.db.read().await?, of.workspace().id, id).await
}

/// Begins a change of a service account: nothing else is changed meanwhile.
pub(super) async fn open<E: From<Refused> + From<db::Error>>(
    ctx: &Ctx,
    by: &Member,
    id: CredentialId,
) -> Result<(Tx, ServiceAccount), E> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let found = managed::<E>(&mut tx, by, id).await?;
    Ok((tx, found))
}

/// The service account that is about to be changed, in a transaction that has begun.
pub(super) async fn managed<E: From<Refused> + From<db::Error>>(
    tx: &mut Tx,
    by: &Member,
    id: CredentialId,
) -> Result<ServiceAccount, E> {
    workspaces::allowed::<E>(tx, by, Right::ManageKeys).await?;
    Ok(store::find(tx, by.workspace().id, id).await?.ok_or(Refused::NotFound)?)
}

/// Tells by mail what the member did with a service account.
pub(super) async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &Member,
    (credential, news): (CredentialId, CredentialNews),
) -> db::Result<()> {
    let (workspace, actor) = (by.workspace().id, Actor::Account(by.person().id()));
    told::tell(tx, ctx, &Told { workspace, credential, news, actor, origin: by.person().origin() }).await
}

/// Ends a change of a service account. Every process forgets what it knew of it.
pub(super) async fn close(
    mut tx: Tx,
    ctx: &Ctx,
    by: &Member,
    changed: (CredentialId, Action, serde_json::Value),
) -> db::Result<()> {
    record(&mut tx, ctx, by, changed).await?;
    tx.commit().await
}

/// The same without the commit, for a change that has more to do.
pub(super) async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &Member,
    (id, action, details): (CredentialId, Action, serde_json::Value),
) -> db::Result<()> {
    let now = ctx.now();
    tx.narrow(Change::Credential(id.to_db()), now).await?;
    let event = Event::done_in(Actor::Account(by.person().id()), by.person().origin(), action, by.workspace().id);
    audit::record(tx, ctx, now, event.of(id).with(details)).await
}
