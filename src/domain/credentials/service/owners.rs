//! The people who answer for a service account.

use std::fmt;

use serde_json::json;

use super::account::ServiceAccount;
use super::{list, store};
use crate::base::id::{AccountId, CredentialId, WorkspaceId};
use crate::base::text::EmailAddress;
use crate::db::{self, Cx};
use crate::domain::Ctx;
use crate::domain::audit::Action;
use crate::domain::workspaces::{Member, Refused};

/// A member of the workspace, as somebody names them.
#[derive(Debug, Clone)]
pub enum ServiceOwnerName {
    /// By their account.
    Account(AccountId),
    /// By their address.
    Email(EmailAddress),
}

impl fmt::Display for ServiceOwnerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "{id}"),
            Self::Email(email) => f.write_str(email.as_str()),
        }
    }
}

/// Why the owners stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// The member may not, or there is no such account in their workspace, or no such owner.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It was deleted.
    #[error("this service account was deleted. Create a new one")]
    Ended,
    /// They are no member of the workspace.
    #[error("there is no such member in this workspace")]
    NoMember,
    /// They are the only one left.
    #[error("somebody must answer for a service account. Add another owner first")]
    Last,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Lets a member of the workspace answer for the account, too. Who does already goes on.
///
/// # Errors
/// When the account is not theirs to manage, or the other is no member.
pub async fn add_owner(ctx: &Ctx, by: &Member, id: CredentialId, name: &ServiceOwnerName) -> Result<(), OwnerError> {
    let (mut tx, account) = open(ctx, by, id).await?;
    let owner = member_called(&mut tx, by.workspace().id, name).await?.ok_or(OwnerError::NoMember)?;
    if account.owners.iter().any(|known| known.account == owner) {
        return Ok(());
    }
    store::insert_owner(&mut tx, id, owner, ctx.now()).await?;
    let details = json!({ "name": account.name, "ownerAdded": owner.to_string() });
    Ok(list::close(tx, ctx, by, (id, Action::ServiceAccountChanged, details)).await?)
}

/// Somebody answers for the account no more. There is always one left.
///
/// # Errors
/// When the account is not theirs to manage, or nobody else would be left.
pub async fn remove_owner(ctx: &Ctx, by: &Member, id: CredentialId, owner: AccountId) -> Result<(), OwnerError> {
    let (mut tx, account) = open(ctx, by, id).await?;
    if !account.owners.iter().any(|known| known.account == owner) {
        return Err(Refused::NotFound.into());
    }
    // One who left is no reason to leave the account to nobody: somebody who is there must remain.
    let left = account.owners.iter().filter(|known| known.account != owner);
    if account.owners.len() == 1 || !account.is_orphaned() && !left.into_iter().any(|known| known.is_active) {
        return Err(OwnerError::Last);
    }
    store::delete_owner(&mut tx, id, owner).await?;
    let details = json!({ "name": account.name, "ownerRemoved": owner.to_string() });
    Ok(list::close(tx, ctx, by, (id, Action::ServiceAccountChanged, details)).await?)
}

async fn open(ctx: &Ctx, by: &Member, id: CredentialId) -> Result<(db::Tx, ServiceAccount), OwnerError> {
    let (tx, account) = list::open::<OwnerError>(ctx, by, id).await?;
    if account.revoked_at.is_some() { Err(OwnerError::Ended) } else { Ok((tx, account)) }
}

/// The member of the workspace who is called so.
pub(super) async fn member_called(cx: &mut Cx, workspace: WorkspaceId, name: &ServiceOwnerName) -> db::Result<Option<AccountId>> {
    let (id, email) = match name {
        ServiceOwnerName::Account(id) => (id.to_db(), String::new()),
        ServiceOwnerName::Email(email) => (String::new(), email.key().to_owned()),
    };
    store::member(cx, workspace, &id, &email).await
}
