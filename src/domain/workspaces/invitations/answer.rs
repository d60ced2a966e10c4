//! Accepting and declining: for whoever is signed in with the address that was invited, and has confirmed it.

use serde_json::json;

use super::{OpenInvitation, store};
use crate::base::id::{AccountId, InvitationId, MembershipId};
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::text::EmailAddress;
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::{self, LinkSecret, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::workspaces::Slug;
use crate::domain::workspaces::store as workspace_store;

/// How an invitation is named by whoever answers it.
#[derive(Clone, Copy)]
pub enum Named<'a> {
    /// By the secret of its link.
    Secret(&'a LinkSecret),
    /// By its id; it has to be one of the person's own.
    Id(InvitationId),
}

/// Why an invitation was not answered.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// It is answered, replaced, cancelled or too old, or the workspace is suspended or gone.
    #[error("this invitation cannot be used any more")]
    NotOpen,
    /// It is for another address.
    #[error("this invitation is for another address. Sign in with that one")]
    OtherAddress,
    /// The person's address is not confirmed.
    #[error("confirm your email address first")]
    Unconfirmed,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// What the person is invited to, the latest first. Only a confirmed address is invited to anything.
///
/// # Errors
/// When the database does not answer.
pub async fn mine(ctx: &Ctx, of: &Person) -> db::Result<Vec<OpenInvitation>> {
    if !of.is_verified() {
        return Ok(Vec::new());
    }
    store::to_address(&mut ctx.db.read().await?, of.email().key(), ctx.now()).await
}

/// Joins the workspace. Returns its name in addresses.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn accept(ctx: &Ctx, by: &Person, which: Named<'_>) -> Result<Slug, AnswerError> {
    let (mut tx, open) = begin(ctx, by, which).await?;
    join_in(&mut tx, ctx, &open, by.id(), by.origin()).await?;
    tx.commit().await?;
    Ok(open.slug)
}

/// Says no.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn decline(ctx: &Ctx, by: &Person, which: Named<'_>) -> Result<(), AnswerError> {
    let (mut tx, open) = begin(ctx, by, which).await?;
    let now = ctx.now();
    if !store::end(&mut tx, open.id, "declined", now).await? {
        return Err(AnswerError::NotOpen);
    }
    let event = Event::done_in(Actor::Account(by.id()), by.origin(), Action::MemberDeclined, open.workspace)
        .about(by.id())
        .of(open.id)
        .with(json!({ "name": open.email.as_str() }));
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(())
}

/// A transaction with the invitation, if this person may answer it at this moment.
async fn begin(ctx: &Ctx, by: &Person, which: Named<'_>) -> Result<(Tx, OpenInvitation), AnswerError> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let found = match which {
        Named::Secret(secret) => store::by_digest(&mut tx, &digest(ctx, secret), now).await?,
        Named::Id(id) => store::by_id(&mut tx, id, now).await?,
    };
    let account = accounts::by_id(&mut tx, by.id()).await?.filter(|account| account.suspended_at.is_none());
    let (open, account) = found.zip(account).ok_or(AnswerError::NotOpen)?;
    match which {
        _ if same(&account.email, &open.email) => {}
        Named::Secret(_) => return Err(AnswerError::OtherAddress),
        Named::Id(_) => return Err(AnswerError::NotOpen),
    }
    if account.verified_at.is_none() {
        return Err(AnswerError::Unconfirmed);
    }
    Ok((tx, open))
}

/// Makes the account a member by the invitation, which is used up. Who is one already stays what they are.
pub(super) async fn join_in(
    tx: &mut Tx,
    ctx: &Ctx,
    open: &OpenInvitation,
    account: AccountId,
    origin: &Origin,
) -> Result<(), AnswerError> {
    let now = ctx.now();
    if !store::end(tx, open.id, "accepted", now).await? {
        return Err(AnswerError::NotOpen);
    }
    let id = MembershipId::new(now, &ctx.rng);
    if workspace_store::insert_membership(tx, id, open.workspace, account, &open.roles, now).await? {
        let roles = open.roles.words().collect::<Vec<_>>().join(", ");
        let event = Event::done_in(Actor::Account(account), origin, Action::MemberJoined, open.workspace)
            .about(account)
            .of(id)
            .with(json!({ "name": open.email.as_str(), "roles": roles }));
        audit::record(tx, ctx, now, event).await?;
    }
    Ok(())
}

pub(super) fn digest(ctx: &Ctx, secret: &LinkSecret) -> Digest {
    ctx.keys.digest(secret.reveal())
}

fn same(one: &EmailAddress, other: &EmailAddress) -> bool {
    one.key() == other.key()
}
