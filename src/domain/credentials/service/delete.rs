//! Deleting a service account: its secrets are refused on their next request.

use serde_json::json;

use super::change::ChangeServiceError;
use super::list;
use crate::base::id::CredentialId;
use crate::domain::Ctx;
use crate::domain::audit::Action;
use crate::domain::credentials::credential::RevokedBy;
use crate::domain::credentials::store::{End, revoke_of_workspace};
use crate::domain::mail::CredentialNews;
use crate::domain::workspaces::Member;

/// Deletes a service account. One that was deleted stays as it is.
///
/// # Errors
/// When it is not theirs to manage.
pub async fn delete(ctx: &Ctx, by: &Member, id: CredentialId) -> Result<(), ChangeServiceError> {
    let (mut tx, account) = list::open::<ChangeServiceError>(ctx, by, id).await?;
    let end = End { by: RevokedBy::Member, reason: None, leaked_at: None, now: ctx.now() };
    if !revoke_of_workspace(&mut tx, by.workspace().id, id, &end).await? {
        return Ok(());
    }
    list::tell(&mut tx, ctx, by, (id, CredentialNews::Revoked { reason: None })).await?;
    list::close(tx, ctx, by, (id, Action::ServiceAccountDeleted, json!({ "name": account.name }))).await?;
    ctx.mail.wake();
    Ok(())
}
