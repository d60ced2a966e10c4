//! What a credential may see of a workspace: one that holds `workspace:read` looks into the workspace that it belongs to,
//! a personal token into those of its owner, or into the one to which it is locked.

use super::credential::{Kind, Owner};
use super::granted::Granted;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::workspaces::{self, Inside as _, Reader, Which};

/// Why a credential sees nothing of a workspace.
#[derive(Debug, thiserror::Error)]
pub enum NotReader {
    /// Whoever opens a web page can read its key.
    #[error("a publishable key sees nothing of its workspace")]
    Kind,
    /// It may not be used for that.
    #[error("the scope workspace:read is missing")]
    Scope,
    /// There is no such workspace, or it is not one of those that the credential may see: nobody can tell which.
    #[error("there is no such workspace")]
    NotFound,
    /// An administrator has suspended the workspace.
    #[error("this workspace is suspended. Ask an administrator")]
    Suspended,
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// The credential as it looks into this workspace; nothing names none.
///
/// # Errors
/// Why it may not.
pub async fn reader(ctx: &Ctx, of: &Granted, which: Option<&Which>) -> Result<Reader, NotReader> {
    if of.kind() == Kind::Publishable {
        return Err(NotReader::Kind);
    }
    if !of.allows(Scopes::WORKSPACE_READ) {
        return Err(NotReader::Scope);
    }
    let which = which.ok_or(NotReader::NotFound)?;
    let mut cx = ctx.db.read().await?;
    let found = match of.owner() {
        Owner::Workspace(home) => workspaces::own_reader_in(&mut cx, home, which).await?,
        Owner::Account(account) => workspaces::reader_for_in(&mut cx, account, which).await?,
    };
    let locked = of.workspace().map(|home| home.id());
    let reader = found.filter(|reader| locked.is_none_or(|id| id == reader.workspace().id)).ok_or(NotReader::NotFound)?;
    if reader.workspace().suspended_at.is_some() { Err(NotReader::Suspended) } else { Ok(reader) }
}
