//! Ending sessions.

use super::store;
use crate::base::id::SessionId;
use crate::base::net::Origin;
use crate::base::time::Span;
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::accounts::Person;
use crate::domain::audit::{self, Action, Actor, Event};

/// How long ended sessions stay in the database.
const KEPT: Span = Span::days(30);

/// Why a session was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The person has no live session with this id.
    #[error("there is no such session")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Ends the session of this request. A copy of its cookie is worth nothing afterwards.
///
/// # Errors
/// When the database did not do it; then nobody may be told that it is done.
pub async fn sign_out(ctx: &Ctx, by: &Person) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    if store::end(&mut tx, by.id(), by.session(), ctx.now()).await? {
        tx.narrow(Change::Account(by.id().to_db()), ctx.now()).await?;
        let event = Event::done(Actor::Account(by.id()), by.origin(), Action::SignedOut, by.id()).of(by.session());
        audit::record(&mut tx, ctx, ctx.now(), event).await?;
    }
    tx.commit().await
}

/// Ends the session with this key, whoever's it is: for a browser that begins another.
///
/// # Errors
/// When the database did not do it.
pub async fn end_by_key(ctx: &Ctx, key: &str) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    let digest = ctx.keys.digest(key);
    let whole = store::alive(&mut tx, &digest, ctx.now()).await?.map(|session| (session.id, session.account));
    let found = match whole {
        Some(found) => Some(found),
        None => store::half(&mut tx, &digest, ctx.now()).await?,
    };
    let Some((session, account)) = found else { return Ok(()) };
    if store::end(&mut tx, account, session, ctx.now()).await? {
        let origin = Origin::local("a browser that began another session");
        let event = Event::done(Actor::Account(account), &origin, Action::SessionEnded, account).of(session);
        audit::record(&mut tx, ctx, ctx.now(), event).await?;
    }
    tx.commit().await
}

/// Ends one of the person's sessions.
///
/// # Errors
/// [`EndError::NotFound`] also when it is somebody else's.
pub async fn end_one(ctx: &Ctx, by: &Person, session: SessionId) -> Result<(), EndError> {
    let mut tx = ctx.db.write().await?;
    if !store::end(&mut tx, by.id(), session, ctx.now()).await? {
        return Err(EndError::NotFound);
    }
    // It may be a grant, whose access tokens are remembered like those of a credential.
    tx.narrow(Change::Account(by.id().to_db()), ctx.now()).await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::SessionEnded, by.id()).of(session);
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all of the person's sessions but this one. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn end_others(ctx: &Ctx, by: &Person) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let ended = store::end_others(&mut tx, by.id(), by.session(), ctx.now()).await?;
    if ended > 0 {
        tx.narrow(Change::Account(by.id().to_db()), ctx.now()).await?;
        let event = Event::done(Actor::Account(by.id()), by.origin(), Action::SessionEnded, by.id())
            .with(serde_json::json!({ "others": ended }));
        audit::record(&mut tx, ctx, ctx.now(), event).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Deletes sessions that ended a month ago. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep(ctx: &Ctx) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}
