//! Signing up. One answer for known and unknown addresses: the mail tells the owner which it was.

use super::account::Account;
use super::attributes::Attributes;
use super::create::{NewAccount, insert_in};
use super::hasher::Busy;
use super::links::{self, CODE_LIFE, Purpose, To};
use super::password::{Password, PasswordProblem};
use super::password_hash::PasswordHash;
use super::roles::Roles;
use super::store;
use crate::base::id::AccountId;
use crate::base::net::Origin;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Tx};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::{Counted, Exhausted, Rate};
use crate::domain::mail::{Cause, Message};
use crate::domain::{Ctx, SignUp};

/// What somebody who signs up has told us.
pub struct SignUpDraft {
    /// The address to sign in with.
    pub email: EmailAddress,
    /// How to be called; may be empty.
    pub name: PersonName,
    /// The password.
    pub password: Password,
    /// What the profile is to say beside the name.
    pub attributes: Attributes,
}

/// What whoever signed up is told, whether or not the address was known: of a known one, an id that is nobody's.
#[derive(Debug, Clone, Copy)]
pub struct SignedUp {
    /// Whose account it is.
    pub id: AccountId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Why nobody was signed up.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Accounts are made by invitation here.
    #[error("sign-up is closed")]
    Closed,
    /// Too many sign-ups from this network, or from everywhere.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// How many people may sign up from everywhere together, a minute.
const OVERALL: u32 = 600;
/// How many mails one address gets in an hour because somebody asked.
pub(super) const MAILS: u32 = 3;
/// Forms for one new account that arrive within this time are one attempt: somebody pressed the button twice.
const ONE_ATTEMPT: Span = Span::minutes(1);
/// How long an "account exists" notice is worth sending.
const NOTICE_LIFE: Span = Span::hours(24);

/// Applies the rules for passwords, with what is known of the person.
///
/// # Errors
/// What is wrong with it, in words for the person.
pub fn choose_password(ctx: &Ctx, text: &str, email: &EmailAddress, name: &PersonName) -> Result<Password, PasswordProblem> {
    choose_password_in(ctx, text, email, name, &[])
}

/// The same for somebody who is about to join a workspace, whose names are no better in a password than their own.
///
/// # Errors
/// What is wrong with it, in words for the person.
pub fn choose_password_in(
    ctx: &Ctx,
    text: &str,
    email: &EmailAddress,
    name: &PersonName,
    workspace: &[&str],
) -> Result<Password, PasswordProblem> {
    let own = [email.local_part(), name.as_str(), ctx.settings.service_name.as_str()];
    Password::choose(text, ctx.settings.password_min, &[&own, workspace].concat())
}

/// Signs up: a new account gets a mail that confirms its address, the owner of an existing one is told of the attempt.
/// Both take the same time and give the same answer.
///
/// # Errors
/// When sign-up is closed or limited.
pub async fn sign_up(ctx: &Ctx, draft: SignUpDraft, origin: &Origin) -> Result<SignedUp, SignUpError> {
    let now = ctx.now();
    if ctx.settings.sign_up == SignUp::Invite {
        return Err(SignUpError::Closed);
    }
    ctx.limits.take(Counted::SignUp(origin.network()), ctx.settings.sign_up_rate, now)?;
    ctx.limits.take(Counted::SignUpOverall, Rate::per_minute(OVERALL), now)?;
    let hash = ctx.hasher.hash(&draft.password, &ctx.rng).await?;
    let mut tx = ctx.db.write().await?;
    let made = match store::by_email_key(&mut tx, draft.email.key()).await? {
        None => add(&mut tx, ctx, draft, hash, origin).await?,
        Some(owner) => {
            refuse(&mut tx, ctx, &owner, origin).await?;
            None
        }
    };
    tx.commit().await?;
    ctx.mail.wake();
    Ok(SignedUp { id: made.unwrap_or_else(|| AccountId::new(now, &ctx.rng)), created_at: now })
}

async fn add(tx: &mut Tx, ctx: &Ctx, draft: SignUpDraft, hash: PasswordHash, origin: &Origin) -> db::Result<Option<AccountId>> {
    let (attributes, name) = (draft.attributes, draft.name);
    let new = NewAccount { email: draft.email, name, roles: Roles::user() };
    // Two people who sign up with one address in the same instant: the second finds the row of the first.
    let Some(account) = insert_in(tx, ctx, new, Some(hash), None).await? else { return Ok(None) };
    store::set_profile(tx, account.id, &account.name, &attributes, ctx.now()).await?;
    let event = Event::done(Actor::Account(account.id), origin, Action::AccountCreated, account.id);
    audit::record(tx, ctx, ctx.now(), event).await?;
    send_confirmation_in(tx, ctx, &account, origin).await?;
    Ok(Some(account.id))
}

/// Tells the owner of the address, unless their own confirmation mail is on its way: a form that is sent twice brings
/// one mail.
async fn refuse(tx: &mut Tx, ctx: &Ctx, owner: &Account, origin: &Origin) -> db::Result<()> {
    let now = ctx.now();
    let event = Event::done(Actor::Nobody, origin, Action::AccountCreated, owner.id).refused();
    audit::record(tx, ctx, now, event).await?;
    let just_signed_up = owner.verified_at.is_none() && now.since(owner.created_at) < ONE_ATTEMPT;
    let mails = Counted::ConfirmationTo(owner.email.key().to_owned());
    if just_signed_up || ctx.limits.take(mails, Rate::per_hour(MAILS), now).is_err() {
        return Ok(());
    }
    let message = Message::AlreadyRegistered { name: owner.name.clone(), cause: Cause::new(now, origin) };
    ctx.post(tx, owner, &message, NOTICE_LIFE).await
}

/// Puts the mail that confirms an address into the outbox, and ends older links.
pub(in crate::domain) async fn send_confirmation_in(
    tx: &mut Tx,
    ctx: &Ctx,
    account: &Account,
    origin: &Origin,
) -> db::Result<()> {
    let to = To { account: account.id, email: &account.email, by: None };
    let seed = links::issue_in(tx, ctx, Purpose::Verify, Some(to)).await?;
    let (now, name, life) = (ctx.now(), account.name.clone(), Purpose::Verify.life());
    let (expires_at, code_expires_at) = (now + life, now + CODE_LIFE);
    let message = Message::VerifyAddress { name, seed, expires_at, code_expires_at, cause: Cause::new(now, origin) };
    ctx.post(tx, account, &message, life).await
}
