//! A lost password: a link by mail, a new password, and an end to whatever somebody else may have made of the old one.
//!
//! Asking tells nobody who has an account: known, unknown and suspended addresses, and those that were mailed often
//! enough, get the same answer for the same work. A recovery signs nobody in and leaves the second factor as it is.

use serde_json::json;

use crate::base::id::AccountId;
use crate::base::net::Origin;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Span;
use crate::db::{self, Change, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::access::ConfirmedAdministrator;
use crate::domain::accounts::links::{self, OpenLink, Purpose, To};
use crate::domain::accounts::{self, Account, Busy, LinkSecret, Password};
use crate::domain::attempts;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::credentials::{self, RevokedBy};
use crate::domain::limits::{Counted, Exhausted};
use crate::domain::mail::{Asker, Cause, Message, NOTICE_LIFE};
use crate::domain::sessions;

/// How many links an account is mailed in an hour because somebody asked.
const MAILS: i64 = 3;

/// Why nothing was asked for.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// Too many requests from this network.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why an administrator sent nobody a link.
#[derive(Debug, thiserror::Error)]
pub enum SendLinkError {
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// The account is suspended: a new password would be of no use.
    #[error("this account is suspended")]
    Suspended,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why the password stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The link is used, replaced or too old, or the account is suspended or has another address.
    #[error("this link cannot be used any more")]
    NotOpen,
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// What becomes of the account's API tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// They are revoked: whoever had the password may have them too.
    Revoke,
    /// They go on working.
    Keep,
}

/// What somebody who recovers an account has chosen.
pub struct NewPassword {
    /// The password.
    pub password: Password,
    /// What becomes of the tokens.
    pub tokens: Tokens,
}

/// Mails a link that sets a new password to the owner of the address, if it has one.
///
/// # Errors
/// When there were too many requests from this network; the address makes no difference.
pub async fn request_recovery(ctx: &Ctx, email: &EmailAddress, origin: &Origin) -> Result<(), RecoveryError> {
    let now = ctx.now();
    ctx.limits.take(Counted::RecoveryFrom(origin.network()), ctx.settings.sign_up_rate, now)?;
    let nowhere = Account::nowhere(AccountId::new(now, &ctx.rng), email.clone(), now);
    let mut tx = ctx.db.write().await?;
    let found = accounts::by_email_key(&mut tx, email.key()).await?;
    let id = found.as_ref().map_or(nowhere.id, |account| account.id);
    let often = links::asked_since_in(&mut tx, Purpose::Recover, id, now - Span::hours(1)).await? >= MAILS;
    let event = match &found {
        Some(account) if often || account.suspended_at.is_some() => {
            Event::done(Actor::Nobody, origin, Action::RecoverySent, account.id).refused()
        }
        Some(account) => Event::done(Actor::Nobody, origin, Action::RecoverySent, account.id),
        None => Event::refused_to_nobody(origin, Action::RecoverySent),
    };
    audit::record(&mut tx, ctx, now, event).await?;
    let account = found.filter(|account| !often && account.suspended_at.is_none()).unwrap_or(nowhere);
    send_in(&mut tx, ctx, &account, Asker::Anybody, None, origin).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// Mails somebody a link that sets a new password, because an administrator wants them to have one. The administrator
/// sees neither the link nor the password.
///
/// # Errors
/// When there is no such account, or it is suspended.
pub async fn send_set_password_link(ctx: &Ctx, by: &ConfirmedAdministrator, account: AccountId) -> Result<(), SendLinkError> {
    let person = by.person();
    let mut tx = ctx.db.write().await?;
    let account = accounts::by_id(&mut tx, account).await?.ok_or(SendLinkError::NotFound)?;
    if account.suspended_at.is_some() {
        return Err(SendLinkError::Suspended);
    }
    send_in(&mut tx, ctx, &account, Asker::Admin, Some(person.id()), person.origin()).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::RecoverySent, account.id);
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// Puts the mail with a link into the outbox; older links end.
pub(super) async fn send_in(
    tx: &mut Tx,
    ctx: &Ctx,
    account: &Account,
    asker: Asker,
    by: Option<AccountId>,
    origin: &Origin,
) -> db::Result<()> {
    let to = To { account: account.id, email: &account.email, by };
    let seed = links::issue_in(tx, ctx, Purpose::Recover, Some(to)).await?;
    let (now, life) = (ctx.now(), Purpose::Recover.life());
    let message = Message::ResetPassword {
        name: account.name.clone(),
        seed,
        expires_at: now + life,
        asker,
        cause: Cause::new(now, origin),
    };
    ctx.post(tx, account, &message, life).await
}

/// Whose password this link sets; nothing if it cannot be used any more. Asking changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn open_recovery(ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<(EmailAddress, PersonName)>> {
    let found = open(&mut ctx.db.read().await?, ctx, secret).await?;
    Ok(found.map(|(_, account)| (account.email, account.name)))
}

async fn open(cx: &mut Cx, ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<(OpenLink, Account)>> {
    let Some(link) = links::open_in(cx, ctx, Purpose::Recover, secret).await? else { return Ok(None) };
    let (Some(id), Some(email)) = (link.account, &link.email) else { return Ok(None) };
    let account = accounts::by_id(cx, id).await?;
    let account = account.filter(|account| account.suspended_at.is_none() && account.email.key() == email.key());
    Ok(account.map(|account| (link, account)))
}

/// Sets the password of whoever reads the account's mail, which confirms its address. All sessions end, all open links
/// but those that bring an old address back, and all tokens if that is wanted. Nobody is signed in.
///
/// # Errors
/// [`RecoverError::NotOpen`] when the link cannot be used; then nothing was hashed.
pub async fn recover(ctx: &Ctx, secret: &LinkSecret, chosen: NewPassword, origin: &Origin) -> Result<(), RecoverError> {
    if open(&mut ctx.db.read().await?, ctx, secret).await?.is_none() {
        return Err(RecoverError::NotOpen);
    }
    let hash = ctx.hasher.hash(&chosen.password, &ctx.rng).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let (link, account) = open(&mut tx, ctx, secret).await?.ok_or(RecoverError::NotOpen)?;
    let used = links::use_in(&mut tx, ctx, &link).await?;
    if !used || !accounts::recover(&mut tx, account.id, &account.email, &hash, now).await? {
        return Err(RecoverError::NotOpen);
    }
    links::end_all_in(&mut tx, ctx, account.id).await?;
    let ended = sessions::end_all_in(&mut tx, account.id, now).await?;
    tx.narrow(Change::Account(account.id.to_db()), now).await?;
    attempts::reset_in(&mut tx, ctx, account.id).await?;
    let revoked = match chosen.tokens {
        Tokens::Revoke => credentials::revoke_all_in(&mut tx, account.id, RevokedBy::Owner, now).await?,
        Tokens::Keep => 0,
    };
    let event = Event::done(Actor::Account(account.id), origin, Action::PasswordRecovered, account.id)
        .with(json!({ "sessions": ended, "tokens": revoked }));
    audit::record(&mut tx, ctx, now, event).await?;
    let (name, cause) = (account.name.clone(), Cause::new(now, origin));
    let message = Message::PasswordChanged { name, tokens_revoked: revoked, cause };
    ctx.post(&mut tx, &account, &message, NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}
