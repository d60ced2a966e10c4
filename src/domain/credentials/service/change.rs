//! Changing a service account that is there. It never becomes more than it was.

use serde_json::json;

use super::account::ServiceAccount;
use super::{list, store};
use crate::base::id::CredentialId;
use crate::base::text::Label;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::{self, Audiences, Scopes};
use crate::domain::audit::Action;
use crate::domain::credentials::addresses::AddressList;
use crate::domain::workspaces::{Member, Refused};

/// What is to be different about a service account; nothing leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct ServiceChange {
    /// What to call it.
    pub name: Option<Label>,
    /// The scopes it keeps.
    pub scopes: Option<Scopes>,
    /// For whom its access tokens may be.
    pub audiences: Option<Audiences>,
    /// From where it may still be used.
    pub allowed_addresses: Option<AddressList>,
}

/// Why a service account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeServiceError {
    /// The member may not, or there is no such account in their workspace.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It was deleted.
    #[error("this service account was deleted. Create a new one")]
    Ended,
    /// It does not have this scope.
    #[error("a service account cannot gain the scope {0}. Create a new one for that")]
    MoreScopes(String),
    /// There is no such audience, and it has none of this name.
    #[error("there is no audience {0}")]
    UnknownAudience(String),
    /// It may not be used from all of these addresses.
    #[error("a service account cannot be opened to more addresses. Create a new one for that")]
    MoreAddresses,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Renames a service account, narrows it, or says for whom its access tokens may be.
///
/// # Errors
/// When it would gain something, is not theirs to manage, or was deleted; then it stays as it was.
pub async fn change(ctx: &Ctx, by: &Member, id: CredentialId, to: ServiceChange) -> Result<(), ChangeServiceError> {
    let (mut tx, before) = list::open::<ChangeServiceError>(ctx, by, id).await?;
    allow(&before, &to)?;
    let kept = |word: &&str| before.audiences.words().any(|own| own == *word);
    let new = to.audiences.iter().flat_map(Audiences::words).filter(|word| !kept(word));
    if let Some(word) = access::unknown_audience_in(&mut tx, new).await? {
        return Err(ChangeServiceError::UnknownAudience(word));
    }
    let after = ServiceAccount {
        name: to.name.map_or_else(|| before.name.clone(), |name| name.as_str().to_owned()),
        scopes: to.scopes.or_else(|| before.scopes.clone()),
        audiences: to.audiences.unwrap_or_else(|| before.audiences.clone()),
        allowed_addresses: to.allowed_addresses.or_else(|| before.allowed_addresses.clone()),
        ..before.clone()
    };
    if told(&before) == told(&after) {
        return Ok(());
    }
    if !store::set(&mut tx, &after).await? {
        return Err(ChangeServiceError::Ended);
    }
    let details = json!({ "before": told(&before), "after": told(&after) });
    Ok(list::close(tx, ctx, by, (id, Action::ServiceAccountChanged, details)).await?)
}

fn told(account: &ServiceAccount) -> serde_json::Value {
    json!({ "name": account.name,
            "scopes": account.scopes.as_ref().map(|scopes| scopes.words().collect::<Vec<_>>()),
            "audiences": account.audiences.words().collect::<Vec<_>>(),
            "addresses": account.allowed_addresses.as_ref().map(|list| list.words().collect::<Vec<_>>()) })
}

/// What cannot be read allows nothing, so anything that can be read would be more.
fn allow(account: &ServiceAccount, to: &ServiceChange) -> Result<(), ChangeServiceError> {
    if account.revoked_at.is_some() {
        return Err(ChangeServiceError::Ended);
    }
    let has = |wanted: &str| account.scopes.as_ref().is_some_and(|scopes| scopes.words().any(|word| word == wanted));
    if let Some(more) = to.scopes.iter().flat_map(Scopes::words).find(|word| !has(word)) {
        return Err(ChangeServiceError::MoreScopes(more.to_owned()));
    }
    let within = |wanted: &AddressList| account.allowed_addresses.as_ref().is_some_and(|own| wanted.is_within(own));
    match &to.allowed_addresses {
        Some(wanted) if !within(wanted) => Err(ChangeServiceError::MoreAddresses),
        _ => Ok(()),
    }
}
