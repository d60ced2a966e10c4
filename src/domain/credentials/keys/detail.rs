//! One key of a workspace.

use super::key::Key;
use super::manager::{KeyManager, Manager, NotManager};
use super::store;
use crate::base::id::{CredentialId, WorkspaceId};
use crate::base::time::Timestamp;
use crate::db::{self, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::workspaces::Right;

/// One key, living or ended: every member sees each of their workspace's, a key those it may manage.
///
/// # Errors
/// [`NotManager::NoSuchKey`] also when it is another workspace's.
pub async fn find(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId) -> Result<Key, NotManager> {
    let mut cx = ctx.db.read().await?;
    let manager = Manager::find(&mut cx, ctx, by, Right::Read).await?;
    held(&mut cx, &manager, id).await
}

/// The workspace that a key belongs to, whoever asks: a door looks there for the member that its caller is.
///
/// # Errors
/// When the database does not answer.
pub async fn home(ctx: &Ctx, id: CredentialId) -> db::Result<Option<WorkspaceId>> {
    store::home(&mut ctx.db.read().await?, id).await
}

/// The key, if it is within what they may manage.
pub(super) async fn held(cx: &mut Cx, manager: &Manager<'_>, id: CredentialId) -> Result<Key, NotManager> {
    let key = store::find(cx, manager.workspace, id).await?;
    key.filter(|key| manager.holds(key)).ok_or(NotManager::NoSuchKey)
}

/// Begins a change of a key: nothing else is changed meanwhile.
pub(super) async fn open<'a>(ctx: &Ctx, by: KeyManager<'a>, id: CredentialId) -> Result<(Tx, Manager<'a>, Key), NotManager> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let (manager, key) = managed(&mut tx, ctx, by, id).await?;
    Ok((tx, manager, key))
}

/// The key that is about to be changed, and who changes it, in a transaction that has begun.
pub(super) async fn managed<'a>(
    tx: &mut Tx,
    ctx: &Ctx,
    by: KeyManager<'a>,
    id: CredentialId,
) -> Result<(Manager<'a>, Key), NotManager> {
    let manager = Manager::find(tx, ctx, by, Right::ManageKeys).await?;
    let key = held(tx, &manager, id).await?;
    Ok((manager, key))
}

impl Key {
    /// Whether it is neither revoked nor expired.
    pub fn is_living(&self, now: Timestamp) -> bool {
        self.detail.summary.is_living(now)
    }
}
