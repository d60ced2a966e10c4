//! What administrators decide about workspaces. The right to decide is known in [`access`](crate::domain::access).

use super::members::{self, Membership};
use super::store;
use super::workspace::Workspace;
use crate::base::id::WorkspaceId;
use crate::base::page::Cursor;
use crate::base::time::Timestamp;
use crate::db::{Change, Cx, Result, Tx};

/// The roles whose holders may create workspaces; a star is everybody.
pub(in crate::domain) async fn creators_in(cx: &mut Cx) -> Result<Vec<String>> {
    Ok(store::policy(cx).await?.creators)
}

/// Replaces them.
pub(in crate::domain) async fn save_creators_in(tx: &mut Tx, roles: &[String], now: Timestamp) -> Result<()> {
    store::save_creators(tx, roles, now).await
}

/// Any workspace.
pub(in crate::domain) async fn any_in(cx: &mut Cx, id: WorkspaceId) -> Result<Option<Workspace>> {
    store::by_id(cx, id).await
}

/// The members of any workspace.
pub(in crate::domain) async fn members_in(
    cx: &mut Cx,
    of: WorkspaceId,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<Membership>> {
    members::list_in(cx, of, after, rows).await
}

/// Stops a workspace and everything of it; false if it is stopped.
pub(in crate::domain) async fn suspend_in(tx: &mut Tx, id: WorkspaceId, now: Timestamp) -> Result<bool> {
    let changed = store::suspend(tx, id, now).await?;
    if changed {
        tx.narrow(Change::Workspace(id.to_db()), now).await?;
    }
    Ok(changed)
}

/// Lets it go on; false if it is not stopped.
pub(in crate::domain) async fn restore_in(tx: &mut Tx, id: WorkspaceId, now: Timestamp) -> Result<bool> {
    let changed = store::restore(tx, id, now).await?;
    if changed {
        // Nothing is taken away, but what is remembered of its credentials says that they are refused.
        tx.narrow(Change::Workspace(id.to_db()), now).await?;
    }
    Ok(changed)
}
