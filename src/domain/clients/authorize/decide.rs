//! The person decides.

use serde_json::json;

use super::store::{self, NewCode};
use super::{Request, given};
use crate::base::secret::{PlainSecret, base62_of_32};
use crate::base::time::Span;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access;
use crate::domain::accounts::{self, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::clients::read;

/// How long a code lives: as long as it takes to lead a browser back (RFC 9700 section 2.1.1).
const LIFE: Span = Span::seconds(60);

/// Why a yes became nothing.
#[derive(Debug, thiserror::Error)]
pub enum AllowError {
    /// The app was disabled or changed in the meantime.
    #[error("the app is not what it was when it asked")]
    Gone,
    /// Nothing of what it asks for is the person's to give.
    #[error("nothing of what the app asks for is this person's to give")]
    NothingToGive,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Lets the app in, and makes the code that it redeems.
///
/// # Errors
/// When the app, the person or the scopes are not what they were when the page was made; then there is no code.
pub async fn allow(ctx: &Ctx, by: &Person, request: &Request) -> Result<PlainSecret, AllowError> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let client = read::enabled_in(&mut tx, request.client.id).await?.ok_or(AllowError::Gone)?;
    let account = accounts::by_id(&mut tx, by.id()).await?.filter(|account| account.suspended_at.is_none());
    let account = account.ok_or(AllowError::Gone)?;
    if !client.is_led_to(&request.redirect_uri) {
        return Err(AllowError::Gone);
    }
    let catalogue = access::catalogue_in(&mut tx).await?;
    let allowed = super::asked_scopes(&client, &catalogue, Some(&request.scopes.words().collect::<Vec<_>>().join(" ")));
    let scopes = given(&catalogue, &allowed.unwrap_or_default(), &account.roles);
    if scopes.names().is_empty() && !request.scopes.names().is_empty() {
        return Err(AllowError::NothingToGive);
    }
    let code = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let new = NewCode { digest: store::digest(ctx, code.reveal()), account: account.id, request, scopes: &scopes };
    store::insert(&mut tx, &new, now, now + LIFE).await?;
    let details =
        json!({ "app": client.name(), "scopes": scopes.words().collect::<Vec<_>>(), "redirectUri": request.redirect_uri });
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::AppAllowed, by.id()).of(client.id).with(details);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(code)
}

/// Keeps the app out.
///
/// # Errors
/// When the database does not take the event.
pub async fn deny(ctx: &Ctx, by: &Person, request: &Request) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::AppDenied, by.id())
        .of(request.client.id)
        .with(json!({ "app": request.client.name() }));
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await
}
