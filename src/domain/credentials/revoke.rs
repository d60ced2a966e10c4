//! Ending a token. It is refused on the next request, here and in every other process.

use serde_json::json;

use super::cache::Form;
use super::credential::{Owner, RevokedBy};
use super::detail;
use super::granted::Granted;
use super::list::Summary;
use super::signed;
use super::store;
use super::told::{self, Told};
use crate::base::id::{AccountId, CredentialId, WorkspaceId};
use crate::base::net::Origin;
use crate::base::text::{Label, Reason};
use crate::db::{self, Change, Error, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Account, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, CredentialNews, Message, NOTICE_LIFE, NamedToken, Revoker};

/// How many tokens one request may revoke.
pub const REVOKED_AT_ONCE: usize = 100;

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

/// Why not one of several tokens was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeManyError {
    /// Too many at once.
    #[error("revoke at most {REVOKED_AT_ONCE} tokens at once")]
    TooMany,
    /// One of them cannot be revoked.
    #[error(transparent)]
    Unchanged(#[from] RevokeError),
}

impl From<db::Error> for RevokeManyError {
    fn from(error: db::Error) -> Self {
        Self::Unchanged(error.into())
    }
}

/// Why a person ends a token of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Why {
    /// It is not needed, or they do not say.
    #[default]
    NotNeeded,
    /// *I leaked it*: somebody else may have its secret.
    Leaked,
}

/// Revokes one of the person's tokens. One that is revoked already stays as it is.
///
/// # Errors
/// [`RevokeError::NotFound`] also when it is somebody else's.
pub async fn revoke_own(ctx: &Ctx, by: &Person, id: CredentialId, why: Why) -> Result<Summary, RevokeError> {
    let told = match why {
        Why::NotNeeded => Revoker::Owner,
        Why::Leaked => Revoker::Leaked,
    };
    let how = Ending { actor: Actor::Account(by.id()), by: RevokedBy::Owner, told, reason: None, origin: by.origin() };
    revoke_one(ctx, by.id(), id, &how).await
}

/// Revokes several of the person's tokens together, or none. Those that are revoked already stay as they are. Returns
/// those that it ended.
///
/// # Errors
/// [`RevokeError::NotFound`] when one of them is somebody else's, [`RevokeManyError::TooMany`] for more than a hundred.
pub async fn revoke_many(ctx: &Ctx, by: &Person, ids: &[CredentialId]) -> Result<Vec<Summary>, RevokeManyError> {
    if ids.len() > REVOKED_AT_ONCE {
        return Err(RevokeManyError::TooMany);
    }
    let how =
        Ending { actor: Actor::Account(by.id()), by: RevokedBy::Owner, told: Revoker::Owner, reason: None, origin: by.origin() };
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let ended = revoke_in(&mut tx, ctx, by.id(), ids, &how).await?;
    if !ended.is_empty() {
        tx.commit().await?;
        ctx.mail.wake();
    }
    Ok(ended)
}

/// Revokes the credential whose secret a request presented: whoever holds a secret may give it up.
///
/// # Errors
/// [`RevokeError::NotFound`] when somebody else was faster to delete it.
pub async fn revoke_presented(ctx: &Ctx, presented: &Granted, origin: &Origin) -> Result<(), RevokeError> {
    let id = presented.credential();
    if matches!(presented.entry.form, Form::Token | Form::Derived(_)) {
        // What holds less than the secret does not end the secret.
        return Ok(signed::give_up(ctx, &presented.entry, origin).await?);
    }
    match presented.owner() {
        Owner::Account(account) => {
            let actor = Actor::Credential(id);
            let how = Ending { actor, by: RevokedBy::Holder, told: Revoker::Holder, reason: None, origin };
            revoke_one(ctx, account, id, &how).await.map(drop)
        }
        Owner::Workspace(workspace) => give_up(ctx, workspace, id, presented.name(), origin).await,
    }
}

/// Revokes a workspace's credential because its holder gives it up. One that is revoked already stays as it is.
async fn give_up(ctx: &Ctx, workspace: WorkspaceId, id: CredentialId, name: &str, origin: &Origin) -> Result<(), RevokeError> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let end = store::End { by: RevokedBy::Holder, reason: None, leaked_at: None, now };
    if !store::revoke_of_workspace(&mut tx, workspace, id, &end).await? {
        return Ok(());
    }
    tx.narrow(Change::Credential(id.to_db()), now).await?;
    let event = Event::done_in(Actor::Credential(id), origin, Action::KeyRevoked, workspace).of(id);
    audit::record(&mut tx, ctx, now, event.with(json!({ "name": name }))).await?;
    let (actor, news) = (Actor::Credential(id), CredentialNews::Revoked { reason: None });
    told::tell(&mut tx, ctx, &Told { workspace, credential: id, news, actor, origin }).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

async fn revoke_one(ctx: &Ctx, account: AccountId, id: CredentialId, how: &Ending<'_>) -> Result<Summary, RevokeError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let Some(ended) = revoke_in(&mut tx, ctx, account, &[id], how).await?.pop() else {
        let token = detail::store::find(&mut tx, account, id).await?;
        return token.map(|token| token.summary).ok_or(RevokeError::NotFound);
    };
    tx.commit().await?;
    ctx.mail.wake();
    Ok(ended)
}

/// How tokens end.
pub(super) struct Ending<'a> {
    /// Who does it.
    pub actor: Actor,
    /// The same, as it is kept with the token.
    pub by: RevokedBy,
    /// The same, as the owner is told.
    pub told: Revoker,
    /// Why, if somebody says so.
    pub reason: Option<&'a Reason>,
    /// From where.
    pub origin: &'a Origin,
}

/// Ends tokens of one account in a transaction that others may add to, and tells their owner in one mail. Returns
/// those that were not revoked before.
pub(super) async fn revoke_in(
    tx: &mut Tx,
    ctx: &Ctx,
    account: AccountId,
    ids: &[CredentialId],
    how: &Ending<'_>,
) -> Result<Vec<Summary>, RevokeError> {
    let now = ctx.now();
    let mut ended = Vec::new();
    for id in ids {
        let mut token = detail::store::find(tx, account, *id).await?.ok_or(RevokeError::NotFound)?.summary;
        let leaked_at = (how.told == Revoker::Leaked).then_some(now);
        let end = store::End { by: how.by, reason: how.reason, leaked_at, now };
        if !store::revoke(tx, account, *id, &end).await? {
            continue;
        }
        tx.narrow(Change::Credential(id.to_db()), now).await?;
        let mut details = json!({ "name": token.name });
        if how.told == Revoker::Leaked {
            details["leaked"] = true.into();
        }
        if let Some(reason) = how.reason {
            details["reason"] = reason.as_str().into();
        }
        let event = Event::done(how.actor, how.origin, Action::TokenRevoked, account).of(id).with(details);
        audit::record(tx, ctx, now, event).await?;
        token.revoked_at = Some(now);
        token.revoked_by = Some(how.by);
        ended.push(token);
    }
    if !ended.is_empty() {
        let owner = accounts::by_id(tx, account).await?.ok_or(RevokeError::NotFound)?;
        ctx.post(tx, &owner, &message(ctx, &owner, &ended, how)?, NOTICE_LIFE).await?;
    }
    Ok(ended)
}

fn message(ctx: &Ctx, owner: &Account, ended: &[Summary], how: &Ending<'_>) -> db::Result<Message> {
    let named = |token: &Summary| {
        let name = Label::parse(&token.name).map_err(|_| Error::corrupt("name"))?;
        Ok(NamedToken { id: token.id.to_string(), name, prefix: token.prefix.clone() })
    };
    let (name, by) = (owner.name.clone(), how.told);
    let (reason, cause) = (how.reason.map(|reason| reason.as_str().to_owned()), Cause::new(ctx.now(), how.origin));
    match ended {
        [token] => {
            let NamedToken { id, name: token_name, prefix } = named(token)?;
            Ok(Message::TokenRevoked { name, token: id, token_name, token_prefix: prefix, by, reason, cause })
        }
        several => {
            let tokens = several.iter().map(named).collect::<db::Result<_>>()?;
            Ok(Message::TokensRevoked { name, tokens, by, reason, cause })
        }
    }
}
