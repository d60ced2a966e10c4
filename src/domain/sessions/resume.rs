//! Recognising a session with each request.

use super::half::HalfSession;
use super::session::{Alive, Kind};
use super::store;
use super::token;
use crate::base::id::{AccountId, SessionId};
use crate::base::net::Origin;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Cx};
use crate::domain::Ctx;
use crate::domain::access::{self, Scopes};
use crate::domain::accounts::{self, Account, Person};
use crate::domain::second_factor::Enrolling;

/// A session's idle end moves only when it moves by this much: a write a minute, not a write a page.
const TOUCH_AFTER: Span = Span::minutes(1);

/// A live session, for its owner's list.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Which.
    pub id: SessionId,
    /// What presents it.
    pub kind: Kind,
    /// Since when.
    pub created_at: Timestamp,
    /// Last request.
    pub last_seen_at: Timestamp,
    /// When it ends, whatever happens.
    pub ends_at: Timestamp,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
    /// The name of the app that holds it, if one does.
    pub app: Option<String>,
    /// What it may be used for; nothing for all that the person may.
    pub scopes: Option<Scopes>,
}

/// Who stands behind a session key.
#[derive(Debug, Clone)]
pub enum Presence {
    /// Nobody: the session is over, or its account is suspended.
    Nobody,
    /// A person.
    Whole(Person),
    /// Somebody whose password was right; a code has to follow.
    AwaitsCode(HalfSession),
    /// Somebody whose account needs a second factor and has none.
    MustSetUp(Enrolling),
}

/// Who stands behind the session key of a browser, as of now.
///
/// # Errors
/// When the database does not answer; then nobody may be taken for signed in.
pub async fn presence(ctx: &Ctx, key: &str, origin: &Origin) -> db::Result<Presence> {
    let (now, digest) = (ctx.now(), ctx.keys.digest(key));
    let mut cx = ctx.db.read().await?;
    if let Some(session) = store::alive(&mut cx, &digest, now).await? {
        return whole(cx, ctx, Kind::Browser, session, origin, now).await;
    }
    let half = store::half(&mut cx, &digest, now).await?;
    let Some((session, account)) = half else { return Ok(Presence::Nobody) };
    let account = active(&mut cx, account).await?;
    let half = account.map(|account| HalfSession::new(account, session, origin.clone()));
    Ok(half.map_or(Presence::Nobody, Presence::AwaitsCode))
}

/// Who stands behind a session that is alive and waits for nothing.
pub(super) async fn whole(
    mut cx: Cx,
    ctx: &Ctx,
    kind: Kind,
    session: Alive,
    origin: &Origin,
    now: Timestamp,
) -> db::Result<Presence> {
    let Some(account) = active(&mut cx, session.account).await? else { return Ok(Presence::Nobody) };
    if account.second_factor.is_none() && access::needs_factor_in(&mut cx, &account).await? {
        // An old session does not set up what shall keep thieves of old sessions out: the password has to be typed again.
        let fresh = now.since(session.confirmed_at) < ctx.settings.session.confirm;
        let enrolling = Enrolling::required(account, session.id, origin.clone());
        return Ok(if fresh { Presence::MustSetUp(enrolling) } else { Presence::Nobody });
    }
    drop(cx);
    if now.since(session.last_seen_at) >= TOUCH_AFTER
        && let Err(error) = touch(ctx, kind, &session, origin, now).await
    {
        tracing::warn!(%error, "the last request of a session was not noted");
    }
    Ok(Presence::Whole(Person::present(account, session.id, session.confirmed_at, origin.clone())))
}

/// The person behind a session key; nothing if there is none, or not yet.
///
/// # Errors
/// When the database does not answer; then nobody may be taken for signed in.
pub async fn resume(ctx: &Ctx, key: &str, origin: &Origin) -> db::Result<Option<Person>> {
    Ok(match presence(ctx, key, origin).await? {
        Presence::Whole(person) => Some(person),
        Presence::Nobody | Presence::AwaitsCode(_) | Presence::MustSetUp(_) => None,
    })
}

async fn active(cx: &mut Cx, account: AccountId) -> db::Result<Option<Account>> {
    Ok(accounts::by_id(cx, account).await?.filter(|account| account.suspended_at.is_none()))
}

/// Moves the idle end; that of a grant moves when its tokens are refreshed. When the database takes no writes, pages that only
/// read still open.
async fn touch(ctx: &Ctx, kind: Kind, session: &Alive, origin: &Origin, now: Timestamp) -> db::Result<()> {
    let limits = match kind {
        Kind::Browser => ctx.settings.session,
        Kind::Api => token::LIMITS,
        Kind::Grant => return Ok(()),
    };
    let mut tx = ctx.db.write().await?;
    store::touch(&mut tx, session.id, limits, origin, now).await?;
    tx.commit().await
}

/// The person's live sessions, last seen first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx, of: &Person) -> db::Result<Vec<Overview>> {
    store::list(&mut ctx.db.read().await?, of.id(), ctx.now()).await
}
