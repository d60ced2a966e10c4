//! A device begins.

use super::store::{self, NewDevice};
use super::user_code::UserCode;
use super::{INTERVAL, LIFE};
use crate::base::id::DeviceCodeId;
use crate::base::net::Origin;
use crate::base::secret::{PlainSecret, base62_of_32};
use crate::base::time::Span;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access;
use crate::domain::clients::authorize::{asked_audiences, asked_scopes};
use crate::domain::clients::{DeviceSignIn, read};
use crate::domain::limits::{Counted, Exhausted};

/// What a device sends along, as it came; what is empty counts as absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeviceAsked<'a> {
    /// `client_id`
    pub client_id: Option<&'a str>,
    /// `scope`
    pub scope: Option<&'a str>,
    /// `audience`, or `resource`
    pub audience: Option<&'a str>,
}

/// What a device gets.
pub struct BegunDevice {
    /// What it asks with.
    pub device_code: PlainSecret,
    /// What it shows.
    pub user_code: UserCode,
    /// How long both live.
    pub life: Span,
    /// How many seconds it waits between two questions.
    pub interval: i64,
}

/// Why a device gets no code.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// No app that there is and that may be used.
    #[error("there is no such app, or it is disabled")]
    UnknownClient,
    /// Devices may not ask for this app.
    #[error("device sign-in is not allowed for this app")]
    NotAllowed,
    /// A scope that cannot be, or none that the app may ask for.
    #[error("scope names nothing that this app may ask for")]
    Scope,
    /// Nobody that the app may have tokens for.
    #[error("this app may not have tokens for that audience")]
    Audience,
    /// Too many from one network.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Makes the two codes.
///
/// # Errors
/// When a rule forbids it; then there are none.
pub async fn begin(ctx: &Ctx, asked: &DeviceAsked<'_>, origin: &Origin) -> Result<BegunDevice, BeginError> {
    let now = ctx.now();
    ctx.limits.take(Counted::DeviceFrom(origin.network()), ctx.settings.sign_in_rate, now)?;
    let id = asked.client_id.and_then(|id| id.parse().ok()).ok_or(BeginError::UnknownClient)?;
    let mut tx = ctx.db.write().await?;
    let client = read::enabled_in(&mut tx, id).await?.ok_or(BeginError::UnknownClient)?;
    if client.facts.device == DeviceSignIn::Forbidden {
        return Err(BeginError::NotAllowed);
    }
    let catalogue = access::catalogue_in(&mut tx).await?;
    let scopes = asked_scopes(&client, &catalogue, asked.scope).ok_or(BeginError::Scope)?;
    let audiences = asked_audiences(&client, &ctx.settings.public_url, asked.audience).ok_or(BeginError::Audience)?;
    let device_code = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let user_code = UserCode::generate(&ctx.rng);
    let new = NewDevice {
        id: DeviceCodeId::new(now, &ctx.rng),
        digest: store::digest(ctx, device_code.reveal()),
        user_code: store::user_digest(ctx, &user_code),
        client: client.id,
        scopes: &scopes,
        audiences: &audiences,
        origin,
        interval: INTERVAL,
    };
    store::insert(&mut tx, &new, now, now + LIFE).await?;
    tx.commit().await?;
    Ok(BegunDevice { device_code, user_code, life: LIFE, interval: INTERVAL })
}
