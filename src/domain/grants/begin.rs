//! Where grants begin: with a password, or with somebody's consent.

use super::access::{self, Denied};
use super::refresh_token::{self, NewRefresh};
use super::store;
use super::tokens::{LIMITS, Tokens};
use crate::base::id::SessionId;
use crate::base::net::Origin;
use crate::base::secret::PlainSecret;
use crate::db::{self, Error, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::Account;
use crate::domain::sessions::{self, Credentials, GrantTerms, Kind, LogInError, Program, SignInError};
use crate::domain::signing::{self, Signer};

/// Gives a program tokens of the person whose password it presents, with a code of the app or on paper where the account
/// has a second factor. They are good for all that the person may.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address and password.
pub async fn sign_in(ctx: &Ctx, presented: Credentials, code: Option<&str>, origin: &Origin) -> Result<Tokens, LogInError> {
    let terms = GrantTerms::default();
    let signer = signing::signer(ctx).await.map_err(SignInError::from)?;
    let (mut tx, person) = sessions::enter(ctx, presented, code, program(&terms), origin).await?.into_parts();
    let tokens = begun(&mut tx, ctx, &signer, person.account(), person.session(), &terms).await.map_err(SignInError::from)?;
    tx.commit().await.map_err(SignInError::from)?;
    ctx.mail.wake();
    Ok(Tokens { person: Some(Box::new(person)), ..tokens })
}

/// Gives an app tokens of a person who has allowed it to act for them, in the transaction that spends their consent. The
/// signer must have been asked for before that began.
pub(in crate::domain) async fn begin_in(
    tx: &mut Tx,
    ctx: &Ctx,
    signer: &Signer,
    account: &Account,
    terms: GrantTerms,
    origin: &Origin,
) -> db::Result<(SessionId, Tokens)> {
    let session = sessions::admit_app(tx, ctx, account.id, program(&terms), origin).await?;
    let tokens = begun(tx, ctx, signer, account, session, &terms).await?;
    Ok((session, tokens))
}

fn program(terms: &GrantTerms) -> Program {
    Program { kind: Kind::Grant, key: None, limits: LIMITS, terms: terms.clone() }
}

/// The first tokens of a grant that has just been made.
async fn begun(
    tx: &mut Tx,
    ctx: &Ctx,
    signer: &Signer,
    account: &Account,
    session: SessionId,
    terms: &GrantTerms,
) -> db::Result<Tokens> {
    let now = ctx.now();
    let rights = access::rights(tx, account, terms, None).await.map_err(|denied| match denied {
        Denied::Unexpected(error) => error,
        Denied::Homeless | Denied::Scope(_) => Error::corrupt("grant"),
    })?;
    let NewRefresh { secret, .. } = keep(tx, ctx, session).await?;
    let (access, life) = access::sign(ctx, signer, account, (session, now + LIMITS.absolute), terms, &rights);
    Ok(Tokens { access, life, refresh: Some(secret), scope: rights.scope, person: None, allowance: None })
}

/// Keeps the first refresh token of a grant.
async fn keep(tx: &mut Tx, ctx: &Ctx, session: SessionId) -> db::Result<NewRefresh> {
    let (now, new) = (ctx.now(), refresh_token::generate(ctx));
    let digest = ctx.keys.digest(PlainSecret::reveal(&new.secret));
    store::insert(tx, session, (&new, &digest), None, (now, now + LIMITS.idle)).await?;
    Ok(new)
}
