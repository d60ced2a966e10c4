//! Signing in: one answer for every reason it can fail, and the same work for known and unknown addresses.

use super::store;
use crate::base::id::SessionId;
use crate::base::net::Origin;
use crate::base::secret::{PlainSecret, base62_of_32};
use crate::base::text::EmailAddress;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Account, Busy, Match, PasswordAttempt, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::{Counted, Exhausted};

/// What somebody presents to sign in. Neither part is ever an error of its own.
pub struct Credentials {
    /// The address; nothing when what was typed is none.
    pub email: Option<EmailAddress>,
    /// The password.
    pub password: PasswordAttempt,
}

/// A new session.
pub struct SignedIn {
    /// The person.
    pub person: Person,
    /// The key for the cookie.
    pub key: PlainSecret,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown address, wrong password, no password set, suspended: nobody learns which.
    #[error("wrong email address or password")]
    Wrong,
    /// Too many attempts from this network, or on this account.
    #[error(transparent)]
    TooMany(#[from] Exhausted),
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Signs in. The attempt is counted before anything is hashed.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with what was presented.
pub async fn sign_in(ctx: &Ctx, presented: Credentials, origin: &Origin) -> Result<SignedIn, SignInError> {
    let now = ctx.now();
    let rate = ctx.settings.sign_in_rate;
    ctx.limits.take(Counted::SignInFrom(origin.network()), rate, now)?;
    if let Some(email) = &presented.email {
        ctx.limits.take(Counted::SignInTo(email.key().to_owned()), rate, now)?;
    }
    let account = match &presented.email {
        Some(email) => accounts::by_email_key(&mut ctx.db.read().await?, email.key()).await?,
        None => None,
    };
    let stored = account.as_ref().and_then(|account| account.password.as_ref());
    let matched = ctx.hasher.verify(&presented.password, stored).await?;
    match account {
        Some(account) if matched != Match::No && account.suspended_at.is_none() => {
            begin(ctx, account, matched, &presented.password, origin).await
        }
        account => {
            refuse(ctx, account.as_ref(), origin).await?;
            Err(SignInError::Wrong)
        }
    }
}

/// Begins the session of somebody whose password was right.
async fn begin(
    ctx: &Ctx,
    account: Account,
    matched: Match,
    password: &PasswordAttempt,
    origin: &Origin,
) -> Result<SignedIn, SignInError> {
    let stronger = match matched {
        Match::YesButWeak => Some(ctx.hasher.hash_attempt(password, &ctx.rng).await?),
        Match::Yes | Match::No => None,
    };
    let now = ctx.now();
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let session = SessionId::new(now, &ctx.rng);
    let mut tx = ctx.db.write().await?;
    // The account is read again in the transaction: it may have been suspended, or its password changed, meanwhile.
    let current = accounts::by_id(&mut tx, account.id).await?.ok_or(SignInError::Wrong)?;
    let stored = |account: &Account| account.password.as_ref().map(|hash| hash.as_str().to_owned());
    let same_password = stored(&current) == stored(&account);
    if current.suspended_at.is_some() || !same_password {
        return Err(SignInError::Wrong);
    }
    if let Some(hash) = stronger {
        accounts::set_password(&mut tx, account.id, account.password.as_ref(), &hash, now).await?;
    }
    store::insert(&mut tx, (session, account.id), &ctx.keys.digest(key.reveal()), ctx.settings.session, origin, now).await?;
    let event = Event::done(Actor::Account(account.id), origin, Action::SignedIn, account.id).of(session);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(SignedIn { person: Person::present(current, session, now, origin.clone()), key })
}

async fn refuse(ctx: &Ctx, account: Option<&Account>, origin: &Origin) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    let event = match account {
        Some(account) => Event::done(Actor::Nobody, origin, Action::SignedIn, account.id).refused(),
        None => Event::refused_to_nobody(origin, Action::SignedIn),
    };
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await
}
