//! The gate: the one place through which a session of any kind is begun.
//!
//! | pathway | what comes to the gate |
//! |---|---|
//! | `POST /sign-in` | [`sign_in`](super::sign_in()), with the password |
//! | `POST /setup/{code}` | [`sign_in`](super::sign_in()), with the password that was just set |
//! | `POST /sign-in/second-step` | [`second_step`](super::second_step()), with a session that waits for a code |
//!
//! Nothing else makes one: a [`Begun`] is built here alone, and so is a row of `sessions`. "Confirm it's you", a change of
//! the password and setting up a second factor begin nothing: they change the session they stand in.
//!
//! For each the gate looks at the state of the account as it is now, at the second factor, and at the counter of
//! [`attempts`], and it writes the event and the mails, in the one transaction that makes the session.

use super::half::HalfSession;
use super::notice::{self, Known};
use super::store;
use crate::base::id::SessionId;
use crate::base::net::Origin;
use crate::base::secret::{PlainSecret, base62_of_32};
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::access;
use crate::domain::accounts::{self, Account, PasswordHash, Person};
use crate::domain::attempts::{self, Attempt};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::second_factor::Method;

/// How long a session waits for the second factor.
pub(super) const PATIENCE: Span = Span::minutes(5);

/// A session that has just begun.
pub struct Begun {
    stage: Stage,
    key: PlainSecret,
    marks: String,
}

/// How far somebody has come.
pub enum Stage {
    /// All the way.
    Whole(Box<Person>),
    /// The password was right; a code has to follow.
    AwaitsCode,
    /// The account needs a second factor and has none: it has to be set up first.
    MustSetUp,
}

impl Begun {
    /// How far they have come.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The person, if they have come all the way.
    pub fn into_person(self) -> Option<Person> {
        match self.stage {
            Stage::Whole(person) => Some(*person),
            Stage::AwaitsCode | Stage::MustSetUp => None,
        }
    }

    /// The key for the cookie.
    pub fn key(&self) -> &PlainSecret {
        &self.key
    }

    /// The marks for the cookie that tells this browser from a stranger's; empty before all is shown.
    pub fn marks(&self) -> &str {
        &self.marks
    }
}

/// Somebody whose password was right.
pub(super) struct Claim<'a> {
    /// The account, as it was when the password was compared.
    pub account: &'a Account,
    /// The attempt that it was.
    pub attempt: &'a Attempt,
    /// The hash to keep instead, where the one that matched is weaker than hashes are made now.
    pub stronger: Option<PasswordHash>,
    /// From where.
    pub origin: &'a Origin,
}

/// Lets somebody in whose password was right: all the way, or as far as the second factor. Nothing if the account was
/// suspended, or its password changed, while this one was hashed.
pub(super) async fn admit(ctx: &Ctx, claim: Claim<'_>) -> db::Result<Option<Begun>> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let Some(account) = accounts::by_id(&mut tx, claim.account.id).await? else { return Ok(None) };
    let stored = |account: &Account| account.password.as_ref().map(|hash| hash.as_str().to_owned());
    if account.suspended_at.is_some() || stored(&account) != stored(claim.account) {
        return Ok(None);
    }
    if let Some(hash) = &claim.stronger {
        accounts::set_password(&mut tx, account.id, account.password.as_ref(), hash, now).await?;
    }
    let session = SessionId::new(now, &ctx.rng);
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let digest = ctx.keys.digest(key.reveal());
    store::insert(&mut tx, (session, account.id), &digest, ctx.settings.session, claim.origin, now).await?;
    let (stage, marks) = if account.second_factor.is_some() {
        (wait_for_code(&mut tx, ctx, &claim, session, now).await?, String::new())
    } else {
        go_on(&mut tx, ctx, &claim, account, session, now).await?
    };
    tx.commit().await?;
    ctx.mail.wake();
    Ok(Some(Begun { stage, key, marks }))
}

/// The password alone proves nothing here, so it neither counts as a failure nor ends a row of them.
async fn wait_for_code(tx: &mut Tx, ctx: &Ctx, claim: &Claim<'_>, session: SessionId, now: Timestamp) -> db::Result<Stage> {
    let id = claim.account.id;
    attempts::give_back_in(tx, claim.attempt, now).await?;
    store::await_factor(tx, session, now + PATIENCE).await?;
    let event = Event::done(Actor::Account(id), claim.origin, Action::CodeAsked, id).of(session);
    audit::record(tx, ctx, now, event).await?;
    Ok(Stage::AwaitsCode)
}

/// All the way, unless the account needs a second factor that it does not have.
async fn go_on(
    tx: &mut Tx,
    ctx: &Ctx,
    claim: &Claim<'_>,
    account: Account,
    session: SessionId,
    now: Timestamp,
) -> db::Result<(Stage, String)> {
    let must_set_up = access::needs_factor_in(tx, &account).await?;
    let arrival = Arrival { account: &account, session, attempt: claim.attempt, method: None, origin: claim.origin };
    let marks = arrive(tx, ctx, arrival, now).await?;
    if must_set_up {
        return Ok((Stage::MustSetUp, marks));
    }
    Ok((Stage::Whole(Box::new(Person::present(account, session, now, claim.origin.clone()))), marks))
}

/// Makes a session whole that waited for a code, under a new key. Nothing if it waits no more.
pub(super) async fn complete(
    mut tx: Tx,
    ctx: &Ctx,
    half: &HalfSession,
    attempt: &Attempt,
    method: Method,
) -> db::Result<Option<Begun>> {
    let now = ctx.now();
    let (account, session, origin) = (half.account(), half.session(), half.origin());
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let digest = ctx.keys.digest(key.reveal());
    if !store::complete(&mut tx, session, &digest, method, ctx.settings.session, now).await? {
        return Ok(None);
    }
    let arrival = Arrival { account, session, attempt, method: Some(method), origin };
    let marks = arrive(&mut tx, ctx, arrival, now).await?;
    tx.commit().await?;
    ctx.mail.wake();
    let stage = Stage::Whole(Box::new(Person::present(account.clone(), session, now, origin.clone())));
    Ok(Some(Begun { stage, key, marks }))
}

/// Somebody who has shown everything that was asked for.
struct Arrival<'a> {
    account: &'a Account,
    session: SessionId,
    attempt: &'a Attempt,
    method: Option<Method>,
    origin: &'a Origin,
}

/// The event, the mails, the end of the row of failures. Returns the browser's marks.
async fn arrive(tx: &mut Tx, ctx: &Ctx, arrival: Arrival<'_>, now: Timestamp) -> db::Result<String> {
    let Arrival { account, session, attempt, method, origin } = arrival;
    let known = Known::of(tx, ctx, account, origin).await?;
    attempts::succeed_in(tx, attempt).await?;
    let mut event = Event::done(Actor::Account(account.id), origin, Action::SignedIn, account.id).of(session);
    if let Some(method) = method {
        event = event.with(serde_json::json!({ "factor": method.as_str() }));
    }
    audit::record(tx, ctx, now, event).await?;
    notice::signed_in(tx, ctx, account, origin, known, attempt.failures_before()).await?;
    if let Some(Method::RecoveryCode { left }) = method {
        notice::recovery_code_used(tx, ctx, account, origin, left).await?;
    }
    Ok(attempts::remembered(ctx, origin, account.id))
}
