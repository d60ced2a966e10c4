//! Where grants begin: with a password, or with somebody's consent.

use super::access::{self, Denied};
use super::refresh_token::{self, Kept, NewRefresh};
use super::store;
use super::tokens::{LIMITS, Tokens};
use crate::base::id::{SessionId, WorkspaceId};
use crate::base::net::Origin;
use crate::base::secret::PlainSecret;
use crate::db::{self, Error, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Audiences, audience_of_people};
use crate::domain::accounts::{Account, Roles};
use crate::domain::sessions::{self, Credentials, GrantTerms, Kind, LogInError, Program, SignInError};
use crate::domain::signing::{self, Signer};

/// Gives a program tokens of the person whose password it presents, with a code of the app or on paper where the account
/// has a second factor. They are good for all that the person may.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address and password.
pub async fn sign_in(ctx: &Ctx, presented: Credentials, code: Option<&str>, origin: &Origin) -> Result<Tokens, LogInError> {
    sign_in_among(ctx, presented, code, None, origin).await
}

/// The same for a person who needs one of these roles, where roles are named.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address and password, and without such a role.
pub async fn sign_in_among(
    ctx: &Ctx,
    presented: Credentials,
    code: Option<&str>,
    among: Option<Roles>,
    origin: &Origin,
) -> Result<Tokens, LogInError> {
    let terms = GrantTerms::default();
    let signer = signing::signer(ctx).await.map_err(SignInError::from)?;
    let entering = Program { among, ..program(&terms) };
    let (mut tx, person) = sessions::enter(ctx, presented, code, entering, origin).await?.into_parts();
    let tokens = begun(&mut tx, ctx, &signer, person.account(), person.session(), &terms).await;
    let tokens = tokens.map_err(unlikely).map_err(SignInError::from)?;
    tx.commit().await.map_err(SignInError::from)?;
    ctx.mail.wake();
    Ok(Tokens { person: Some(Box::new(person)), ..tokens })
}

/// Where somebody wants to be let in.
#[derive(Debug, Clone, Copy)]
pub struct Entrance<'a> {
    /// The workspace that the grant is to be bound to.
    pub workspace: WorkspaceId,
    /// For whom its access tokens are meant; without, for Latchkey.
    pub audience: Option<&'a str>,
}

/// Why nobody was let into a workspace.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// A password buys no tokens for this audience.
    #[error("a person gets no tokens for this audience")]
    Audience,
    /// What keeps everybody out who signs in.
    #[error(transparent)]
    LogIn(#[from] LogInError),
}

impl From<db::Error> for EnterError {
    fn from(error: db::Error) -> Self {
        LogInError::from(SignInError::from(error)).into()
    }
}

/// The same in one workspace: the grant is good there alone, as long as the membership lasts by which it was given. Whoever
/// is no member of it is told what a wrong password is told.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address, password and workspace.
pub async fn sign_in_to(
    ctx: &Ctx,
    presented: Credentials,
    code: Option<&str>,
    to: Entrance<'_>,
    origin: &Origin,
) -> Result<Tokens, EnterError> {
    let audiences = match to.audience.filter(|audience| *audience != ctx.settings.public_url) {
        Some(audience) => audience_of_people(&ctx.db, audience).await?.ok_or(EnterError::Audience)?,
        None => Audiences::default(),
    };
    let signer = signing::signer(ctx).await?;
    let program = program(&GrantTerms { audiences, ..GrantTerms::default() });
    let (admitted, terms) = sessions::enter_in(ctx, presented, to.workspace, code, program, origin).await?;
    let (mut tx, person) = admitted.into_parts();
    let tokens =
        begun(&mut tx, ctx, &signer, person.account(), person.session(), &terms).await.map_err(|denied| match denied {
            // It ended while the password was hashed.
            Denied::Homeless => LogInError::from(SignInError::Wrong).into(),
            other => EnterError::from(unlikely(other)),
        })?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(tokens)
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
    let tokens = begun(tx, ctx, signer, account, session, &terms).await.map_err(unlikely)?;
    Ok((session, tokens))
}

fn program(terms: &GrantTerms) -> Program {
    Program { kind: Kind::Grant, key: None, limits: LIMITS, terms: terms.clone(), among: None }
}

/// What cannot be wrong with a grant that was made for no workspace and narrowed by nobody.
fn unlikely(denied: Denied) -> Error {
    match denied {
        Denied::Unexpected(error) => error,
        Denied::Homeless | Denied::Scope(_) => Error::corrupt("grant"),
    }
}

/// The first tokens of a grant that has just been made.
async fn begun(
    tx: &mut Tx,
    ctx: &Ctx,
    signer: &Signer,
    account: &Account,
    session: SessionId,
    terms: &GrantTerms,
) -> Result<Tokens, Denied> {
    let now = ctx.now();
    let rights = access::rights(tx, account, terms, None).await?;
    let NewRefresh { id, secret, .. } = keep(tx, ctx, session).await?;
    let (access, life) = access::sign(ctx, signer, account, (session, now + LIMITS.absolute), terms, &rights);
    let facts = rights.facts(ctx, account, terms, Kept { id, made_at: now, expires_at: now + LIMITS.idle });
    Ok(Tokens { access, life, refresh: Some(secret), scope: rights.scope, person: None, allowance: None, facts: Some(facts) })
}

/// Keeps the first refresh token of a grant.
async fn keep(tx: &mut Tx, ctx: &Ctx, session: SessionId) -> db::Result<NewRefresh> {
    let (now, new) = (ctx.now(), refresh_token::generate(ctx));
    let digest = ctx.keys.digest(PlainSecret::reveal(&new.secret));
    store::insert(tx, session, (&new, &digest), None, (now, now + LIMITS.idle)).await?;
    Ok(new)
}
