//! Ending a token. It is refused on the next request, here and in every other process.

use serde_json::json;

use super::credential::RevokedBy;
use super::list::Summary;
use super::store;
use super::verify::Granted;
use crate::base::id::{AccountId, CredentialId};
use crate::base::net::Origin;
use crate::base::text::Label;
use crate::db::{self, Change, Error};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE, Revoker};

/// Why no token was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// The person has no such token.
    #[error("there is no such token")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Revokes one of the person's tokens. One that is revoked already stays as it is.
///
/// # Errors
/// [`RevokeError::NotFound`] also when it is somebody else's.
pub async fn revoke_own(ctx: &Ctx, by: &Person, id: CredentialId) -> Result<Summary, RevokeError> {
    let how = How { actor: Actor::Account(by.id()), by: RevokedBy::Owner, told: Revoker::Owner, origin: by.origin() };
    revoke(ctx, by.id(), id, how).await
}

/// Revokes the token that a request presented: whoever holds a secret may give it up.
///
/// # Errors
/// [`RevokeError::NotFound`] when somebody else was faster to delete it.
pub async fn revoke_presented(ctx: &Ctx, presented: &Granted, origin: &Origin) -> Result<Summary, RevokeError> {
    let id = presented.credential();
    let how = How { actor: Actor::Credential(id), by: RevokedBy::Holder, told: Revoker::Holder, origin };
    revoke(ctx, presented.account(), id, how).await
}

struct How<'a> {
    actor: Actor,
    by: RevokedBy,
    told: Revoker,
    origin: &'a Origin,
}

async fn revoke(ctx: &Ctx, account: AccountId, id: CredentialId, how: How<'_>) -> Result<Summary, RevokeError> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let token = store::find(&mut tx, account, id).await?.ok_or(RevokeError::NotFound)?;
    if !store::revoke(&mut tx, account, id, how.by, now).await? {
        return Ok(token);
    }
    tx.narrow(Change::Credential(id.to_db()), now).await?;
    let event = Event::done(how.actor, how.origin, Action::TokenRevoked, account).of(id).with(json!({ "name": token.name }));
    audit::record(&mut tx, ctx, now, event).await?;
    let owner = accounts::by_id(&mut tx, account).await?.ok_or(RevokeError::NotFound)?;
    let message = Message::TokenRevoked {
        name: owner.name.clone(),
        token_name: Label::parse(&token.name).map_err(|_| Error::corrupt("name"))?,
        token_prefix: token.prefix.clone(),
        by: how.told,
        cause: Cause::new(now, how.origin),
    };
    ctx.post(&mut tx, &owner, &message, NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(Summary { revoked_at: Some(now), ..token })
}
