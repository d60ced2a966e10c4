//! Tokens that nobody uses end, where the policy says so.

use super::{BATCH, Progress, store};
use crate::base::id::CredentialId;
use crate::base::net::Origin;
use crate::base::text::Reason;
use crate::base::time::Span;
use crate::db::{self, Error};
use crate::domain::Ctx;
use crate::domain::access;
use crate::domain::audit::Actor;
use crate::domain::credentials::credential::RevokedBy;
use crate::domain::credentials::revoke::{Ending, RevokeError, revoke_in};
use crate::domain::mail::Revoker;

/// Revokes tokens that were not used for as long as the policy allows, counted from their making if they never were,
/// and tells their owners.
///
/// # Errors
/// When the database does not answer; then none was revoked.
pub async fn revoke_idle(ctx: &Ctx) -> db::Result<Progress> {
    // A look without the writer's place: nearly always there is nothing to do.
    let Some(days) = access::policy(&ctx.db).await?.idle.as_days() else { return Ok(Progress::Done(0)) };
    let before = ctx.now() - Span::days(days);
    if store::idle(&mut ctx.db.read().await?, ctx.now(), before, 1).await?.is_empty() {
        return Ok(Progress::Done(0));
    }
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let found = store::idle(&mut tx, ctx.now(), before, BATCH).await?;
    let plural = if days == 1 { "" } else { "s" };
    let reason = Reason::parse(&format!("It was not used for {days} day{plural}, which is as long as the token policy allows."))
        .map_err(|_| Error::corrupt("reason"))?;
    let origin = Origin::local("");
    let how =
        Ending { actor: Actor::System, by: RevokedBy::Policy, told: Revoker::Policy, reason: Some(&reason), origin: &origin };
    let mut revoked = 0;
    for tokens in found.chunk_by(|one, next| one.0 == next.0) {
        let ids: Vec<CredentialId> = tokens.iter().map(|(_, id)| *id).collect();
        revoked += match revoke_in(&mut tx, ctx, tokens[0].0, &ids, &how).await {
            Ok(ended) => ended.len(),
            // Deleted since: a deleted token is not used either.
            Err(RevokeError::NotFound) => 0,
            Err(RevokeError::Unexpected(error)) => return Err(error),
        };
    }
    tx.commit().await?;
    ctx.mail.wake();
    Ok(Progress::of(found.len(), revoked))
}
