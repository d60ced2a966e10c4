//! Setting up a second factor, and taking it away: what it means for the account and for the session it happens in.

use super::store;
use crate::base::secret::{PlainSecret, base62_of_32};
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::access;
use crate::domain::accounts::Confirmed;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};
use crate::domain::second_factor::{self, Enrolling};

/// Why the authenticator app was not switched on.
#[derive(Debug, thiserror::Error)]
pub enum SwitchOnError {
    /// The code is wrong, or the secret was shown too long ago.
    #[error("the code is wrong")]
    Wrong,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why the second factor was not switched off.
#[derive(Debug, thiserror::Error)]
pub enum SwitchOffError {
    /// The account has none.
    #[error("there is no second factor")]
    NotOn,
    /// One of the person's roles needs it.
    #[error("an administrator requires a second factor for this account")]
    Required,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Switches the authenticator app on with one of its codes. Returns the new key of this session, which is worth more than
/// before.
///
/// # Errors
/// When the code is wrong; then nothing has changed.
pub async fn switch_on(ctx: &Ctx, by: &Enrolling, typed: &str) -> Result<PlainSecret, SwitchOnError> {
    let (now, account) = (ctx.now(), by.account());
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let mut tx = ctx.db.write().await?;
    let on = second_factor::switch_on_in(&mut tx, ctx, by, typed).await?;
    if !on || !store::rekey(&mut tx, by.id(), by.session(), &ctx.keys.digest(key.reveal())).await? {
        return Err(SwitchOnError::Wrong);
    }
    // Whatever was remembered of the account says that it has none.
    tx.narrow(Change::Account(by.id().to_db()), now).await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::FactorAdded, by.id());
    audit::record(&mut tx, ctx, now, event).await?;
    let message = Message::FactorAdded { name: account.name.clone(), cause: Cause::new(now, by.origin()) };
    ctx.post(&mut tx, account, &message, NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(key)
}

/// Switches the second factor off, and ends its recovery codes.
///
/// # Errors
/// When the account has none, or has to have one.
pub async fn switch_off(ctx: &Ctx, by: &Confirmed) -> Result<(), SwitchOffError> {
    let (now, person) = (ctx.now(), by.person());
    let mut tx = ctx.db.write().await?;
    if access::needs_factor_in(&mut tx, person.account()).await? {
        return Err(SwitchOffError::Required);
    }
    if !second_factor::switch_off_in(&mut tx, person.id()).await? {
        return Err(SwitchOffError::NotOn);
    }
    tx.narrow(Change::Account(person.id().to_db()), now).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::FactorRemoved, person.id());
    audit::record(&mut tx, ctx, now, event).await?;
    let account = person.account();
    let message = Message::FactorRemoved { name: account.name.clone(), cause: Cause::new(now, person.origin()) };
    ctx.post(&mut tx, account, &message, NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}
