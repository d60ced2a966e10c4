//! Changing one's password: needs the current one, ends every other session and gives this one a new key.

use serde_json::json;

use super::compare::compare;
use super::store;
use crate::base::secret::{PlainSecret, base62_of_32};
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Busy, Confirmed, Match, Password, PasswordAttempt, Person};
use crate::domain::attempts::{self, Target, TooMany};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};

/// Why the password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current password is another.
    #[error("the current password is wrong")]
    WrongCurrent,
    /// Too many attempts on this account.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Changes the password, ends the person's other sessions and tells them by mail. Returns the new key of this session:
/// whoever copied the old one is signed out too.
///
/// # Errors
/// When the current password is wrong; then nothing has changed.
pub async fn change_password(
    ctx: &Ctx,
    by: &Person,
    current: &PasswordAttempt,
    new: &Password,
) -> Result<PlainSecret, ChangePasswordError> {
    let account = by.account();
    let target = Target::Account(by.id());
    let (matched, attempt) = compare::<ChangePasswordError>(ctx, target, current, account.password.as_ref(), by.origin()).await?;
    if matched == Match::No {
        refuse(ctx, by).await?;
        return Err(ChangePasswordError::WrongCurrent);
    }
    let hash = ctx.hasher.hash(new, &ctx.rng).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    if !accounts::set_password(&mut tx, by.id(), account.password.as_ref(), &hash, now).await? {
        return Err(ChangePasswordError::WrongCurrent);
    }
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    if !store::rekey(&mut tx, by.id(), by.session(), &ctx.keys.digest(key.reveal())).await? {
        return Err(ChangePasswordError::WrongCurrent);
    }
    attempts::succeed_in(&mut tx, &attempt).await?;
    end_others(&mut tx, ctx, by).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(key)
}

/// The same for somebody who showed a short while ago who they are. A browser's session gets a new key, which is returned.
///
/// # Errors
/// [`ChangePasswordError::WrongCurrent`] when the session has ended, or the password was changed, meanwhile.
pub async fn replace_password(ctx: &Ctx, by: &Confirmed, new: &Password) -> Result<Option<PlainSecret>, ChangePasswordError> {
    let person = by.person();
    let hash = ctx.hasher.hash(new, &ctx.rng).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let old = person.account().password.as_ref();
    if !accounts::set_password(&mut tx, person.id(), old, &hash, now).await?
        || !store::confirm(&mut tx, person.id(), person.session(), now).await?
    {
        return Err(ChangePasswordError::WrongCurrent);
    }
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let rekeyed = store::rekey(&mut tx, person.id(), person.session(), &ctx.keys.digest(key.reveal())).await?;
    end_others(&mut tx, ctx, person).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(rekeyed.then_some(key))
}

/// Ends the person's other sessions, and tells them of their new password.
async fn end_others(tx: &mut Tx, ctx: &Ctx, by: &Person) -> db::Result<()> {
    let now = ctx.now();
    let ended = store::end_others(tx, by.id(), by.session(), now).await?;
    tx.narrow(Change::Account(by.id().to_db()), now).await?;
    let event =
        Event::done(Actor::Account(by.id()), by.origin(), Action::PasswordChanged, by.id()).with(json!({ "others": ended }));
    audit::record(tx, ctx, now, event).await?;
    let (name, cause) = (by.account().name.clone(), Cause::new(now, by.origin()));
    ctx.post(tx, by.account(), &Message::PasswordChanged { name, tokens_revoked: 0, cause }, NOTICE_LIFE).await
}

async fn refuse(ctx: &Ctx, by: &Person) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::PasswordChanged, by.id()).refused();
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await
}
