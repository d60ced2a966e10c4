//! Inviting people: an administrator makes an account, and its owner sets it up from the mail. Nobody but them ever
//! chooses or sees its password.

use serde_json::json;

use super::ConfirmedAdministrator;
use crate::base::id::AccountId;
use crate::base::secret::PlainSecret;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::links::{self, Purpose};
use crate::domain::accounts::{self, Account, Attributes, NewAccount, Roles};
use crate::domain::audit::{self, Action, Actor, Event};

/// Whom an administrator invites.
pub struct NewInvitation {
    /// Where the invitation goes; the address to sign in with.
    pub email: EmailAddress,
    /// What the person is called, as far as the administrator knows; may be empty.
    pub name: PersonName,
    /// What the account may be.
    pub roles: Roles,
    /// What its profile says beside the name.
    pub attributes: Attributes,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The address has an account, or an invitation.
    #[error("an account with this email address exists already")]
    EmailTaken,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why an invitation stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// There is no such account, or it is set up.
    #[error("there is no such invitation")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why no link was given out.
#[derive(Debug, thiserror::Error)]
pub enum InvitationLinkError {
    /// There is no such account, it is set up, or its invitation has ended: send it again.
    #[error("there is no open invitation")]
    NotFound,
    /// A mail server is configured: the link goes to its owner and to nobody else.
    #[error("the invitation goes by mail")]
    GoesByMail,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// The link of an invitation, to hand it over where no mail server does.
pub struct InvitationLink {
    /// The whole address.
    pub url: PlainSecret,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Makes an account without a password and mails its owner a link to set it up.
///
/// # Errors
/// [`InviteError::EmailTaken`] when the address has an account.
pub async fn invite(ctx: &Ctx, by: &ConfirmedAdministrator, new: NewInvitation) -> Result<AccountId, InviteError> {
    let person = by.person();
    let NewInvitation { email, name, roles, attributes } = new;
    let new = NewAccount { email, name, roles };
    let mut tx = ctx.db.write().await?;
    let account = accounts::insert_invited_in(&mut tx, ctx, new, person.id()).await?.ok_or(InviteError::EmailTaken)?;
    accounts::set_profile(&mut tx, account.id, &account.name, &attributes, ctx.now()).await?;
    accounts::send_invitation_in(&mut tx, ctx, &account, person).await?;
    record(&mut tx, ctx, by, &account, Action::Invited).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(account.id)
}

/// Sends the invitation again, with a new link; the older one ends.
///
/// # Errors
/// [`InvitationError::NotFound`] when the account is set up.
pub async fn resend_invitation(ctx: &Ctx, by: &ConfirmedAdministrator, account: AccountId) -> Result<(), InvitationError> {
    let mut tx = ctx.db.write().await?;
    let account = accounts::invited(&mut tx, account).await?.ok_or(InvitationError::NotFound)?;
    accounts::send_invitation_in(&mut tx, ctx, &account, by.person()).await?;
    record(&mut tx, ctx, by, &account, Action::InvitationSent).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// Takes the invitation back: its link and the account are gone.
///
/// # Errors
/// [`InvitationError::NotFound`] when the account is set up; then it is suspended or deleted, not cancelled.
pub async fn cancel_invitation(ctx: &Ctx, by: &ConfirmedAdministrator, account: AccountId) -> Result<(), InvitationError> {
    let mut tx = ctx.db.write().await?;
    let account = accounts::invited(&mut tx, account).await?.ok_or(InvitationError::NotFound)?;
    if !accounts::delete_invited(&mut tx, account.id).await? {
        return Err(InvitationError::NotFound);
    }
    tx.narrow(Change::Account(account.id.to_db()), ctx.now()).await?;
    record(&mut tx, ctx, by, &account, Action::InvitationCancelled).await?;
    tx.commit().await?;
    Ok(())
}

/// The link of an open invitation, for an administrator to hand over while mail only goes to a folder. That it was
/// shown is recorded: whoever has it can set the account up.
///
/// # Errors
/// [`InvitationLinkError::GoesByMail`] where a mail server is configured.
pub async fn invitation_link(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    account: AccountId,
) -> Result<InvitationLink, InvitationLinkError> {
    if ctx.mail.folder_path().is_none() {
        return Err(InvitationLinkError::GoesByMail);
    }
    let mut tx = ctx.db.write().await?;
    let account = accounts::invited(&mut tx, account).await?.ok_or(InvitationLinkError::NotFound)?;
    let link = links::newest_in(&mut tx, ctx, Purpose::Invite, account.id, Purpose::Invite.life()).await?;
    let link = link.ok_or(InvitationLinkError::NotFound)?;
    record(&mut tx, ctx, by, &account, Action::InvitationLinkShown).await?;
    tx.commit().await?;
    let secret = links::secret_of(ctx, &link.seed);
    let url = PlainSecret::new(format!("{}/invite/{}", ctx.settings.public_url, secret.reveal()));
    Ok(InvitationLink { url, expires_at: link.expires_at })
}

async fn record(tx: &mut Tx, ctx: &Ctx, by: &ConfirmedAdministrator, account: &Account, action: Action) -> db::Result<()> {
    let person = by.person();
    let event = Event::done(Actor::Account(person.id()), person.origin(), action, account.id)
        .with(json!({ "name": account.email.as_str() }));
    audit::record(tx, ctx, ctx.now(), event).await
}
