//! Activating an SDK: what the plan of a workspace includes, and a token that stands for a key without being it.

use super::derive::{DeriveError, Narrowing, derive};
use super::tokens::Tokens;
use crate::base::id::WorkspaceId;
use crate::db::{self, Error};
use crate::domain::Ctx;
use crate::domain::credentials::Granted;
use crate::domain::workspaces::plans::{self, Feature, PlanName, PlanTerms};
use crate::domain::workspaces::{self, Workspace};

/// An SDK that may be used now.
pub struct Activation {
    /// For whom.
    pub workspace: WorkspaceId,
    /// The plan.
    pub plan: PlanName,
    /// What it gives.
    pub terms: PlanTerms,
    /// An access token that was derived from what was presented, and ends with it.
    pub tokens: Tokens,
}

/// Why an SDK stays inactive.
#[derive(Debug, thiserror::Error)]
pub enum ActivateError {
    /// What was presented belongs to no workspace, and its person has none.
    #[error("this credential belongs to no workspace. Use a key of one")]
    Homeless,
    /// Everybody has a publishable key.
    #[error("a publishable key activates nothing. Use a secret key")]
    Publishable,
    /// The workspace is suspended.
    #[error("this workspace is suspended. Ask an administrator")]
    Suspended,
    /// The plan of the workspace does not include it.
    #[error("the plan {0} does not include the activation of SDKs. Ask an administrator for another plan")]
    Plan(String),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Activates an SDK for the workspace of what was presented; for the person's own, where that is bound to none.
///
/// # Errors
/// Why it stays inactive.
pub async fn activate(ctx: &Ctx, presented: &Granted) -> Result<Activation, ActivateError> {
    let workspace = match (presented.workspace(), presented.account()) {
        (Some(home), _) => home.id(),
        (None, Some(account)) => own(workspaces::own(&ctx.db, account).await?)?,
        (None, None) => return Err(ActivateError::Homeless),
    };
    let (plan, terms) = plans::terms_of(&ctx.db, workspace).await?.ok_or(ActivateError::Homeless)?;
    if !terms.entitlements.include(Feature::Sdk) {
        return Err(ActivateError::Plan(plan.as_str().to_owned()));
    }
    let tokens = derive(ctx, presented, Narrowing::default()).await.map_err(|error| match error {
        DeriveError::Publishable => ActivateError::Publishable,
        DeriveError::Unexpected(error) => error.into(),
        // Nobody asked for less, or for somebody else.
        DeriveError::Foreign | DeriveError::Scope(_) | DeriveError::Audience => Error::corrupt("token").into(),
    })?;
    Ok(Activation { workspace, plan, terms, tokens })
}

fn own(workspace: Option<Workspace>) -> Result<WorkspaceId, ActivateError> {
    let own = workspace.ok_or(ActivateError::Homeless)?;
    if own.suspended_at.is_some() { Err(ActivateError::Suspended) } else { Ok(own.id) }
}
