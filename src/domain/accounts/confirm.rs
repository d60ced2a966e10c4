//! Confirming an address: by the mailed link, by the code beside it, or by asking for both again.

use subtle::ConstantTimeEq;

use super::account::{Account, Person};
use super::links::{self, CODE_LIFE, LinkSecret, OpenLink, Purpose};
use super::sign_up::{MAILS, send_confirmation_in};
use super::store;
use crate::base::net::Origin;
use crate::base::text::EmailAddress;
use crate::db;
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::{Counted, Exhausted, Rate};

/// Why an address was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// The link or the code is wrong, used, replaced by a newer one, or too old.
    #[error("this link or code cannot be used any more")]
    NotOpen,
    /// Too many codes were tried.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why no new mail was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// The address is confirmed.
    #[error("this address is confirmed already")]
    Confirmed,
    /// Too many mails to this address.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// How many codes may be typed for one address, a minute.
const CODES: u32 = 10;

/// Which address this link would confirm; nothing if it cannot be used any more. Asking changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn confirmation_address(ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<EmailAddress>> {
    let link = links::open_in(&mut ctx.db.read().await?, ctx, Purpose::Verify, secret).await?;
    Ok(link.and_then(|link| link.email))
}

/// Confirms by the link; it works once. Returns the address.
///
/// # Errors
/// [`ConfirmError::NotOpen`] when it cannot be used.
pub async fn confirm_by_link(ctx: &Ctx, secret: &LinkSecret, origin: &Origin) -> Result<EmailAddress, ConfirmError> {
    let mut tx = ctx.db.write().await?;
    let link = links::open_in(&mut tx, ctx, Purpose::Verify, secret).await?.ok_or(ConfirmError::NotOpen)?;
    confirm(tx, ctx, link, origin).await
}

/// Confirms by the six-digit code, within ten minutes; white space in it does not matter. The fifth wrong code ends
/// the link. Returns the address.
///
/// # Errors
/// [`ConfirmError::NotOpen`] for a wrong code and for an address without an open link alike.
pub async fn confirm_by_code(ctx: &Ctx, email: &EmailAddress, code: &str, origin: &Origin) -> Result<EmailAddress, ConfirmError> {
    let now = ctx.now();
    ctx.limits.take(Counted::CodeFrom(origin.network()), ctx.settings.sign_in_rate, now)?;
    ctx.limits.take(Counted::CodeFor(email.key().to_owned()), Rate::per_minute(CODES), now)?;
    let mut tx = ctx.db.write().await?;
    let account = store::by_email_key(&mut tx, email.key()).await?;
    let link = match &account {
        Some(account) => links::newest_in(&mut tx, ctx, Purpose::Verify, account.id, CODE_LIFE).await?,
        None => None,
    };
    match link {
        Some(link) if fits(ctx, &link, code) => confirm(tx, ctx, link, origin).await,
        link => refuse(tx, ctx, account.as_ref(), link.as_ref(), origin).await,
    }
}

fn fits(ctx: &Ctx, link: &OpenLink, code: &str) -> bool {
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    ctx.keys.link_code(&link.seed).as_bytes().ct_eq(typed.as_bytes()).into()
}

/// Writes a row whatever the reason, so that the time it takes does not tell who has an account.
async fn refuse(
    mut tx: db::Tx,
    ctx: &Ctx,
    account: Option<&Account>,
    link: Option<&OpenLink>,
    origin: &Origin,
) -> Result<EmailAddress, ConfirmError> {
    if let Some(link) = link {
        links::wrong_code_in(&mut tx, ctx, link).await?;
    }
    let event = match account {
        Some(account) => Event::done(Actor::Nobody, origin, Action::AccountVerified, account.id).refused(),
        None => Event::refused_to_nobody(origin, Action::AccountVerified),
    };
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await?;
    Err(ConfirmError::NotOpen)
}

async fn confirm(mut tx: db::Tx, ctx: &Ctx, link: OpenLink, origin: &Origin) -> Result<EmailAddress, ConfirmError> {
    let (Some(account), Some(email)) = (link.account, link.email.clone()) else { return Err(ConfirmError::NotOpen) };
    if !links::use_in(&mut tx, ctx, &link).await? {
        return Err(ConfirmError::NotOpen);
    }
    if store::set_verified(&mut tx, account, ctx.now()).await? {
        let event = Event::done(Actor::Account(account), origin, Action::AccountVerified, account);
        audit::record(&mut tx, ctx, ctx.now(), event).await?;
    }
    tx.commit().await?;
    Ok(email)
}

/// Sends the confirmation again, with a new link; older ones end.
///
/// # Errors
/// When there is nothing to confirm, or mails were sent just now.
pub async fn resend_confirmation(ctx: &Ctx, by: &Person) -> Result<(), ResendError> {
    let now = ctx.now();
    if by.is_verified() {
        return Err(ResendError::Confirmed);
    }
    ctx.limits.take(Counted::ConfirmationTo(by.email().key().to_owned()), Rate::per_hour(MAILS), now)?;
    let mut tx = ctx.db.write().await?;
    let account = store::by_id(&mut tx, by.id()).await?.filter(|a| a.verified_at.is_none()).ok_or(ResendError::Confirmed)?;
    send_confirmation_in(&mut tx, ctx, &account, by.origin()).await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::ConfirmationSent, by.id());
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}
