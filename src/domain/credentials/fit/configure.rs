//! The configuration of signing in, as a product keeps it with us: its keys about tokens are the token policy, the others
//! are kept as they are.

use serde_json::{Map, Value};

use super::change_policy::{ChangePolicyError, change_in};
use crate::base::metadata::{BadMetadata, Metadata};
use crate::db::{self, Error};
use crate::domain::Ctx;
use crate::domain::access::{self, AllowedRoles, ConfirmedAdministrator, PolicyProblem, Switch, TokenPolicy};

/// Under which name the other keys are kept.
const NAME: &str = "auth-configuration";

/// The configuration.
#[derive(Debug, Clone)]
pub struct AuthConfiguration {
    /// The token policy.
    pub policy: TokenPolicy,
    /// What is none of it.
    pub kept: Metadata,
}

/// What an administrator wants changed; what is not there stays as it is.
#[derive(Debug, Clone, Default)]
pub struct AuthEdit {
    /// Whether people may use tokens.
    pub tokens: Option<Switch>,
    /// The roles whose holders may, and the roles in a workspace.
    pub roles: Option<(AllowedRoles, AllowedRoles)>,
    /// What takes the place of other members of the same name, or is added; null takes one away.
    pub members: Map<String, Value>,
}

/// Why it was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigureError {
    /// What is kept would be too large.
    #[error("metadata {0}")]
    Metadata(#[from] BadMetadata),
    /// The policy would make no sense.
    #[error(transparent)]
    Problem(#[from] PolicyProblem),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl From<ChangePolicyError> for ConfigureError {
    fn from(error: ChangePolicyError) -> Self {
        match error {
            ChangePolicyError::Problem(problem) => Self::Problem(problem),
            // Nobody is asked whether they have seen it.
            ChangePolicyError::Affects(_) => Self::Unexpected(Error::corrupt("policy")),
            ChangePolicyError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// The configuration as it is now.
///
/// # Errors
/// When the database does not answer.
pub async fn auth_configuration(ctx: &Ctx) -> db::Result<AuthConfiguration> {
    let mut cx = ctx.db.read().await?;
    let policy = access::policy_in(&mut cx).await?;
    Ok(AuthConfiguration { policy, kept: access::configuration_in(&mut cx, NAME).await? })
}

/// Changes the configuration. What it says about tokens binds every token on its next request; whose tokens it refuses are
/// told by mail. A program asks nobody whether they have seen which.
///
/// # Errors
/// When it makes no sense; then nothing has changed.
pub async fn configure_auth(ctx: &Ctx, by: &ConfirmedAdministrator, edit: AuthEdit) -> Result<AuthConfiguration, ConfigureError> {
    let mut tx = ctx.db.write().await?;
    // Nobody creates a token between the count and the change.
    tx.alone().await?;
    let before = access::policy_in(&mut tx).await?;
    let mut policy = before.clone();
    if let Some(tokens) = edit.tokens {
        policy.tokens = tokens;
    }
    if let Some((roles, workspace_roles)) = edit.roles {
        (policy.allowed_roles, policy.allowed_workspace_roles) = (roles, workspace_roles);
    }
    change_in(&mut tx, ctx, by, (&before, &policy)).await?;
    let stored = access::configuration_in(&mut tx, NAME).await?;
    let kept = stored.merged(edit.members)?;
    if kept != stored {
        access::save_configuration_in(&mut tx, ctx, by, NAME, &kept).await?;
    }
    tx.commit().await?;
    ctx.mail.wake();
    Ok(AuthConfiguration { policy, kept })
}
