//! "Confirm it's you": the password again, in a session that has been open for a while.
//!
//! Whoever borrows a browser, or steals its cookie, gets no further than looking. The confirmation belongs to the one
//! session in which the password was typed.

use super::compare::compare;
use super::store;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Account, Busy, Confirmed, Match, PasswordAttempt, Person};
use crate::domain::attempts::{self, Target, TooMany};
use crate::domain::audit::{self, Action, Actor, Event};

/// Why nobody was confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The password is another, or the session has ended meanwhile.
    #[error("the password is wrong")]
    Wrong,
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

/// Compares the password of the person who is present, and notes in their session that it was right. The attempt is
/// counted before anything is hashed, by the counter that sign-in counts on.
///
/// # Errors
/// [`ConfirmError::Wrong`] when the password is wrong.
pub async fn confirm(ctx: &Ctx, by: &Person, password: &PasswordAttempt) -> Result<Confirmed, ConfirmError> {
    let stored = |account: &Account| account.password.as_ref().map(|hash| hash.as_str().to_owned());
    let target = Target::Account(by.id());
    let (matched, attempt) = compare::<ConfirmError>(ctx, target, password, by.account().password.as_ref(), by.origin()).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    // Read again in the transaction: the password may have been changed while this one was hashed.
    let current = accounts::by_id(&mut tx, by.id()).await?;
    let same = current.is_some_and(|current| stored(&current) == stored(by.account()));
    let confirmed = matched != Match::No && same && store::confirm(&mut tx, by.id(), by.session(), now).await?;
    if confirmed {
        attempts::succeed_in(&mut tx, &attempt).await?;
    }
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::Confirmed, by.id()).of(by.session());
    audit::record(&mut tx, ctx, now, if confirmed { event } else { event.refused() }).await?;
    tx.commit().await?;
    if confirmed { Ok(Confirmed::just_now(by.clone(), now)) } else { Err(ConfirmError::Wrong) }
}
