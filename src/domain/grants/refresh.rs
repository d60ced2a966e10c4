//! Refresh: one refresh token for the next, and an access token of the rights of now (RFC 6749 §6, RFC 9700 §4.14).
//!
//! A token is spent and its successor made in one transaction, so of fifty requests at once one makes a successor, and
//! an error anywhere leaves the old token good. A client that never saw the answer may ask again: for thirty seconds the
//! newest token that was spent is answered with the *same* successor, as long as nobody has used that one. A token that is
//! presented later, or after its successor was used, is in two hands: the whole grant ends, and its person is told.

use super::access::{self, Denied};
use super::refresh_token::{self, Kept, is_refresh_token};
use super::store::{self, Held};
use super::theft::{self, Doubted};
use super::tokens::{LIMITS, Tokens};
use crate::base::id::ClientId;
use crate::base::net::Origin;
use crate::base::secret::PlainSecret;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Scopes, needs_factor_in};
use crate::domain::accounts::{self, Account, Person};
use crate::domain::limits::{Counted, Exhausted, Rate};
use crate::domain::mail::Twice;
use crate::domain::signing;

/// How long a token that was just spent is answered with the same successor.
const GRACE: Span = Span::seconds(30);

/// How many unknown refresh tokens one network may present a minute.
const UNKNOWN: u32 = 120;

/// Who presents a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presenter {
    /// A program that names no client: it can hold the tokens of a sign-in by password alone.
    Unnamed,
    /// The same, where nothing is known of grants that are good for less than all that the person may.
    Person,
    /// This app.
    App(ClientId),
}

impl Presenter {
    pub(super) fn holds(self, held: &Held) -> bool {
        match self {
            Self::Unnamed => held.terms.client.is_none(),
            Self::Person => held.is_for_all(),
            Self::App(id) => held.terms.client == Some(id),
        }
    }
}

/// Why there are no new tokens.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// It is no refresh token, or not this client's, or one that was spent, or its grant has ended: nobody learns which.
    #[error("this refresh token is not good")]
    Invalid,
    /// This scope is none of the grant's.
    #[error("the grant does not reach to the scope {0}")]
    Scope(String),
    /// The limit of the account is reached.
    #[error(transparent)]
    RateLimited(Exhausted),
    /// Too many unknown tokens from this network.
    #[error(transparent)]
    TooManyUnknown(Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl From<Denied> for RefreshError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Homeless => Self::Invalid,
            Denied::Scope(name) => Self::Scope(name),
            Denied::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Why there are no new tokens for an audience.
#[derive(Debug, thiserror::Error)]
pub enum RefreshForError {
    /// The grant is for another audience; the refresh token stays good.
    #[error("the grant is not for this audience")]
    Audience,
    /// What keeps everybody from new tokens.
    #[error(transparent)]
    Refresh(#[from] RefreshError),
}

/// What is asked for beside new tokens.
struct Asked<'a> {
    scopes: Option<&'a Scopes>,
    audience: Option<&'a str>,
}

/// Gives new tokens for a refresh token. The scopes that are asked for narrow the access token, not the grant.
///
/// # Errors
/// [`RefreshError::Invalid`] for every reason that lies with the token, its grant, its app or its person.
pub async fn refresh(
    ctx: &Ctx,
    presented: &str,
    by: Presenter,
    asked: Option<&Scopes>,
    origin: &Origin,
) -> Result<Tokens, RefreshError> {
    let tokens = renew(ctx, presented, by, &Asked { scopes: asked, audience: None }, origin).await?;
    // Without an audience that is asked for, every grant is for it.
    tokens.ok_or(RefreshError::Invalid)
}

/// The same for whoever says for which audience the access token has to be.
///
/// # Errors
/// [`RefreshForError::Audience`] when the grant is for another one.
pub async fn refresh_for(
    ctx: &Ctx,
    presented: &str,
    by: Presenter,
    audience: Option<&str>,
    origin: &Origin,
) -> Result<Tokens, RefreshForError> {
    let tokens = renew(ctx, presented, by, &Asked { scopes: None, audience }, origin).await?;
    tokens.ok_or(RefreshForError::Audience)
}

/// Nothing for a grant that is for another audience than the one that is asked for.
async fn renew(
    ctx: &Ctx,
    presented: &str,
    by: Presenter,
    asked: &Asked<'_>,
    origin: &Origin,
) -> Result<Option<Tokens>, RefreshError> {
    if !is_refresh_token(presented) {
        return Err(RefreshError::Invalid);
    }
    let (now, digest) = (ctx.now(), ctx.keys.digest(presented));
    // What is nobody's does not wait for its turn to write.
    let known = store::find(&mut ctx.db.read().await?, &digest, now).await?;
    let Some(known) = known else {
        let unknown = Counted::UnknownSecret(origin.network());
        ctx.limits.take(unknown, Rate::per_minute(UNKNOWN), now).map_err(RefreshError::TooManyUnknown)?;
        return Err(RefreshError::Invalid);
    };
    if !by.holds(&known) {
        return Err(RefreshError::Invalid);
    }
    let bucket = ctx.verifier.bucket_of(known.account);
    let allowance = bucket.take(ctx.settings.account_rate, 1, now).map_err(RefreshError::RateLimited)?;
    let signer = signing::signer(ctx).await?;
    let mut tx = ctx.db.write().await?;
    let spent_by_us = store::spend(&mut tx, known.id, now).await?;
    let held = store::find(&mut tx, &digest, now).await?.ok_or(RefreshError::Invalid)?;
    if held.session_ended || held.client_disabled {
        return Err(RefreshError::Invalid);
    }
    let account = still_good(&mut tx, &held).await?.ok_or(RefreshError::Invalid)?;
    let rights = access::rights(&mut tx, &account, &held.terms, asked.scopes).await?;
    let (refresh, kept) = match (spent_by_us, held.successor.as_ref(), held.spent_at) {
        (true, _, _) => successor(&mut tx, ctx, &held, now).await?,
        (false, Some(next), Some(spent_at)) if !next.spent && now.since(spent_at) < GRACE => {
            (refresh_token::of_seed(ctx, &next.seed), next.kept.clone())
        }
        (false, _, None) => return Err(RefreshError::Invalid),
        (false, _, Some(_)) => return reused(tx, ctx, &held, &account, origin).await,
    };
    // Whatever was spent above is not, without a commit.
    if !asked.audience.is_none_or(|audience| access::is_for(ctx, &held.terms, audience)) {
        return Ok(None);
    }
    if !store::touch(&mut tx, held.session, held.session_ends_at.min(now + LIMITS.idle), origin, now).await? {
        return Err(RefreshError::Invalid);
    }
    let (access, life) = access::sign(ctx, &signer, &account, (held.session, held.session_ends_at), &held.terms, &rights);
    tx.commit().await?;
    let facts = Some(rights.facts(ctx, &account, &held.terms, kept));
    let person =
        held.is_for_all().then(|| Box::new(Person::present(account, held.session, held.session_began_at, origin.clone())));
    let allowance = Some(allowance);
    Ok(Some(Tokens { access, life, refresh: Some(refresh), scope: rights.scope, person, allowance, facts }))
}

/// The person, if they may be signed in at this moment.
async fn still_good(tx: &mut Tx, held: &Held) -> db::Result<Option<Account>> {
    let Some(account) = accounts::by_id(tx, held.account).await? else { return Ok(None) };
    let lacks_factor = account.second_factor.is_none() && needs_factor_in(tx, &account).await?;
    Ok((account.suspended_at.is_none() && !lacks_factor).then_some(account))
}

/// The refresh token that follows the one that was just spent.
async fn successor(tx: &mut Tx, ctx: &Ctx, spent: &Held, now: Timestamp) -> db::Result<(PlainSecret, Kept)> {
    let new = refresh_token::generate(ctx);
    let digest = ctx.keys.digest(new.secret.reveal());
    let ends_at = spent.session_ends_at.min(now + LIMITS.idle);
    store::insert(tx, spent.session, (&new, &digest), Some(spent.id), (now, ends_at)).await?;
    Ok((new.secret, Kept { id: new.id, made_at: now, expires_at: ends_at }))
}

/// Ends a grant of which a spent token was presented.
async fn reused(tx: Tx, ctx: &Ctx, held: &Held, account: &Account, origin: &Origin) -> Result<Option<Tokens>, RefreshError> {
    let doubted = Doubted { session: held.session, account, client: held.terms.client };
    theft::end(tx, ctx, doubted, Twice::RefreshToken, origin).await?;
    Err(RefreshError::Invalid)
}
