//! An administrator ends other people's credentials, and says why.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Governed, store};
use crate::base::id::{AccountId, CredentialId, WorkspaceId};
use crate::base::text::Reason;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::access::ConfirmedAdministrator;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::credentials::credential::{Kind, Owner, RevokedBy};
use crate::domain::credentials::revoke::{self, Ending, REVOKED_AT_ONCE, RevokeError};
use crate::domain::credentials::store::{End, revoke_of_workspace};
use crate::domain::credentials::told::{self, Told};
use crate::domain::mail::{CredentialNews, Revoker};

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
    let (people, workspaces) = by_owner(store::some(&mut tx, ids).await?);
    for (workspace, ids) in workspaces {
        ended += of_workspace(&mut tx, ctx, (by, reason), workspace, &ids).await?;
    }
    for (owner, ids) in people {
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

/// The credentials of each person, and those of each workspace.
type ByOwner = (BTreeMap<AccountId, Vec<CredentialId>>, BTreeMap<WorkspaceId, Vec<Governed>>);

fn by_owner(found: Vec<Governed>) -> ByOwner {
    let (mut people, mut workspaces) = ByOwner::default();
    for it in found {
        match it.owner {
            Owner::Account(id) => people.entry(id).or_default().push(it.id),
            Owner::Workspace(id) => workspaces.entry(id).or_default().push(it),
        }
    }
    (people, workspaces)
}

/// Ends credentials of one workspace. Returns how many were not ended before.
async fn of_workspace(
    tx: &mut Tx,
    ctx: &Ctx,
    (by, reason): (&ConfirmedAdministrator, &Reason),
    workspace: WorkspaceId,
    found: &[Governed],
) -> db::Result<usize> {
    let now = ctx.now();
    let mut ended = 0;
    for it in found {
        let end = End { by: RevokedBy::Admin, reason: Some(reason), leaked_at: None, now };
        if !revoke_of_workspace(tx, workspace, it.id, &end).await? {
            continue;
        }
        tx.narrow(Change::Credential(it.id.to_db()), now).await?;
        let action = if it.kind == Kind::Service { Action::ServiceAccountDeleted } else { Action::KeyRevoked };
        let (actor, origin) = (Actor::Account(by.person().id()), by.person().origin());
        let event = Event::done_in(actor, origin, action, workspace).of(it.id);
        audit::record(tx, ctx, now, event.with(json!({ "name": it.name, "reason": reason.as_str() }))).await?;
        let news = CredentialNews::Revoked { reason: Some(reason.as_str().to_owned()) };
        told::tell(tx, ctx, &Told { workspace, credential: it.id, news, actor, origin }).await?;
        ended += 1;
    }
    Ok(ended)
}
