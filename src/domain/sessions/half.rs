//! A session that waits for the second factor: the password was right, a code has to follow within five minutes and five
//! attempts. It is nobody's session until then; all it can do is take a code, or end.

use super::gate::{self, Begun};
use super::store;
use crate::base::id::SessionId;
use crate::base::net::Origin;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Account};
use crate::domain::attempts::{self, Target, TooMany};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::second_factor;

/// How many wrong codes end it.
const WRONG_CODES: i64 = 5;

/// A session that waits for a code.
#[derive(Debug, Clone)]
pub struct HalfSession {
    account: Account,
    session: SessionId,
    origin: Origin,
}

impl HalfSession {
    pub(super) fn new(account: Account, session: SessionId, origin: Origin) -> Self {
        Self { account, session, origin }
    }

    /// Whose it would be.
    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// Which.
    pub(super) fn session(&self) -> SessionId {
        self.session
    }

    /// Where this request came from.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SecondStepError {
    /// The code is wrong, or was used before.
    #[error("the code is wrong")]
    Wrong,
    /// The session waits no more: too much time has passed, or too many codes were wrong.
    #[error("this sign-in is over: begin again with the password")]
    Over,
    /// Too many attempts on this account.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Takes the code, of the app or on paper. It is counted before it is compared, by the counter that passwords count on.
///
/// # Errors
/// [`SecondStepError::Wrong`] when another may be tried.
pub async fn second_step(ctx: &Ctx, half: &HalfSession, typed: &str) -> Result<Begun, SecondStepError> {
    let attempt = attempts::reserve(ctx, Target::Account(half.account.id), &half.origin).await??;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let active = accounts::by_id(&mut tx, half.account.id).await?.is_some_and(|account| account.suspended_at.is_none());
    if !active || !store::awaits(&mut tx, half.session, now).await? {
        attempts::give_back_in(&mut tx, &attempt, now).await?;
        tx.commit().await?;
        return Err(SecondStepError::Over);
    }
    match second_factor::use_code_in(&mut tx, ctx, half.account.id, typed, now).await? {
        Some(method) => gate::complete(tx, ctx, half, &attempt, method).await?.ok_or(SecondStepError::Over),
        None => {
            let goes_on = store::count_wrong_code(&mut tx, half.session, WRONG_CODES, now).await?;
            let event = Event::done(Actor::Nobody, &half.origin, Action::CodeAsked, half.account.id).of(half.session);
            audit::record(&mut tx, ctx, now, event.refused()).await?;
            tx.commit().await?;
            Err(if goes_on { SecondStepError::Wrong } else { SecondStepError::Over })
        }
    }
}
