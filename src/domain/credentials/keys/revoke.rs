//! Ending a key. It is refused on the next request, here and in every other process.

use serde_json::json;

use super::detail;
use super::key::Key;
use super::manager::{KeyManager, Manager, NotManager};
use super::store;
use crate::base::id::CredentialId;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Event};
use crate::domain::credentials::revoke::Why;
use crate::domain::credentials::store::{End, revoke_of_workspace};
use crate::domain::credentials::told;
use crate::domain::mail::CredentialNews;

/// What becomes of the keys that a key has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Children {
    /// They stay.
    #[default]
    Stay,
    /// They end with it, and so do those that they have made.
    End,
}

/// How a key is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revocation {
    /// Why.
    pub why: Why,
    /// What becomes of those that it made.
    pub children: Children,
}

/// Revokes a key. One that is revoked already stays as it is. Returns the keys that ended.
///
/// # Errors
/// When it is not theirs to manage; then every key stays as it was.
pub async fn revoke(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId, how: Revocation) -> Result<Vec<Key>, NotManager> {
    let (mut tx, manager, key) = detail::open(ctx, by, id).await?;
    let mut ended = Vec::new();
    let mut open = vec![key];
    while let Some(key) = open.pop() {
        let id = key.detail.summary.id;
        if how.children == Children::End {
            for child in store::children(&mut tx, manager.workspace, id).await? {
                // A child that is more than whoever ends its parent, because the parent was narrowed since, stays.
                open.extend(detail::held(&mut tx, &manager, child).await.ok());
            }
        }
        if end(&mut tx, ctx, &manager, &key, how.why).await? {
            ended.push(key);
        }
    }
    if !ended.is_empty() {
        tx.commit().await?;
        ctx.mail.wake();
    }
    Ok(ended)
}

async fn end(tx: &mut Tx, ctx: &Ctx, by: &Manager<'_>, key: &Key, why: Why) -> db::Result<bool> {
    let (now, id): (_, CredentialId) = (ctx.now(), key.detail.summary.id);
    let leaked_at = (why == Why::Leaked).then_some(now);
    if !revoke_of_workspace(tx, by.workspace, id, &End { by: by.revokes_as, reason: None, leaked_at, now }).await? {
        return Ok(false);
    }
    tx.narrow(Change::Credential(id.to_db()), now).await?;
    let mut details = json!({ "name": key.detail.summary.name });
    if why == Why::Leaked {
        details["leaked"] = true.into();
    }
    let event = Event::done_in(by.actor, by.origin, Action::KeyRevoked, by.workspace).of(id).with(details);
    audit::record(tx, ctx, now, event).await?;
    let reason = (why == Why::Leaked).then(|| "It had leaked.".to_owned());
    told::tell(tx, ctx, &by.tells(id, CredentialNews::Revoked { reason })).await?;
    Ok(true)
}
