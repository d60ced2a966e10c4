//! The person types the code, looks at who asks, and decides.

use serde_json::json;

use super::store::{self, Device};
use super::user_code::UserCode;
use crate::base::time::Timestamp;
use crate::db::{self, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::access::{self, Scopes};
use crate::domain::accounts::{Confirmed, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::clients::authorize::given;
use crate::domain::clients::{Client, DeviceSignIn, read};
use crate::domain::limits::{Counted, Exhausted, Rate};

/// A device that waits for somebody.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The app that it asks for.
    pub client: Client,
    /// What of it this person can give.
    pub scopes: Scopes,
    /// For whom its tokens are to be.
    pub audiences: Vec<String>,
    /// Where the device is.
    pub address: String,
    /// What it says that it is.
    pub agent: String,
    /// When it asked.
    pub asked_at: Timestamp,
    /// Whether it asks for something, whatever of it can be given.
    pub asks_for_scopes: bool,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// No device that waits has this code.
    #[error("no device waits with this code")]
    NoSuch,
    /// Nothing of what the device asks for is the person's to give.
    #[error("nothing of what the device asks for is this person's to give")]
    NothingToGive,
    /// Too many wrong codes.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Four at once and one more in 15 minutes: five in the life of a code.
fn rate() -> Rate {
    Rate::per_hour(4)
}

/// The device that waits with this code.
///
/// # Errors
/// When there is none, or too many wrong codes were typed.
pub async fn look(ctx: &Ctx, by: &Person, code: &UserCode) -> Result<Waiting, DecideError> {
    let tries = Tries::take(ctx, by)?;
    let mut cx = ctx.db.read().await?;
    let (device, client) = waiting(&mut cx, ctx, code).await?.ok_or(DecideError::NoSuch)?;
    tries.give_back(ctx);
    let scopes = given(&access::catalogue_in(&mut cx).await?, &device.scopes, &by.account().roles);
    Ok(Waiting {
        client,
        scopes,
        audiences: device.audiences.words().map(str::to_owned).collect(),
        address: device.address,
        agent: device.agent,
        asked_at: device.created_at,
        asks_for_scopes: !device.scopes.names().is_empty(),
    })
}

/// Lets the device in: it gets its tokens with its next question.
///
/// # Errors
/// When it does not wait any more, or nothing can be given; then nothing has changed.
pub async fn approve(ctx: &Ctx, by: &Confirmed, code: &UserCode) -> Result<(), DecideError> {
    let (by, now) = (by.person(), ctx.now());
    let (mut tx, device, client) = open(ctx, by, code).await?;
    let scopes = given(&access::catalogue_in(&mut tx).await?, &device.scopes, &by.account().roles);
    if scopes.names().is_empty() && !device.scopes.names().is_empty() {
        return Err(DecideError::NothingToGive);
    }
    if !store::approve(&mut tx, device.id, by.id(), &scopes, now).await? {
        return Err(DecideError::NoSuch);
    }
    let details = json!({ "app": client.name(), "scopes": scopes.words().collect::<Vec<_>>(),
                          "device": { "address": device.address, "agent": device.agent } });
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::AppAllowed, by.id()).of(client.id).with(details);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps the device out.
///
/// # Errors
/// When it does not wait any more; then nothing has changed.
pub async fn deny(ctx: &Ctx, by: &Person, code: &UserCode) -> Result<(), DecideError> {
    let now = ctx.now();
    let (mut tx, device, client) = open(ctx, by, code).await?;
    if !store::deny(&mut tx, device.id, by.id(), now).await? {
        return Err(DecideError::NoSuch);
    }
    let details = json!({ "app": client.name(), "device": { "address": device.address, "agent": device.agent } });
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::AppDenied, by.id()).of(client.id).with(details);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(())
}

/// A transaction with the device that waits with this code.
async fn open(ctx: &Ctx, by: &Person, code: &UserCode) -> Result<(Tx, Device, Client), DecideError> {
    let tries = Tries::take(ctx, by)?;
    let mut tx = ctx.db.write().await?;
    let (device, client) = waiting(&mut tx, ctx, code).await?.ok_or(DecideError::NoSuch)?;
    tries.give_back(ctx);
    Ok((tx, device, client))
}

async fn waiting(cx: &mut Cx, ctx: &Ctx, code: &UserCode) -> db::Result<Option<(Device, Client)>> {
    let Some(device) = store::waiting(cx, &store::user_digest(ctx, code), ctx.now()).await? else { return Ok(None) };
    let client = read::enabled_in(cx, device.client).await?;
    Ok(client.filter(|client| client.facts.device == DeviceSignIn::Allowed).map(|client| (device, client)))
}

/// One try of a person in a network, taken before anything is compared.
struct Tries([Counted; 2]);

impl Tries {
    fn take(ctx: &Ctx, by: &Person) -> Result<Self, Exhausted> {
        let both = [Counted::DeviceCodeBy(by.id()), Counted::DeviceCodeFrom(by.origin().network())];
        let [person, network] = both.clone();
        ctx.limits.take(person.clone(), rate(), ctx.now())?;
        ctx.limits.take(network, rate(), ctx.now()).inspect_err(|_| ctx.limits.give_back(&person, rate()))?;
        Ok(Self(both))
    }

    /// The code was right: the try does not count.
    fn give_back(self, ctx: &Ctx) {
        self.0.iter().for_each(|counted| ctx.limits.give_back(counted, rate()));
    }
}
