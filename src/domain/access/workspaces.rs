//! What administrators see of everybody's workspaces, who may create them, and which are stopped.

use serde_json::json;

use super::administrator::{Administrator, ConfirmedAdministrator};
use super::policy::AllowedRoles;
use crate::base::id::WorkspaceId;
use crate::base::page::{Cursor, Page, PageSize};
use crate::db::{self, Db, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::workspaces;
use crate::domain::workspaces::members::Membership;

/// Why a workspace stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeWorkspaceError {
    /// There is no such workspace.
    #[error("there is no such workspace")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// The roles whose holders may create workspaces; `*` is everybody, an empty list nobody.
///
/// # Errors
/// When the database does not answer.
pub async fn workspace_creators(db: &Db) -> db::Result<AllowedRoles> {
    creators(&mut db.read().await?).await
}

async fn creators(cx: &mut db::Cx) -> db::Result<AllowedRoles> {
    let words = workspaces::creators_in(cx).await?;
    AllowedRoles::parse(&words.join(",")).map_err(|_| db::Error::corrupt("workspace policy"))
}

/// Says who may create workspaces. Those that there are stay.
///
/// # Errors
/// When the database did not do it.
pub async fn let_create_workspaces(ctx: &Ctx, by: &ConfirmedAdministrator, roles: &AllowedRoles) -> db::Result<()> {
    let (now, person) = (ctx.now(), by.person());
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let before = creators(&mut tx).await?;
    if before == *roles {
        return Ok(());
    }
    workspaces::save_creators_in(&mut tx, roles.words(), now).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::WorkspacePolicyChanged, person.id())
        .with(json!({ "before": { "creators": before.words() }, "after": { "creators": roles.words() } }));
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await
}

/// A page of those who belong to a workspace, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list_members(
    ctx: &Ctx,
    _by: &Administrator,
    of: WorkspaceId,
    after: Option<&Cursor>,
    size: PageSize,
) -> db::Result<Page<Membership>> {
    let rows = workspaces::members_in(&mut ctx.db.read().await?, of, after, size.rows() + 1).await?;
    Ok(Page::cut(rows, size, Membership::cursor))
}

/// Stops a workspace: its pages, its keys, its service accounts and the tokens that are locked to it, at once.
///
/// # Errors
/// [`ChangeWorkspaceError::NotFound`] when there is no such workspace.
pub async fn suspend_workspace(ctx: &Ctx, by: &ConfirmedAdministrator, id: WorkspaceId) -> Result<(), ChangeWorkspaceError> {
    let mut tx = begin(ctx, id).await?;
    if workspaces::suspend_in(&mut tx, id, ctx.now()).await? {
        record(&mut tx, ctx, by, Action::WorkspaceSuspended, id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Ends a suspension.
///
/// # Errors
/// [`ChangeWorkspaceError::NotFound`] when there is no such workspace.
pub async fn restore_workspace(ctx: &Ctx, by: &ConfirmedAdministrator, id: WorkspaceId) -> Result<(), ChangeWorkspaceError> {
    let mut tx = begin(ctx, id).await?;
    if workspaces::restore_in(&mut tx, id, ctx.now()).await? {
        record(&mut tx, ctx, by, Action::WorkspaceRestored, id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A transaction in which the workspace is there.
async fn begin(ctx: &Ctx, id: WorkspaceId) -> Result<Tx, ChangeWorkspaceError> {
    let mut tx = ctx.db.write().await?;
    workspaces::any_in(&mut tx, id).await?.ok_or(ChangeWorkspaceError::NotFound)?;
    Ok(tx)
}

async fn record(tx: &mut Tx, ctx: &Ctx, by: &ConfirmedAdministrator, action: Action, id: WorkspaceId) -> db::Result<()> {
    let person = by.person();
    let event = Event::done_in(Actor::Account(person.id()), person.origin(), action, id).of(id);
    audit::record(tx, ctx, ctx.now(), event).await
}
