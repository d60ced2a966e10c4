//! What a refresh token tells about its grant, and giving the grant up by it (RFC 7662, RFC 7009).

use serde_json::json;

use super::refresh::Presenter;
use super::refresh_token::is_refresh_token;
use super::store;
use crate::base::id::{AccountId, ClientId, RefreshId, SessionId};
use crate::base::net::Origin;
use crate::base::text::Reason;
use crate::base::time::Timestamp;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::credentials::Granted;
use crate::domain::signing::{self, Class, FIRST_PARTY, MeantFor, ReadError};

/// A grant as its living refresh token shows it.
#[derive(Debug, Clone)]
pub struct HeldGrant {
    /// Which.
    pub session: SessionId,
    /// For whom it acts.
    pub account: AccountId,
    /// The app that holds it, if one does.
    pub client: Option<ClientId>,
    /// What it may be used for; without, for all that the person may.
    pub scopes: Option<Scopes>,
    /// Since when there is one.
    pub began_at: Timestamp,
    /// When the refresh token ends.
    pub expires_at: Timestamp,
}

/// The grant of a refresh token that would give new tokens now. Its person is not looked at: whoever is suspended has no
/// living grant.
///
/// # Errors
/// When the database does not answer.
pub async fn find(ctx: &Ctx, presented: &str) -> db::Result<Option<HeldGrant>> {
    if !is_refresh_token(presented) {
        return Ok(None);
    }
    let now = ctx.now();
    let held = store::find(&mut ctx.db.read().await?, &ctx.keys.digest(presented), now).await?;
    let living =
        held.filter(|held| held.spent_at.is_none() && held.expires_at > now && !held.session_ended && !held.client_disabled);
    Ok(living.map(|held| HeldGrant {
        session: held.session,
        account: held.account,
        client: held.terms.client,
        scopes: held.terms.scopes,
        began_at: held.session_began_at,
        expires_at: held.expires_at,
    }))
}

/// Ends the grant that a refresh token belongs to, whether or not that one is spent. What is nobody's, or not this
/// client's, changes nothing, and nobody learns of it.
///
/// # Errors
/// When the database did not do it.
pub async fn revoke(ctx: &Ctx, presented: &str, by: Presenter, origin: &Origin) -> db::Result<()> {
    revoke_for(ctx, presented, by, None, origin).await
}

/// The same, with a reason for the log.
///
/// # Errors
/// When the database did not do it.
pub async fn revoke_for(ctx: &Ctx, presented: &str, by: Presenter, reason: Option<&Reason>, origin: &Origin) -> db::Result<()> {
    if !is_refresh_token(presented) {
        return Ok(());
    }
    let known = store::find(&mut ctx.db.read().await?, &ctx.keys.digest(presented), ctx.now()).await?;
    let Some(held) = known.filter(|held| by.holds(held)) else { return Ok(()) };
    let mut tx = ctx.db.write().await?;
    end(&mut tx, ctx, (held.account, held.session), reason, origin).await?;
    tx.commit().await
}

/// Ends the grant of this person that a refresh token belongs to, spent or not, by the token's id. What is nobody's, or
/// somebody else's, changes nothing, and nobody learns of it.
///
/// # Errors
/// When the database did not do it.
pub async fn revoke_named(ctx: &Ctx, by: AccountId, id: RefreshId, reason: Option<&Reason>, origin: &Origin) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    let Some(session) = store::grant_of(&mut tx, by, id).await? else { return Ok(()) };
    end(&mut tx, ctx, (by, session), reason, origin).await?;
    tx.commit().await
}

/// The person whose grants may be ended by whoever presents this access token: it is of a grant that a password bought for one
/// workspace, and nobody narrowed it. What an app holds or somebody derived ends itself alone.
///
/// # Errors
/// When the database does not answer.
pub async fn in_person(ctx: &Ctx, presented: &str, granted: &Granted) -> db::Result<Option<AccountId>> {
    match signing::read(ctx, Class::Access, presented, MeantFor::Us).await {
        Ok(claims) => {
            let whole = claims.scope.is_none() && claims.actor.is_none() && claims.client == FIRST_PARTY;
            Ok(granted.account().filter(|_| whole && granted.ends_grant().is_some()))
        }
        Err(ReadError::NotGood) => Ok(None),
        Err(ReadError::Unexpected(error)) => Err(error),
    }
}

async fn end(
    tx: &mut Tx,
    ctx: &Ctx,
    (account, session): (AccountId, SessionId),
    reason: Option<&Reason>,
    origin: &Origin,
) -> db::Result<()> {
    let now = ctx.now();
    if !store::end(tx, session, now).await? {
        return Ok(());
    }
    tx.narrow(Change::Account(account.to_db()), now).await?;
    let mut event = Event::done(Actor::Account(account), origin, Action::SessionEnded, account).of(session);
    if let Some(reason) = reason {
        event = event.with(json!({ "reason": reason.as_str() }));
    }
    audit::record(tx, ctx, now, event).await
}
