//! Trying things out: where a server runs for development, whoever names a workspace stands for it, without a credential.
//!
//! Two things have to hold, and the second is looked at again in every transaction: the process was started for
//! development, and its database has never been served in production.

use crate::base::id::WorkspaceId;
use crate::base::net::Origin;
use crate::db::{self, Cx, Error, ServedAs};
use crate::domain::Ctx;
use crate::domain::credentials::credential::Owner;
use crate::domain::limits::{Allowance, Exhausted};
use crate::domain::workspaces::plans::{self, PlanName};
use crate::domain::workspaces::{self, Which, Workspace};

/// Somebody who tries things out in a workspace, and may do there what the workspace may.
pub struct Developer {
    workspace: WorkspaceId,
    origin: Origin,
    allowance: Allowance,
}

/// Why somebody without a credential stands for no workspace.
#[derive(Debug, thiserror::Error)]
pub enum NotDeveloper {
    /// The server, or its database, is for production.
    #[error("this is production")]
    Production,
    /// There is no such workspace.
    #[error("there is no such workspace")]
    NoWorkspace,
    /// It is suspended.
    #[error("the workspace is suspended")]
    Suspended,
    /// It has made as many requests as its plan allows.
    #[error(transparent)]
    RateLimited(#[from] Exhausted),
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl Developer {
    /// Where they are.
    pub(super) fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Where their request came from.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What is left of the workspace's limit.
    pub fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// Whether they still stand for their workspace, in the transaction that acts for them.
    pub(super) async fn still(&self, cx: &mut Cx, ctx: &Ctx) -> Result<(), NotDeveloper> {
        find(cx, ctx, &Which::Id(self.workspace)).await.map(drop)
    }
}

/// Whoever names a workspace by its id or slug, in development. It counts as a request of the workspace.
///
/// # Errors
/// When this is production, or there is no such workspace, or its limit is reached.
pub async fn developer(ctx: &Ctx, named: &str, origin: &Origin) -> Result<Developer, NotDeveloper> {
    if ctx.settings.served_as == ServedAs::Production {
        return Err(NotDeveloper::Production);
    }
    let which = Which::parse(named).ok_or(NotDeveloper::NoWorkspace)?;
    let mut cx = ctx.db.read().await?;
    let workspace = find(&mut cx, ctx, &which).await?;
    let plan = PlanName::parse(&workspace.plan).ok_or(Error::corrupt("plan"))?;
    let plans = plans::plans_in(&mut cx).await?;
    let rate = plans.find(&plan).ok_or(Error::corrupt("plan"))?.terms.rate.rate();
    let bucket = ctx.verifier.shared_bucket_of(Owner::Workspace(workspace.id));
    let allowance = bucket.take(rate, 1, ctx.now())?;
    Ok(Developer { workspace: workspace.id, origin: origin.clone(), allowance })
}

async fn find(cx: &mut Cx, ctx: &Ctx, which: &Which) -> Result<Workspace, NotDeveloper> {
    if ctx.settings.served_as == ServedAs::Production || !db::is_for_development(cx).await? {
        return Err(NotDeveloper::Production);
    }
    let workspace = workspaces::find_in(cx, which).await?.ok_or(NotDeveloper::NoWorkspace)?;
    if workspace.suspended_at.is_some() { Err(NotDeveloper::Suspended) } else { Ok(workspace) }
}
