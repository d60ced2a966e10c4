//! The link of an invitation, for somebody who has no account yet: whoever reads the mail has the address, so the account
//! is set up right there, its address confirmed, and belongs to the workspace at once.

use super::answer::{AnswerError, digest, join_in};
use super::{OpenInvitation, store};
use crate::base::net::Origin;
use crate::base::text::EmailAddress;
use crate::db::{self, Cx};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Acceptance, Busy, LinkSecret, NewAccount, Roles};
use crate::domain::audit::{self, Action, Actor, Event};

/// Whether the address that was invited has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressee {
    /// It has: its owner signs in.
    HasAccount,
    /// It has none: its owner sets one up.
    IsNew,
}

/// Why no account was set up.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// It is answered, replaced, cancelled or too old, or the workspace is suspended or gone.
    #[error("this invitation cannot be used any more")]
    NotOpen,
    /// The address has an account.
    #[error("an account with this email address exists already. Sign in")]
    EmailTaken,
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl From<AnswerError> for JoinError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::NotOpen | AnswerError::OtherAddress | AnswerError::Unconfirmed => Self::NotOpen,
            AnswerError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// What this link invites to, and whom; nothing if it cannot be used any more. Asking changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn by_link(ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<(OpenInvitation, Addressee)>> {
    open(&mut ctx.db.read().await?, ctx, secret).await
}

async fn open(cx: &mut Cx, ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<(OpenInvitation, Addressee)>> {
    let Some(open) = store::by_digest(cx, &digest(ctx, secret), ctx.now()).await? else { return Ok(None) };
    let account = accounts::by_email_key(cx, open.email.key()).await?;
    let addressee = if account.is_some() { Addressee::HasAccount } else { Addressee::IsNew };
    Ok(Some((open, addressee)))
}

/// Sets up an account with the invited address and joins the workspace. It signs nobody in. Returns the address to sign
/// in with.
///
/// # Errors
/// When a rule forbids it; then nothing was hashed, and there is no account.
pub async fn set_up_and_join(
    ctx: &Ctx,
    secret: &LinkSecret,
    draft: Acceptance,
    origin: &Origin,
) -> Result<EmailAddress, JoinError> {
    match by_link(ctx, secret).await? {
        None => return Err(JoinError::NotOpen),
        Some((_, Addressee::HasAccount)) => return Err(JoinError::EmailTaken),
        Some((_, Addressee::IsNew)) => {}
    }
    let hash = ctx.hasher.hash(&draft.password, &ctx.rng).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let (invitation, _) = open(&mut tx, ctx, secret).await?.ok_or(JoinError::NotOpen)?;
    let new = NewAccount { email: invitation.email.clone(), name: draft.name, roles: Roles::user() };
    let account = accounts::insert_in(&mut tx, ctx, new, Some(hash), Some(now)).await?.ok_or(JoinError::EmailTaken)?;
    let event = Event::done(Actor::Account(account.id), origin, Action::AccountCreated, account.id);
    audit::record(&mut tx, ctx, now, event).await?;
    join_in(&mut tx, ctx, &invitation, account.id, origin).await?;
    tx.commit().await?;
    Ok(account.email)
}
