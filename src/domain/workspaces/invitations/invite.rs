//! Inviting somebody, once more, and not after all. The answer says nothing about whether the address has an account.

use serde_json::json;

use super::{LIFE, Waiting, store};
use crate::base::id::InvitationId;
use crate::base::secret::hex;
use crate::base::text::{EmailAddress, PersonName};
use crate::db::{self, Db, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::links;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::{Counted, Exhausted, Rate};
use crate::domain::mail::{Cause, Message, WorkspaceInvitation};
use crate::domain::repeats::{self, NotDone, Repeat};
use crate::domain::workspaces::member::{self, Member, Refused};
use crate::domain::workspaces::roles::{MemberRoles, Right, Standing};

/// How many invitations one person may send in an hour.
const SENT: u32 = 60;
/// How many invitations one address may get in an hour, whoever sends them.
const RECEIVED: u32 = 5;
/// How many invitations of a workspace may wait for an answer.
const WAITING_AT_MOST: i64 = 500;

/// Who is to belong to the workspace.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Where the invitation goes.
    pub email: EmailAddress,
    /// As what.
    pub roles: MemberRoles,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Whoever invites may not manage members.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Owners are for owners to make.
    #[error("only an owner of the workspace invites owners. Ask one of them")]
    OwnersOnly,
    /// The address belongs to a member.
    #[error("somebody with this address belongs to the workspace already")]
    AlreadyMember,
    /// As many wait as may.
    #[error("{WAITING_AT_MOST} invitations wait for an answer, which is the most. Cancel some that nobody will accept")]
    TooManyWaiting,
    /// Too many invitations from this person, or to this address.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why an invitation stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// Whoever wants it may not manage members.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The workspace has no such invitation that waits for an answer.
    #[error("there is no such invitation")]
    NotFound,
    /// Owners are for owners to make.
    #[error("only an owner of the workspace decides about invitations of owners. Ask one of them")]
    OwnersOnly,
    /// Too many invitations from this person, or to this address.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// The invitations that nobody has answered yet, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, of: &Member) -> db::Result<Vec<Waiting>> {
    store::waiting(&mut db.read().await?, of.workspace().id, WAITING_AT_MOST).await
}

/// Invites somebody by mail. An older invitation of the same address ends.
///
/// # Errors
/// When a rule forbids it; then nobody is invited.
pub async fn invite(ctx: &Ctx, by: &Member, new: NewMember) -> Result<InvitationId, InviteError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let id = invite_in(&mut tx, ctx, by, new).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(id)
}

/// The same for a request that may be sent again: with one key it invites once.
///
/// # Errors
/// When a rule forbids it, or an earlier request with the key has invited somebody.
pub async fn invite_once(
    ctx: &Ctx,
    by: &Member,
    new: NewMember,
    repeat: Option<&Repeat>,
) -> Result<InvitationId, NotDone<InviteError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let id = invite_in(&mut tx, ctx, by, new).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, id).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(id)
}

async fn invite_in(tx: &mut Tx, ctx: &Ctx, by: &Member, new: NewMember) -> Result<InvitationId, InviteError> {
    let (now, workspace) = (ctx.now(), by.workspace().id);
    let standing = member::allowed::<InviteError>(tx, by, Right::ManageMembers).await?;
    if new.roles.standing() == Standing::Owner && standing != Standing::Owner {
        return Err(InviteError::OwnersOnly);
    }
    if store::is_member(tx, workspace, new.email.key()).await? {
        return Err(InviteError::AlreadyMember);
    }
    store::cancel_to(tx, workspace, new.email.key(), now).await?;
    if store::count_waiting(tx, workspace).await? >= WAITING_AT_MOST {
        return Err(InviteError::TooManyWaiting);
    }
    spend(ctx, by, &new.email)?;
    let id = InvitationId::new(now, &ctx.rng);
    let link = Link::new(ctx);
    store::insert(tx, id, (workspace, by.person().id()), &new, &link, now).await?;
    record(tx, ctx, by, (id, Action::MemberInvited), &new).await?;
    send(tx, ctx, by, &new, link).await?;
    Ok(id)
}

/// Sends an invitation again, with a new link and a new end; the older link ends.
///
/// # Errors
/// When a rule forbids it; then nothing is sent.
pub async fn resend(ctx: &Ctx, by: &Member, id: InvitationId) -> Result<(), InvitationError> {
    let (mut tx, of) = begin(ctx, by, id).await?;
    spend(ctx, by, &of.email)?;
    let link = Link::new(ctx);
    if !store::renew(&mut tx, id, by.person().id(), &link, ctx.now()).await? {
        return Err(InvitationError::NotFound);
    }
    record(&mut tx, ctx, by, (id, Action::MemberInvited), &of).await?;
    send(&mut tx, ctx, by, &of, link).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// Takes an invitation back: its link leads nowhere.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn cancel(ctx: &Ctx, by: &Member, id: InvitationId) -> Result<(), InvitationError> {
    let (mut tx, of) = begin(ctx, by, id).await?;
    if !store::cancel(&mut tx, id, ctx.now()).await? {
        return Err(InvitationError::NotFound);
    }
    record(&mut tx, ctx, by, (id, Action::MemberInvitationEnded), &of).await?;
    tx.commit().await?;
    Ok(())
}

/// A transaction with the invitation that is about to be decided about.
async fn begin(ctx: &Ctx, by: &Member, id: InvitationId) -> Result<(Tx, NewMember), InvitationError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let standing = member::allowed::<InvitationError>(&mut tx, by, Right::ManageMembers).await?;
    let found = store::find_waiting(&mut tx, by.workspace().id, id).await?.ok_or(InvitationError::NotFound)?;
    if found.roles.standing() == Standing::Owner && standing != Standing::Owner {
        return Err(InvitationError::OwnersOnly);
    }
    Ok((tx, NewMember { email: found.email, roles: found.roles }))
}

/// Counts one mail more, for whoever sends it and for whoever gets it.
fn spend(ctx: &Ctx, by: &Member, to: &EmailAddress) -> Result<(), Exhausted> {
    let now = ctx.now();
    ctx.limits.take(Counted::InvitationsOf(by.person().id()), Rate::per_hour(SENT), now)?;
    ctx.limits.take(Counted::InvitationsTo(to.key().to_owned()), Rate::per_hour(RECEIVED), now).map(drop)
}

/// The link of an invitation, before it is kept.
pub(super) struct Link {
    pub seed: String,
    pub digest: crate::base::secret::Digest,
}

impl Link {
    fn new(ctx: &Ctx) -> Self {
        let seed = hex(&ctx.rng.bytes32());
        let digest = ctx.keys.digest(links::secret_of(ctx, &seed).reveal());
        Self { seed, digest }
    }
}

async fn send(tx: &mut Tx, ctx: &Ctx, by: &Member, to: &NewMember, link: Link) -> db::Result<()> {
    let now = ctx.now();
    let message = WorkspaceInvitation {
        name: PersonName::parse("").map_err(|_| db::Error::corrupt("name"))?,
        workspace: by.workspace().name.clone(),
        inviter: by.person().email().to_string(),
        role: to.roles.standing().as_str().to_owned(),
        seed: link.seed,
        expires_at: now + LIFE,
        cause: Cause::new(now, by.person().origin()),
    };
    // To the address, whether it has an account or not: what is done must not depend on it.
    ctx.post_to(tx, &to.email, None, &Message::WorkspaceInvitation(message), LIFE).await
}

async fn record(tx: &mut Tx, ctx: &Ctx, by: &Member, (id, action): (InvitationId, Action), of: &NewMember) -> db::Result<()> {
    let person = by.person();
    let event = Event::done_in(Actor::Account(person.id()), person.origin(), action, by.workspace().id)
        .about(person.id())
        .of(id)
        .with(json!({ "name": of.email.as_str(), "roles": of.roles.words().collect::<Vec<_>>().join(", ") }));
    audit::record(tx, ctx, ctx.now(), event).await
}
