//! An administrator ends other people's credentials, and says why.

use std::collections::BTreeMap;

use super::store;
use crate::base::id::{AccountId, CredentialId};
use crate::base::text::Reason;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::ConfirmedAdministrator;
use crate::domain::audit::Actor;
use crate::domain::credentials::credential::RevokedBy;
use crate::domain::credentials::revoke::{self, Ending, REVOKED_AT_ONCE, RevokeError};
use crate::domain::mail::Revoker;

/// Why nothing was revoked.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// Too many at once.
    #[error("revoke at most {REVOKED_AT_ONCE} tokens at once")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Ends these credentials, all of them or none, and tells each owner which and why in one mail. Those that do not exist
/// and those that somebody ended before are left as they are. Returns how many it ended.
///
/// # Errors
/// [`BulkError::TooMany`] for more than a hundred.
pub async fn revoke_as_administrator(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    ids: &[CredentialId],
    reason: &Reason,
) -> Result<usize, BulkError> {
    if ids.len() > REVOKED_AT_ONCE {
        return Err(BulkError::TooMany);
    }
    let person = by.person();
    let how = Ending {
        actor: Actor::Account(person.id()),
        by: RevokedBy::Admin,
        told: Revoker::Admin,
        reason: Some(reason),
        origin: person.origin(),
    };
    let mut tx = ctx.db.write().await?;
    // Two administrators who end the same tokens in another order would wait for each other.
    tx.alone().await?;
    let mut ended = 0;
    for (owner, ids) in by_owner(store::some(&mut tx, ids).await?) {
        ended += match revoke::revoke_in(&mut tx, ctx, owner, &ids, &how).await {
            Ok(tokens) => tokens.len(),
            Err(RevokeError::NotFound) => 0,
            Err(RevokeError::Unexpected(error)) => return Err(error.into()),
        };
    }
    if ended > 0 {
        tx.commit().await?;
        ctx.mail.wake();
    }
    Ok(ended)
}

fn by_owner(found: Vec<super::Governed>) -> BTreeMap<AccountId, Vec<CredentialId>> {
    let mut owners = BTreeMap::<AccountId, Vec<CredentialId>>::new();
    for it in found {
        owners.entry(it.owner).or_default().push(it.id);
    }
    owners
}
