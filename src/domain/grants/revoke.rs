//! What a refresh token tells about its grant, and giving the grant up by it (RFC 7662, RFC 7009).

use super::refresh::Presenter;
use super::refresh_token::is_refresh_token;
use super::store;
use crate::base::id::{AccountId, ClientId, SessionId};
use crate::base::net::Origin;
use crate::base::time::Timestamp;
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::audit::{self, Action, Actor, Event};

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
    if !is_refresh_token(presented) {
        return Ok(());
    }
    let now = ctx.now();
    let known = store::find(&mut ctx.db.read().await?, &ctx.keys.digest(presented), now).await?;
    let Some(held) = known.filter(|held| by.holds(held)) else { return Ok(()) };
    let mut tx = ctx.db.write().await?;
    if store::end(&mut tx, held.session, now).await? {
        tx.narrow(Change::Account(held.account.to_db()), now).await?;
        let event = Event::done(Actor::Account(held.account), origin, Action::SessionEnded, held.account).of(held.session);
        audit::record(&mut tx, ctx, now, event).await?;
    }
    tx.commit().await
}
