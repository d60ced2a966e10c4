//! What credentials there are in a workspace, for whoever is about to decide about the workspace.

mod governed;
mod store;

pub use governed::{Among, GovernedWorkspace, WorkspaceFilter, find_workspace, list_workspaces};

use crate::base::id::WorkspaceId;
use crate::db;
use crate::domain::Ctx;
use crate::domain::workspaces::Member;

/// How many credentials go with a workspace: those that are neither revoked nor expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CredentialsThere {
    /// Its API keys.
    pub keys: i64,
    /// Its service accounts.
    pub service_accounts: i64,
    /// Tokens of its members that are locked to it.
    pub locked_tokens: i64,
}

/// Counts them for a member.
///
/// # Errors
/// When the database does not answer.
pub async fn credentials_there(ctx: &Ctx, of: &Member) -> db::Result<CredentialsThere> {
    count(ctx, of.workspace().id).await
}

async fn count(ctx: &Ctx, workspace: WorkspaceId) -> db::Result<CredentialsThere> {
    store::count(&mut ctx.db.read().await?, workspace, ctx.now()).await
}
