//! Changing a token that is there: pause, resume, rename, narrow. It never becomes more than it was.
//!
//! Each of them takes the stamp's row first, as rotation does, so that two changes of one token never wait for each
//! other in a circle.

pub(super) mod store;

use serde_json::{Value, json};

use super::addresses::AddressList;
use super::detail::{self, Detail};
use crate::base::id::{AccountId, CredentialId};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db::{self, Change, Error, Tx};
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::accounts::Person;
use crate::domain::audit::{self, Action, Actor, Event};

/// Why a token was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The person has no such token.
    #[error("there is no such token")]
    NotFound,
    /// It is revoked or expired.
    #[error("this token has ended, so nothing about it can be changed. Create a new one")]
    Ended,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why a token kept its name.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// A living token of this person has this name.
    #[error("you already have a token with this name. Choose another")]
    NameTaken,
    /// It cannot be changed.
    #[error(transparent)]
    Unchanged(#[from] ChangeError),
}

/// Why a token was not narrowed.
#[derive(Debug, thiserror::Error)]
pub enum NarrowError {
    /// It does not have this scope.
    #[error("a token cannot gain the scope {0}. Create a new token for that")]
    MoreScopes(String),
    /// It may not be used from all of these addresses.
    #[error("a token cannot be opened to more addresses. Create a new token for that")]
    MoreAddresses,
    /// It cannot be changed.
    #[error(transparent)]
    Unchanged(#[from] ChangeError),
}

impl From<db::Error> for RenameError {
    fn from(error: db::Error) -> Self {
        Self::Unchanged(error.into())
    }
}

impl From<db::Error> for NarrowError {
    fn from(error: db::Error) -> Self {
        Self::Unchanged(error.into())
    }
}

/// What is to be left of a token.
#[derive(Debug, Clone)]
pub struct Narrower {
    /// The scopes it keeps.
    pub scopes: Scopes,
    /// From where it may still be used.
    pub allowed_addresses: AddressList,
}

/// Refuses a token from its next request on, until it is resumed. One that is paused stays as it is.
///
/// # Errors
/// When it is not theirs, or has ended.
pub async fn pause(ctx: &Ctx, by: &Person, id: CredentialId) -> Result<(), ChangeError> {
    let (mut tx, token) = open(ctx, by.id(), id).await?;
    if token.summary.paused_at.is_some() {
        return Ok(());
    }
    store::set_paused(&mut tx, id, Some(ctx.now()), ctx.now()).await?.then_some(()).ok_or(ChangeError::Ended)?;
    close(tx, ctx, by, Changed { id, action: Action::TokenPaused, details: json!({ "name": token.summary.name }) }).await?;
    Ok(())
}

/// Lets a paused token work again. One that works stays as it is.
///
/// # Errors
/// When it is not theirs, or has ended.
pub async fn resume(ctx: &Ctx, by: &Person, id: CredentialId) -> Result<(), ChangeError> {
    let (mut tx, token) = open(ctx, by.id(), id).await?;
    if token.summary.paused_at.is_none() {
        return Ok(());
    }
    store::set_paused(&mut tx, id, None, ctx.now()).await?.then_some(()).ok_or(ChangeError::Ended)?;
    close(tx, ctx, by, Changed { id, action: Action::TokenResumed, details: json!({ "name": token.summary.name }) }).await?;
    Ok(())
}

/// Gives a token another name, under the rules for a new one.
///
/// # Errors
/// When the name is taken, or the token is not theirs or has ended.
pub async fn rename(ctx: &Ctx, by: &Person, id: CredentialId, name: &Label) -> Result<(), RenameError> {
    let now = ctx.now();
    let (mut tx, token) = open(ctx, by.id(), id).await?;
    if token.summary.name == name.as_str() {
        return Ok(());
    }
    super::store::free_name(&mut tx, by.id(), &name.key(), now).await?;
    let renamed = store::set_name(&mut tx, id, name, now).await.map_err(|error| match error {
        Error::Taken => RenameError::NameTaken,
        error => error.into(),
    })?;
    renamed.then_some(()).ok_or(ChangeError::Ended)?;
    let details = json!({ "name": name.as_str(), "before": token.summary.name });
    close(tx, ctx, by, Changed { id, action: Action::TokenRenamed, details }).await?;
    Ok(())
}

/// Takes scopes from a token, or restricts the addresses that it may be used from. It binds on the next request.
///
/// # Errors
/// When the token would gain something, is not theirs, or has ended.
pub async fn narrow(ctx: &Ctx, by: &Person, id: CredentialId, to: &Narrower) -> Result<(), NarrowError> {
    let (mut tx, token) = open(ctx, by.id(), id).await?;
    if token.summary.scopes.as_ref() == Some(&to.scopes) && token.allowed_addresses.as_ref() == Some(&to.allowed_addresses) {
        return Ok(());
    }
    if let Some(more) = to.scopes.words().find(|word| !token.has_scope(word)) {
        return Err(NarrowError::MoreScopes(more.to_owned()));
    }
    // What cannot be read allows nothing, so anything that can be read would be more.
    let (Some(scopes), Some(addresses)) = (&token.summary.scopes, &token.allowed_addresses) else {
        return Err(NarrowError::MoreAddresses);
    };
    if !to.allowed_addresses.is_within(addresses) {
        return Err(NarrowError::MoreAddresses);
    }
    let narrowed = store::set_reach(&mut tx, id, &to.scopes, &to.allowed_addresses, ctx.now()).await?;
    narrowed.then_some(()).ok_or(ChangeError::Ended)?;
    let details = json!({ "name": token.summary.name,
                          "before": reach(scopes, addresses), "after": reach(&to.scopes, &to.allowed_addresses) });
    close(tx, ctx, by, Changed { id, action: Action::TokenNarrowed, details }).await?;
    Ok(())
}

impl Detail {
    fn has_scope(&self, wanted: &str) -> bool {
        self.summary.scopes.as_ref().is_some_and(|scopes| scopes.words().any(|word| word == wanted))
    }
}

fn reach(scopes: &Scopes, addresses: &AddressList) -> Value {
    json!({ "scopes": scopes.words().collect::<Vec<_>>(), "addresses": addresses.words().collect::<Vec<_>>() })
}

/// Begins a change of a living token.
pub(super) async fn open(ctx: &Ctx, account: AccountId, id: CredentialId) -> Result<(Tx, Detail), ChangeError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let token = living(&mut tx, account, id, ctx.now()).await?;
    Ok((tx, token))
}

/// A living token, in the transaction that changes it.
pub(super) async fn living(tx: &mut Tx, account: AccountId, id: CredentialId, now: Timestamp) -> Result<Detail, ChangeError> {
    let token = detail::store::find(tx, account, id).await?.ok_or(ChangeError::NotFound)?;
    if token.summary.is_living(now) { Ok(token) } else { Err(ChangeError::Ended) }
}

/// What was changed, for the audit log.
pub(super) struct Changed {
    pub id: CredentialId,
    pub action: Action,
    pub details: Value,
}

/// Ends a change. Every process forgets what it knew of the token, also where that was less than it is now.
pub(super) async fn close(mut tx: Tx, ctx: &Ctx, by: &Person, changed: Changed) -> db::Result<()> {
    record(&mut tx, ctx, by, changed).await?;
    tx.commit().await
}

/// The same without the commit, for a change that has more to do.
pub(super) async fn record(tx: &mut Tx, ctx: &Ctx, by: &Person, changed: Changed) -> db::Result<()> {
    let now = ctx.now();
    tx.narrow(Change::Credential(changed.id.to_db()), now).await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), changed.action, by.id()).of(changed.id).with(changed.details);
    audit::record(tx, ctx, now, event).await
}
