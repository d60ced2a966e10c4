//! Keys of workspaces that come to their end: the workspace's owners and whoever made the key are told.

use super::{Notice, store};
use crate::base::id::{CredentialId, WorkspaceId};
use crate::base::net::Origin;
use crate::base::time::Timestamp;
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::audit::Actor;
use crate::domain::credentials::keys;
use crate::domain::credentials::told::{self, Told};
use crate::domain::mail::{CredentialEnd, CredentialNews};

/// Nothing when somebody else was faster, or it is not due any more.
pub(super) async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    workspace: WorkspaceId,
    credential: CredentialId,
    now: Timestamp,
) -> db::Result<Option<()>> {
    let Some(key) = keys::find_in(tx, workspace, credential).await? else { return Ok(None) };
    let key = key.detail.summary;
    let Some(ends_at) = key.expires_at else { return Ok(None) };
    let Some(notice) = Notice::due(key.created_at, ends_at, now) else { return Ok(None) };
    if !store::claim(tx, credential, ends_at, notice.days()).await? {
        return Ok(None);
    }
    let end = CredentialEnd { ends_at, last_used_at: key.last_used_at };
    let news = match notice {
        Notice::Before(_) => CredentialNews::Expiring(end),
        Notice::Over => CredentialNews::Expired(end),
    };
    let origin = Origin::local("");
    let told = Told { workspace, credential, news, actor: Actor::System, origin: &origin };
    told::tell_for(tx, ctx, &told, notice.life(ends_at, now)).await?;
    Ok(Some(()))
}
