//! Setting up an account that an administrator made: whoever reads the mail chooses the name and the password.

use super::account::{Account, Person};
use super::hasher::Busy;
use super::links::{self, LinkSecret, OpenLink, Purpose, To};
use super::password::Password;
use super::roles::Roles;
use super::store;
use crate::base::net::Origin;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::db::{self, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, Message};

/// An invitation that can be accepted.
#[derive(Debug, Clone)]
pub struct OpenInvitation {
    /// The address that was invited; it is the one to sign in with.
    pub email: EmailAddress,
    /// What the administrator believes the person is called; may be empty.
    pub name: PersonName,
    /// Who invites, in words; nothing if that account is gone.
    pub inviter: Option<String>,
    /// What the account may be.
    pub roles: Roles,
    /// When the invitation ends.
    pub expires_at: Timestamp,
}

/// What somebody who accepts has told us.
pub struct Acceptance {
    /// How to be called.
    pub name: PersonName,
    /// The password.
    pub password: Password,
}

/// Why an account was not set up.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The link is used, replaced, cancelled or too old, or the account is suspended or set up already.
    #[error("this invitation cannot be used any more")]
    NotOpen,
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// What this link invites to; nothing if it cannot be used any more. Asking changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn open_invitation(ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<OpenInvitation>> {
    let mut cx = ctx.db.read().await?;
    let Some((link, account)) = open(&mut cx, ctx, secret).await? else { return Ok(None) };
    let inviter = match link.by {
        Some(by) => store::by_id(&mut cx, by).await?,
        None => None,
    };
    Ok(Some(OpenInvitation {
        email: account.email,
        name: account.name,
        inviter: inviter.as_ref().map(called),
        roles: account.roles,
        expires_at: link.expires_at,
    }))
}

/// The link and the account that waits to be set up by it.
async fn open(cx: &mut Cx, ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<(OpenLink, Account)>> {
    let Some(link) = links::open_in(cx, ctx, Purpose::Invite, secret).await? else { return Ok(None) };
    let Some(id) = link.account else { return Ok(None) };
    let account = store::invited(cx, id).await?.filter(|account| account.suspended_at.is_none());
    Ok(account.map(|account| (link, account)))
}

/// Sets the account up: its name, its password, its address confirmed, because the link came by mail. It works once and
/// signs nobody in. Returns the address to sign in with.
///
/// # Errors
/// [`AcceptError::NotOpen`] when the link cannot be used; then nothing was hashed.
pub async fn accept_invitation(
    ctx: &Ctx,
    secret: &LinkSecret,
    draft: Acceptance,
    origin: &Origin,
) -> Result<EmailAddress, AcceptError> {
    if open(&mut ctx.db.read().await?, ctx, secret).await?.is_none() {
        return Err(AcceptError::NotOpen);
    }
    let hash = ctx.hasher.hash(&draft.password, &ctx.rng).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let (link, account) = open(&mut tx, ctx, secret).await?.ok_or(AcceptError::NotOpen)?;
    let used = links::use_in(&mut tx, ctx, &link).await?;
    if !used || !store::set_up_invited(&mut tx, account.id, &draft.name, &hash, now).await? {
        return Err(AcceptError::NotOpen);
    }
    links::end_all_in(&mut tx, ctx, account.id).await?;
    let event = Event::done(Actor::Account(account.id), origin, Action::InvitationAccepted, account.id);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(account.email)
}

/// Puts the invitation into the outbox, with a new link; older ones end.
pub(in crate::domain) async fn send_invitation_in(tx: &mut Tx, ctx: &Ctx, account: &Account, by: &Person) -> db::Result<()> {
    let to = To { account: account.id, email: &account.email, by: Some(by.id()) };
    let seed = links::issue_in(tx, ctx, Purpose::Invite, Some(to)).await?;
    let (now, life) = (ctx.now(), Purpose::Invite.life());
    let message = Message::Invitation {
        name: account.name.clone(),
        inviter: called(by.account()),
        seed,
        expires_at: now + life,
        cause: Cause::new(now, by.origin()),
    };
    ctx.post(tx, account, &message, life).await
}

/// Who that is, for somebody who has to recognise them: `Ada Quist (ada@example.com)`.
fn called(account: &Account) -> String {
    let (name, email) = (account.name.as_str(), account.email.as_str());
    if name.is_empty() { email.to_owned() } else { format!("{name} ({email})") }
}
