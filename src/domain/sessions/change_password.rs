//! Changing one's password: needs the current one, and ends every other session.

use super::end::end_others_in;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Busy, Match, Password, PasswordAttempt, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::{Counted, Exhausted};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};

/// Why the password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current password is another.
    #[error("the current password is wrong")]
    WrongCurrent,
    /// Too many attempts on this account.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Changes the password, ends the person's other sessions and tells them by mail.
///
/// # Errors
/// When the current password is wrong; then nothing has changed.
pub async fn change_password(
    ctx: &Ctx,
    by: &Person,
    current: &PasswordAttempt,
    new: &Password,
) -> Result<(), ChangePasswordError> {
    ctx.limits.take(Counted::SignInTo(by.email().key().to_owned()), ctx.settings.sign_in_rate, ctx.now())?;
    let account = by.account();
    if ctx.hasher.verify(current, account.password.as_ref()).await? == Match::No {
        refuse(ctx, by).await?;
        return Err(ChangePasswordError::WrongCurrent);
    }
    let hash = ctx.hasher.hash(new, &ctx.rng).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    if !accounts::set_password(&mut tx, by.id(), account.password.as_ref(), &hash, now).await? {
        return Err(ChangePasswordError::WrongCurrent);
    }
    end_others_in(&mut tx, ctx, by).await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::PasswordChanged, by.id());
    audit::record(&mut tx, &ctx.rng, now, event).await?;
    let message = Message::PasswordChanged { name: account.name.clone(), cause: Cause::new(now, by.origin()) };
    ctx.post(&mut tx, account, &message, NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

async fn refuse(ctx: &Ctx, by: &Person) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::PasswordChanged, by.id()).refused();
    audit::record(&mut tx, &ctx.rng, ctx.now(), event).await?;
    tx.commit().await
}
