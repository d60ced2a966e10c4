//! Recognising a session with each request.

use super::store;
use crate::base::id::SessionId;
use crate::base::net::Origin;
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Person};

/// A session's idle end moves only when it moves by this much: a write a minute, not a write a page.
const TOUCH_AFTER: Span = Span::minutes(1);

/// A live session, for its owner's list.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Which.
    pub id: SessionId,
    /// Since when.
    pub created_at: Timestamp,
    /// Last request.
    pub last_seen_at: Timestamp,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
}

/// The person behind a session key; nothing if the session is over or its account is suspended.
///
/// # Errors
/// When the database does not answer; then nobody may be taken for signed in.
pub async fn resume(ctx: &Ctx, key: &str, origin: &Origin) -> db::Result<Option<Person>> {
    let now = ctx.now();
    let mut cx = ctx.db.read().await?;
    let Some(session) = store::alive(&mut cx, &ctx.keys.digest(key), now).await? else { return Ok(None) };
    let account = accounts::by_id(&mut cx, session.account).await?.filter(|account| account.suspended_at.is_none());
    drop(cx);
    let Some(account) = account else { return Ok(None) };
    if now.since(session.last_seen_at) >= TOUCH_AFTER
        && let Err(error) = touch(ctx, &session, origin, now).await
    {
        tracing::warn!(%error, "the last request of a session was not noted");
    }
    Ok(Some(Person::present(account, session.id, session.confirmed_at, origin.clone())))
}

/// Moves the idle end. When the database takes no writes, pages that only read still open.
async fn touch(ctx: &Ctx, session: &store::Alive, origin: &Origin, now: Timestamp) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    store::touch(&mut tx, session.id, ctx.settings.session, origin, now).await?;
    tx.commit().await
}

/// The person's live sessions, last seen first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx, of: &Person) -> db::Result<Vec<Overview>> {
    store::list(&mut ctx.db.read().await?, of.id(), ctx.now()).await
}
