//! Recognising a program with each request: by a signed token that names its session.
//!
//! The token says which session; whether that one lives, and whose it is, is read from the database each time. So a token is
//! refused on the request after its session has ended, whatever ended it.

mod store;

use super::resume::{self, Presence};
use super::session::{Alive, Kind};
use super::store as all;
use crate::base::id::{AccountId, SessionId};
use crate::base::net::Origin;
use crate::base::text::EmailAddress;
use crate::base::time::Timestamp;
use crate::db::{self, Change, Cx};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::{Allowance, Counted, Exhausted, Rate};
use crate::domain::signing::{self, Claims, Class, MeantFor, ReadError, Sid};

/// Why a token is not good.
#[derive(Debug, thiserror::Error)]
pub enum ResumeTokenError {
    /// Nobody's: its session has ended, or it never was one.
    #[error("there is no such session")]
    Nobody,
    /// The account needs a second factor since, and has none.
    #[error("the account needs a second factor and has none")]
    MustSetUp,
    /// The limit of the account is reached.
    #[error(transparent)]
    RateLimited(Exhausted),
    /// Too many unknown tokens from this network.
    #[error(transparent)]
    TooManyUnknown(Exhausted),
    /// The database does not answer; then nobody may be taken for signed in.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// How many unknown tokens one network may present a minute before it is told to wait. Good ones are not held up by them.
const UNKNOWN: u32 = 120;

/// The person whom a token speaks for, and what is left of their limit: sessions share it with the person's tokens.
///
/// # Errors
/// Why it is not good.
pub async fn resume_token(ctx: &Ctx, token: &str, origin: &Origin) -> Result<(Person, Allowance), ResumeTokenError> {
    let now = ctx.now();
    person_of(ctx, behind(ctx, token, origin, now).await?, origin, now)
}

/// The same of a browser's session key, at a door that answers scripts.
///
/// # Errors
/// Why it is not good.
pub async fn resume_key(ctx: &Ctx, key: &str, origin: &Origin) -> Result<(Person, Allowance), ResumeTokenError> {
    person_of(ctx, resume::presence(ctx, key, origin).await?, origin, ctx.now())
}

fn person_of(ctx: &Ctx, presence: Presence, origin: &Origin, now: Timestamp) -> Result<(Person, Allowance), ResumeTokenError> {
    match presence {
        Presence::Whole(person) => {
            let bucket = ctx.verifier.bucket_of(person.id());
            let left = bucket.take(ctx.settings.account_rate, 1, now).map_err(ResumeTokenError::RateLimited)?;
            Ok((person, left))
        }
        Presence::MustSetUp(_) => Err(ResumeTokenError::MustSetUp),
        Presence::AwaitsCode(_) | Presence::Nobody => {
            let unknown = Counted::UnknownSecret(origin.network());
            ctx.limits.take(unknown, Rate::per_minute(UNKNOWN), now).map_err(ResumeTokenError::TooManyUnknown)?;
            Err(ResumeTokenError::Nobody)
        }
    }
}

async fn behind(ctx: &Ctx, token: &str, origin: &Origin, now: Timestamp) -> db::Result<Presence> {
    let Some((claims, kind)) = read(ctx, token, MeantFor::Us).await? else { return Ok(Presence::Nobody) };
    let mut cx = ctx.db.read().await?;
    match living(&mut cx, &claims, kind, now).await? {
        Some(session) => resume::whole(cx, ctx, kind, session, origin, now).await,
        None => Ok(Presence::Nobody),
    }
}

/// What a token says that speaks for a person, and the kind of session that it names.
async fn read(ctx: &Ctx, token: &str, meant: MeantFor) -> db::Result<Option<(Claims, Kind)>> {
    for (class, kind) in [(Class::Session, Kind::Api), (Class::Access, Kind::Grant)] {
        match signing::read(ctx, class, token, meant).await {
            // What was narrowed, or is bound to a workspace, is a credential, and no person.
            Ok(claims) if claims.scope.is_none() && claims.workspace.is_none() => return Ok(Some((claims, kind))),
            Ok(_) | Err(ReadError::NotGood) => {}
            Err(ReadError::Unexpected(error)) => return Err(error),
        }
    }
    Ok(None)
}

/// The session that a token names, if it lives and is its subject's.
async fn living(cx: &mut Cx, claims: &Claims, kind: Kind, now: Timestamp) -> db::Result<Option<Alive>> {
    let Sid::Session(id) = claims.session else { return Ok(None) };
    let session = store::of_program(cx, kind, id, now).await?;
    Ok(session.filter(|session| session.account.to_string() == claims.subject))
}

/// A session token that is good.
pub struct Seen {
    /// What it says.
    pub claims: Claims,
    /// The address of whoever it speaks for.
    pub email: EmailAddress,
}

/// Looks at a session token for somebody who asks about it, without using it. Nothing if it is not good.
///
/// # Errors
/// When the database does not answer.
pub async fn look(ctx: &Ctx, token: &str) -> db::Result<Option<Seen>> {
    let Some((claims, Kind::Api)) = read(ctx, token, MeantFor::Anybody).await? else { return Ok(None) };
    let mut cx = ctx.db.read().await?;
    let Some(session) = living(&mut cx, &claims, Kind::Api, ctx.now()).await? else { return Ok(None) };
    let account = accounts::by_id(&mut cx, session.account).await?.filter(|account| account.suspended_at.is_none());
    Ok(account.map(|account| Seen { claims, email: account.email }))
}

/// Ends the session whose token somebody presents who does not need it any more. What is none, or is not good, stays.
///
/// # Errors
/// When the database did not do it.
pub async fn give_up(ctx: &Ctx, token: &str, origin: &Origin) -> db::Result<()> {
    let Some(Seen { claims, .. }) = look(ctx, token).await? else { return Ok(()) };
    match (claims.session, claims.subject.parse()) {
        (Sid::Session(session), Ok(account)) => end_grant(ctx, account, session, origin).await,
        _ => Ok(()),
    }
}

/// Ends what an app or a program holds for a person, because it gives it up.
///
/// # Errors
/// When the database did not do it.
pub async fn end_grant(ctx: &Ctx, account: AccountId, session: SessionId, origin: &Origin) -> db::Result<()> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    if !all::end(&mut tx, account, session, now).await? {
        return Ok(());
    }
    tx.narrow(Change::Account(account.to_db()), now).await?;
    let event = Event::done(Actor::Account(account), origin, Action::SessionEnded, account).of(session);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await
}
