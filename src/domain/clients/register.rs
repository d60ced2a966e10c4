//! Registering an app, changing it and taking it away.

use serde_json::{Value, json};

use super::client::{Client, ClientDraft, DeviceSignIn, REDIRECTS_AT_MOST};
use super::redirect::RedirectUri;
use super::store;
use crate::base::id::ClientId;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::access::{self, Audiences, ConfirmedAdministrator, ScopeName};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::sessions;

/// How many apps there are at the most.
pub const CLIENTS_AT_MOST: usize = 200;

/// Why no app was registered, or one was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Another app is called so.
    #[error("there is an app of this name")]
    NameTaken,
    /// There are as many as fit.
    #[error("there are {CLIENTS_AT_MOST} apps, which is the most")]
    TooMany,
    /// More addresses than fit.
    #[error("an app is led back to {REDIRECTS_AT_MOST} addresses at the most")]
    TooManyRedirects,
    /// Nobody could sign in with it.
    #[error("an app needs an address to be led back to, or device sign-in")]
    NoWayIn,
    /// There is no such scope.
    #[error("there is no scope {0}")]
    UnknownScope(String),
    /// There is no such audience.
    #[error("there is no audience {0}")]
    UnknownAudience(String),
    /// There is no such app.
    #[error("there is no such app")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why an app was not disabled, enabled or deleted.
#[derive(Debug, thiserror::Error)]
pub enum ChangeClientError {
    /// There is no such app.
    #[error("there is no such app")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Registers an app.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn register(ctx: &Ctx, by: &ConfirmedAdministrator, draft: ClientDraft) -> Result<ClientId, RegisterError> {
    let now = ctx.now();
    let mut tx = begin(ctx).await?;
    if store::count(&mut tx).await? >= CLIENTS_AT_MOST {
        return Err(RegisterError::TooMany);
    }
    check(&mut tx, None, &draft).await?;
    let client = Client { id: ClientId::new(now, &ctx.rng), facts: draft, created_at: now, disabled_at: None };
    store::insert(&mut tx, &client, by.person().id()).await?;
    record(&mut tx, ctx, by, Action::AppRegistered, (client.id, told(&client.facts))).await?;
    tx.commit().await?;
    Ok(client.id)
}

/// Changes an app. Where it may ask for less from now on, what people are asked or have decided and it has not redeemed is
/// void, and grants that hold more end.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn change(ctx: &Ctx, by: &ConfirmedAdministrator, id: ClientId, draft: ClientDraft) -> Result<(), RegisterError> {
    let mut tx = begin(ctx).await?;
    let before = store::find(&mut tx, id).await?.ok_or(RegisterError::NotFound)?;
    check(&mut tx, Some(&before), &draft).await?;
    if before.facts == draft {
        return Ok(());
    }
    store::update(&mut tx, id, &draft, ctx.now()).await?;
    let mut ended = 0;
    if narrows(&before.facts, &draft) {
        store::forget_requests(&mut tx, id).await?;
        ended = sessions::end_beyond_in(&mut tx, id, (&draft.scopes, &draft.audiences), ctx.now()).await?;
    }
    tx.narrow(Change::Policy, ctx.now()).await?;
    let facts = json!({ "before": told(&before.facts), "after": told(&draft), "grants": ended });
    record(&mut tx, ctx, by, Action::AppChanged, (id, facts)).await?;
    tx.commit().await?;
    Ok(())
}

/// Stops an app: nobody can let it in, and every grant of it ends. One that is disabled stays as it is.
///
/// # Errors
/// When there is no such app.
pub async fn disable(ctx: &Ctx, by: &ConfirmedAdministrator, id: ClientId) -> Result<(), ChangeClientError> {
    let now = ctx.now();
    let mut tx = begin(ctx).await?;
    let client = store::find(&mut tx, id).await?.ok_or(ChangeClientError::NotFound)?;
    if client.disabled_at.is_some() {
        return Ok(());
    }
    store::set_disabled(&mut tx, id, Some(now), now).await?;
    store::forget_requests(&mut tx, id).await?;
    let ended = sessions::end_of_client_in(&mut tx, id, now).await?;
    tx.narrow(Change::Policy, now).await?;
    record(&mut tx, ctx, by, Action::AppDisabled, (id, json!({ "name": client.name(), "grants": ended }))).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets people use a disabled app again. What ended when it was disabled stays ended.
///
/// # Errors
/// When there is no such app.
pub async fn enable(ctx: &Ctx, by: &ConfirmedAdministrator, id: ClientId) -> Result<(), ChangeClientError> {
    let mut tx = begin(ctx).await?;
    let client = store::find(&mut tx, id).await?.ok_or(ChangeClientError::NotFound)?;
    if client.disabled_at.is_none() {
        return Ok(());
    }
    store::set_disabled(&mut tx, id, None, ctx.now()).await?;
    record(&mut tx, ctx, by, Action::AppEnabled, (id, json!({ "name": client.name() }))).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes an app with everything that people allowed it.
///
/// # Errors
/// When there is no such app.
pub async fn delete(ctx: &Ctx, by: &ConfirmedAdministrator, id: ClientId) -> Result<(), ChangeClientError> {
    let now = ctx.now();
    let mut tx = begin(ctx).await?;
    let client = store::find(&mut tx, id).await?.ok_or(ChangeClientError::NotFound)?;
    let ended = sessions::end_of_client_in(&mut tx, id, now).await?;
    store::delete(&mut tx, id).await?;
    tx.narrow(Change::Policy, now).await?;
    record(&mut tx, ctx, by, Action::AppDeleted, (id, json!({ "name": client.name(), "grants": ended }))).await?;
    tx.commit().await?;
    Ok(())
}

/// A transaction in which nobody else decides about apps.
async fn begin(ctx: &Ctx) -> db::Result<Tx> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    Ok(tx)
}

/// The rules for what is said about an app; what it has had already may have gone from the lists since.
async fn check(tx: &mut Tx, before: Option<&Client>, draft: &ClientDraft) -> Result<(), RegisterError> {
    if draft.redirect_uris.len() > REDIRECTS_AT_MOST {
        return Err(RegisterError::TooManyRedirects);
    }
    if draft.redirect_uris.is_empty() && draft.device == DeviceSignIn::Forbidden {
        return Err(RegisterError::NoWayIn);
    }
    let named = store::named(tx, &draft.name.key()).await?;
    if named.is_some_and(|other| before.is_none_or(|before| before.id != other)) {
        return Err(RegisterError::NameTaken);
    }
    let catalogue = access::catalogue_in(tx).await?;
    if let Some(scope) = draft.scopes.names().iter().find(|name| catalogue.find(name).is_none()) {
        return Err(RegisterError::UnknownScope(scope.as_str().to_owned()));
    }
    let had = |word: &&str| before.is_some_and(|before| before.facts.audiences.words().any(|own| own == *word));
    match access::unknown_audience_in(tx, draft.audiences.words().filter(|word| !had(word))).await? {
        Some(word) => Err(RegisterError::UnknownAudience(word)),
        None => Ok(()),
    }
}

/// Whether there is anything that the app might do before and may not do after.
fn narrows(before: &ClientDraft, after: &ClientDraft) -> bool {
    before.scopes.names().iter().any(|name| !after.scopes.names().contains(name))
        || before.audiences.words().any(|word| after.audiences.words().all(|other| other != word))
        || before.redirect_uris.iter().any(|uri| !after.redirect_uris.contains(uri))
        || (before.device, after.device) == (DeviceSignIn::Allowed, DeviceSignIn::Forbidden)
}

fn told(facts: &ClientDraft) -> Value {
    json!({
        "name": facts.name.as_str(),
        "redirectUris": facts.redirect_uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>(),
        "deviceSignIn": facts.device.as_str(),
        "scopes": facts.scopes.names().iter().map(ScopeName::as_str).collect::<Vec<_>>(),
        "audiences": Audiences::words(&facts.audiences).collect::<Vec<_>>(),
    })
}

async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    action: Action,
    (id, facts): (ClientId, Value),
) -> db::Result<()> {
    let person = by.person();
    let event = Event::done(Actor::Account(person.id()), person.origin(), action, person.id()).of(id).with(facts);
    audit::record(tx, ctx, ctx.now(), event).await
}
