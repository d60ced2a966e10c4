//! Another address for an account: confirmed from the new one, undone from the old one.
//!
//! Until it is confirmed the new address is good for nothing. The undo is for whoever lost the account to somebody else:
//! it lives for days, a recovery does not end it, nor does another change.

use serde_json::json;

use crate::base::id::AccountId;
use crate::base::net::Origin;
use crate::base::text::EmailAddress;
use crate::db::{self, Change, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::links::{self, OpenLink, Purpose, To};
use crate::domain::accounts::{self, Account, Confirmed, LinkSecret};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::{Counted, Exhausted, Rate};
use crate::domain::mail::{Asker, Cause, Message};
use crate::domain::sessions;

/// How many new addresses an account may ask for in an hour, and how many such mails one address gets.
const MAILS: u32 = 5;

/// Why no change was begun.
#[derive(Debug, thiserror::Error)]
pub enum AskChangeError {
    /// It is the account's address already.
    #[error("this is the address of the account already")]
    Same,
    /// Too many requests.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why the address stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangeAddressError {
    /// The link is used, replaced or too old, or the account is suspended or has that address.
    #[error("this link cannot be used any more")]
    NotOpen,
    /// Another account has the address by now.
    #[error("another account has this address")]
    Taken,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(db::Error),
}

impl From<db::Error> for ChangeAddressError {
    fn from(error: db::Error) -> Self {
        if matches!(error, db::Error::Taken) { Self::Taken } else { Self::Unexpected(error) }
    }
}

/// Which way an address changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To a new one.
    Change,
    /// Back to the old one.
    Undo,
}

impl Way {
    fn purpose(self) -> Purpose {
        match self {
            Self::Change => Purpose::ChangeEmail,
            Self::Undo => Purpose::UndoEmail,
        }
    }
}

/// A change that a link would make.
#[derive(Debug, Clone)]
pub struct OpenChange {
    /// The address that the account has.
    pub from: EmailAddress,
    /// The one that it would have.
    pub to: EmailAddress,
}

/// Mails a link to the new address; the account has its old one until that is used. Whether the new one belongs to
/// somebody is told to its owner alone: what the account sees and does is the same.
///
/// # Errors
/// When it is the account's own, or too many were asked for.
pub async fn ask_change(ctx: &Ctx, by: &Confirmed, new: &EmailAddress) -> Result<(), AskChangeError> {
    let (person, now, rate) = (by.person(), ctx.now(), Rate::per_hour(MAILS));
    let account = person.account();
    if new.key() == account.email.key() {
        return Err(AskChangeError::Same);
    }
    ctx.limits.take(Counted::NewAddressOf(account.id), rate, now)?;
    ctx.limits.take(Counted::ConfirmationTo(new.key().to_owned()), rate, now)?;
    let mut tx = ctx.db.write().await?;
    let owner = accounts::by_email_key(&mut tx, new.key()).await?;
    let to = To { account: account.id, email: new, by: None };
    let seed = links::issue_in(&mut tx, ctx, Purpose::ChangeEmail, Some(to)).await?;
    let (cause, life) = (Cause::new(now, person.origin()), Purpose::ChangeEmail.life());
    let (whose, message) = match owner {
        Some(owner) => (owner.id, Message::AlreadyRegistered { name: owner.name, cause }),
        None => {
            let (name, old) = (account.name.clone(), account.email.to_string());
            (account.id, Message::ConfirmNewAddress { name, old, seed, expires_at: now + life, cause })
        }
    };
    ctx.post_to(&mut tx, new, Some(whose), &message, life).await?;
    let event = Event::done(Actor::Account(account.id), person.origin(), Action::AddressAsked, account.id);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// What this link would change; nothing if it cannot be used any more. Asking changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn open_change(ctx: &Ctx, way: Way, secret: &LinkSecret) -> db::Result<Option<OpenChange>> {
    let found = open(&mut ctx.db.read().await?, ctx, way, secret).await?;
    Ok(found.map(|(_, account, to)| OpenChange { from: account.email, to }))
}

async fn open(cx: &mut Cx, ctx: &Ctx, way: Way, secret: &LinkSecret) -> db::Result<Option<(OpenLink, Account, EmailAddress)>> {
    let Some(link) = links::open_in(cx, ctx, way.purpose(), secret).await? else { return Ok(None) };
    let (Some(id), Some(to)) = (link.account, link.email.clone()) else { return Ok(None) };
    let account = accounts::by_id(cx, id).await?;
    let account = account.filter(|account| account.suspended_at.is_none() && account.email.key() != to.key());
    Ok(account.map(|account| (link, account, to)))
}

/// Gives the account its new address, by the link that was mailed there. The old address, if it was confirmed, is told
/// and gets a link that undoes it. Returns the new address.
///
/// # Errors
/// When the link cannot be used, or somebody else has the address by now.
pub async fn confirm_change(ctx: &Ctx, secret: &LinkSecret, origin: &Origin) -> Result<EmailAddress, ChangeAddressError> {
    let mut tx = ctx.db.write().await?;
    let (account, new) = move_in(&mut tx, ctx, Way::Change, secret).await?;
    links::end_all_in(&mut tx, ctx, account.id).await?;
    // An address that was never confirmed may be a stranger's: no way back to it.
    if account.verified_at.is_some() {
        tell_old_in(&mut tx, ctx, &account, &new, origin).await?;
    }
    record_in(&mut tx, ctx, account.id, origin, Action::AddressChanged, &new).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(new)
}

/// Uses the link and changes the address.
async fn move_in(tx: &mut Tx, ctx: &Ctx, way: Way, secret: &LinkSecret) -> Result<(Account, EmailAddress), ChangeAddressError> {
    let (link, account, to) = open(tx, ctx, way, secret).await?.ok_or(ChangeAddressError::NotOpen)?;
    if !links::use_in(tx, ctx, &link).await? {
        return Err(ChangeAddressError::NotOpen);
    }
    if !accounts::change_email(tx, account.id, &account.email, &to, ctx.now()).await? {
        let taken = accounts::by_email_key(tx, to.key()).await?.is_some();
        return Err(if taken { ChangeAddressError::Taken } else { ChangeAddressError::NotOpen });
    }
    // What is remembered of the account's tokens says whose they are.
    tx.narrow(Change::Account(account.id.to_db()), ctx.now()).await?;
    Ok((account, to))
}

async fn tell_old_in(tx: &mut Tx, ctx: &Ctx, account: &Account, new: &EmailAddress, origin: &Origin) -> db::Result<()> {
    let to = To { account: account.id, email: &account.email, by: None };
    let seed = links::issue_in(tx, ctx, Purpose::UndoEmail, Some(to)).await?;
    let (now, life, name) = (ctx.now(), Purpose::UndoEmail.life(), account.name.clone());
    let (new, expires_at, cause) = (new.to_string(), now + life, Cause::new(now, origin));
    ctx.post(tx, account, &Message::AddressChanged { name, new, seed, expires_at, cause }, life).await
}

/// Puts the old address back, by the link that was mailed there. All sessions and all other links end, and the password
/// with them: whoever changed the address knew it. A link that sets another one is mailed to the old address, which is
/// returned.
///
/// # Errors
/// When the link cannot be used, or somebody has confirmed the address for another account.
pub async fn undo_change(ctx: &Ctx, secret: &LinkSecret, origin: &Origin) -> Result<EmailAddress, ChangeAddressError> {
    let mut tx = ctx.db.write().await?;
    let (_, _, old) = open(&mut tx, ctx, Way::Undo, secret).await?.ok_or(ChangeAddressError::NotOpen)?;
    make_room_in(&mut tx, ctx, &old, origin).await?;
    let (account, old) = move_in(&mut tx, ctx, Way::Undo, secret).await?;
    links::end_really_all_in(&mut tx, ctx, account.id).await?;
    sessions::end_all_in(&mut tx, account.id, ctx.now()).await?;
    accounts::forget_password(&mut tx, account.id, ctx.now()).await?;
    record_in(&mut tx, ctx, account.id, origin, Action::AddressRestored, &old).await?;
    let account = Account { email: old, ..account };
    super::recover::send_in(&mut tx, ctx, &account, Asker::Undo, None, origin).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(account.email)
}

/// Deletes what somebody may have signed up with under the old address to block the way back, unless they have confirmed
/// it.
async fn make_room_in(tx: &mut Tx, ctx: &Ctx, old: &EmailAddress, origin: &Origin) -> db::Result<()> {
    let Some(squatter) = accounts::delete_unconfirmed(tx, old).await? else { return Ok(()) };
    tx.narrow(Change::Account(squatter.to_db()), ctx.now()).await?;
    audit::record(tx, ctx, ctx.now(), Event::done(Actor::Nobody, origin, Action::AccountDeleted, squatter)).await
}

async fn record_in(
    tx: &mut Tx,
    ctx: &Ctx,
    account: AccountId,
    origin: &Origin,
    action: Action,
    address: &EmailAddress,
) -> db::Result<()> {
    let event = Event::done(Actor::Account(account), origin, action, account).with(json!({ "name": address.as_str() }));
    audit::record(tx, ctx, ctx.now(), event).await
}
