//! Changing a key that is there: pause, resume, rename, narrow. What it may do never becomes more than it was.

use serde_json::json;

use super::detail;
use super::key::{Key, KeyKind};
use super::manager::{KeyManager, Manager, NotManager};
use super::rotate::close;
use super::store;
use crate::base::id::CredentialId;
use crate::base::metadata::Metadata;
use crate::base::text::Label;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::audit::Action;
use crate::domain::credentials::addresses::AddressList;
use crate::domain::credentials::change::store::set_paused;
use crate::domain::credentials::origins::OriginList;

/// What is to be different about a key; nothing leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct KeyChange {
    /// What to call it.
    pub name: Option<Label>,
    /// The scopes it keeps.
    pub scopes: Option<Scopes>,
    /// From where it may still be used.
    pub allowed_addresses: Option<AddressList>,
    /// The web pages that may use it. A member may say any: whoever may make a key may make one for another page.
    pub origins: Option<OriginList>,
    /// How many requests a minute it may still make.
    pub requests_per_minute: Option<u32>,
    /// What verification tells about it.
    pub metadata: Option<Metadata>,
}

/// Why a key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeKeyError {
    /// They may not manage this key.
    #[error(transparent)]
    Manager(#[from] NotManager),
    /// It is revoked or expired.
    #[error("this key has ended, so nothing about it can be changed. Create a new one")]
    Ended,
    /// It does not have this scope.
    #[error("a key cannot gain the scope {0}. Create a new key for that")]
    MoreScopes(String),
    /// It may not be used from all of these addresses.
    #[error("a key cannot be opened to more addresses. Create a new key for that")]
    MoreAddresses,
    /// A key may not open another to more web pages, and a secret key is for none.
    #[error("this key cannot be opened to these web pages")]
    MoreOrigins,
    /// It may not make so many requests.
    #[error("a key cannot gain a higher limit. Create a new key for that")]
    MoreRequests,
}

impl From<db::Error> for ChangeKeyError {
    fn from(error: db::Error) -> Self {
        Self::Manager(error.into())
    }
}

/// Refuses a key from its next request on, until it is resumed. One that is paused stays as it is.
///
/// # Errors
/// When it is not theirs to manage, or has ended.
pub async fn pause(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId) -> Result<(), ChangeKeyError> {
    set(ctx, by, id, Action::KeyPaused).await
}

/// Lets a paused key work again. One that works stays as it is.
///
/// # Errors
/// When it is not theirs to manage, or has ended.
pub async fn resume(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId) -> Result<(), ChangeKeyError> {
    set(ctx, by, id, Action::KeyResumed).await
}

async fn set(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId, action: Action) -> Result<(), ChangeKeyError> {
    let now = ctx.now();
    let (mut tx, manager, key) = living(ctx, by, id).await?;
    let since = (action == Action::KeyPaused).then_some(now);
    if key.detail.summary.paused_at.is_some() == since.is_some() {
        return Ok(());
    }
    set_paused(&mut tx, id, since, now).await?.then_some(()).ok_or(ChangeKeyError::Ended)?;
    close(tx, ctx, &manager, (id, action, json!({ "name": key.detail.summary.name }))).await?;
    Ok(())
}

/// Renames a key, narrows it, or says something else about it. It binds on the next request.
///
/// # Errors
/// When it would gain something, is not theirs to manage, or has ended; then it stays as it was.
pub async fn change(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId, to: KeyChange) -> Result<Key, ChangeKeyError> {
    let (mut tx, manager, key) = living(ctx, by, id).await?;
    allow(&manager, &key, &to)?;
    let before = Looks::of(&key);
    let after = Looks {
        name: to.name.map_or(before.name, |name| name.as_str().to_owned()),
        scopes: to.scopes.or(before.scopes),
        addresses: to.allowed_addresses.or(before.addresses),
        origins: to.origins.or(before.origins),
        requests_per_minute: to.requests_per_minute.or(before.requests_per_minute),
        metadata: to.metadata.unwrap_or(before.metadata),
    };
    let before = Looks::of(&key);
    if before == after {
        return Ok(key);
    }
    store::set(&mut tx, id, &after, ctx.now()).await?.then_some(()).ok_or(ChangeKeyError::Ended)?;
    let changed = detail::held(&mut tx, &manager, id).await?;
    close(tx, ctx, &manager, (id, Action::KeyChanged, json!({ "before": before.told(), "after": after.told() }))).await?;
    Ok(changed)
}

/// What a change may touch.
#[derive(PartialEq)]
pub(super) struct Looks {
    pub name: String,
    /// Nothing where what is stored cannot be read: then it stays as it is.
    pub scopes: Option<Scopes>,
    pub addresses: Option<AddressList>,
    pub origins: Option<OriginList>,
    pub requests_per_minute: Option<u32>,
    pub metadata: Metadata,
}

impl Looks {
    fn of(key: &Key) -> Self {
        Self {
            name: key.detail.summary.name.clone(),
            scopes: key.detail.summary.scopes.clone(),
            addresses: key.detail.allowed_addresses.clone(),
            origins: key.origins.clone(),
            requests_per_minute: key.requests_per_minute,
            metadata: key.metadata.clone(),
        }
    }

    /// What the audit log keeps of it; metadata is the product's own.
    fn told(&self) -> serde_json::Value {
        json!({ "name": self.name,
                "scopes": self.scopes.as_ref().map(|scopes| scopes.words().collect::<Vec<_>>()),
                "addresses": self.addresses.as_ref().map(|addresses| addresses.words().collect::<Vec<_>>()),
                "origins": self.origins.as_ref().map(|origins| origins.words().collect::<Vec<_>>()),
                "requestsPerMinute": self.requests_per_minute })
    }
}

async fn living<'a>(ctx: &Ctx, by: KeyManager<'a>, id: CredentialId) -> Result<(db::Tx, Manager<'a>, Key), ChangeKeyError> {
    let (tx, manager, key) = detail::open(ctx, by, id).await?;
    if key.is_living(ctx.now()) { Ok((tx, manager, key)) } else { Err(ChangeKeyError::Ended) }
}

/// What cannot be read allows nothing, so anything that can be read would be more.
fn allow(manager: &Manager<'_>, key: &Key, to: &KeyChange) -> Result<(), ChangeKeyError> {
    let has = |wanted: &str| key.detail.summary.scopes.as_ref().is_some_and(|scopes| scopes.words().any(|word| word == wanted));
    if let Some(more) = to.scopes.iter().flat_map(Scopes::words).find(|word| !has(word)) {
        return Err(ChangeKeyError::MoreScopes(more.to_owned()));
    }
    if let Some(wanted) = &to.allowed_addresses
        && !key.detail.allowed_addresses.as_ref().is_some_and(|own| wanted.is_within(own))
    {
        return Err(ChangeKeyError::MoreAddresses);
    }
    if let Some(wanted) = &to.origins {
        let fewer = key.origins.as_ref().is_some_and(|own| wanted.is_within(own));
        if (key.kind == KeyKind::Secret && !wanted.is_empty()) || (manager.key.is_some() && !fewer) {
            return Err(ChangeKeyError::MoreOrigins);
        }
    }
    match (key.requests_per_minute, to.requests_per_minute) {
        (Some(own), Some(wanted)) if wanted > own => Err(ChangeKeyError::MoreRequests),
        _ => Ok(()),
    }
}
