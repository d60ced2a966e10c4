//! Comparing a password: counted first, wherever it is typed.

use crate::base::net::Origin;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{Busy, Match, PasswordAttempt, PasswordHash};
use crate::domain::attempts::{self, Attempt, Target, TooMany};

/// Counts the attempt, then compares. A hasher that is busy compares nothing, so nothing counts.
pub(super) async fn compare<E>(
    ctx: &Ctx,
    target: Target<'_>,
    password: &PasswordAttempt,
    stored: Option<&PasswordHash>,
    origin: &Origin,
) -> Result<(Match, Attempt), E>
where
    E: From<TooMany> + From<Busy> + From<db::Error>,
{
    let attempt = attempts::reserve(ctx, target, origin).await??;
    match ctx.hasher.verify(password, stored).await {
        Ok(matched) => Ok((matched, attempt)),
        Err(busy) => {
            attempts::give_back(ctx, &attempt).await?;
            Err(busy.into())
        }
    }
}
