//! Signing in without a browser: everything that has to be shown comes in one request.

use super::gate::{self, Admitted, Begun, Claim, Entry, MissingFactor, Program};
use super::session::{GrantTerms, Kind};
use super::sign_in::{Credentials, Proved, SignInError, prove};
use super::token;
use crate::base::id::WorkspaceId;
use crate::base::net::Origin;
use crate::base::secret::{PlainSecret, base62_of_32};
use crate::base::time::Timestamp;
use crate::domain::Ctx;
use crate::domain::accounts::{Person, Roles};
use crate::domain::signing;

/// Why no program was let in.
#[derive(Debug, thiserror::Error)]
pub enum LogInError {
    /// The password was right, and not enough.
    #[error("a second factor is required: {0:?}")]
    Factor(MissingFactor),
    /// What keeps everybody out who signs in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

/// A program that has just signed in as a person.
pub struct LoggedIn {
    person: Person,
    token: PlainSecret,
    ends_at: Timestamp,
}

impl LoggedIn {
    /// Whom it acts as.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// What it presents from now on, to be shown once.
    pub fn token(&self) -> &PlainSecret {
        &self.token
    }

    /// When the session ends, whatever happens.
    pub fn ends_at(&self) -> Timestamp {
        self.ends_at
    }
}

/// Gives a program a session token of the person whose password it presents.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address and password.
pub async fn log_in(ctx: &Ctx, presented: Credentials, code: Option<&str>, origin: &Origin) -> Result<LoggedIn, LogInError> {
    // The key waits for the database, which the transaction below may hold.
    let signer = signing::signer(ctx).await.map_err(SignInError::from)?;
    let program = Program { kind: Kind::Api, key: None, limits: token::LIMITS, terms: GrantTerms::default(), among: None };
    let (tx, person) = enter(ctx, presented, code, program, origin).await?.into_parts();
    tx.commit().await.map_err(SignInError::from)?;
    ctx.mail.wake();
    let now = ctx.now();
    let ends_at = now + token::LIMITS.absolute;
    Ok(LoggedIn { token: token::sign(ctx, &signer, &person, (now, ends_at)), person, ends_at })
}

/// Gives a browser a session of the person whose password a script in it presents, with a code where the account has a
/// second factor: there is no half of such a session. Where roles are named, the person needs one of them.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address and password.
pub async fn sign_in_at_once(
    ctx: &Ctx,
    presented: Credentials,
    code: Option<&str>,
    among: Option<Roles>,
    origin: &Origin,
) -> Result<Begun, LogInError> {
    let key = PlainSecret::new(base62_of_32(&ctx.rng.bytes32()));
    let digest = Some(ctx.keys.digest(key.reveal()));
    let program = Program { kind: Kind::Browser, key: digest, limits: ctx.settings.session, terms: GrantTerms::default(), among };
    let (tx, person, marks) = enter(ctx, presented, code, program, origin).await?.into_marked_parts();
    tx.commit().await.map_err(SignInError::from)?;
    ctx.mail.wake();
    Ok(Begun::whole(person, key, marks))
}

/// Lets a program in as the person whose password it presents, with a code of the app or on paper where the account has a
/// second factor. It counts as one attempt of signing in, on the counters of the page. Whoever calls this commits.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address and password.
pub(in crate::domain) async fn enter(
    ctx: &Ctx,
    presented: Credentials,
    code: Option<&str>,
    program: Program,
    origin: &Origin,
) -> Result<Admitted, LogInError> {
    let proved = prove(ctx, &presented, None, origin).await?;
    arrive(ctx, proved, code, program, origin).await
}

/// The same in one workspace. Whoever is no member of it is as wrong as with a wrong password, costs as much and leaves the
/// same traces. Returns the terms, too, which name the membership that lets them in.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address, password and workspace.
pub(in crate::domain) async fn enter_in(
    ctx: &Ctx,
    presented: Credentials,
    workspace: WorkspaceId,
    code: Option<&str>,
    mut program: Program,
    origin: &Origin,
) -> Result<(Admitted, GrantTerms), LogInError> {
    let proved = prove(ctx, &presented, Some(workspace), origin).await?;
    program.terms.place = proved.place;
    let terms = program.terms.clone();
    Ok((arrive(ctx, proved, code, program, origin).await?, terms))
}

async fn arrive(
    ctx: &Ctx,
    proved: Proved,
    code: Option<&str>,
    program: Program,
    origin: &Origin,
) -> Result<Admitted, LogInError> {
    let claim = Claim { account: &proved.account, attempt: &proved.attempt, stronger: proved.stronger, origin };
    match gate::admit_program(ctx, claim, code, program).await.map_err(SignInError::from)? {
        Entry::In(admitted) => Ok(*admitted),
        Entry::Needs(missing) => Err(LogInError::Factor(missing)),
        Entry::Nowhere => Err(SignInError::Wrong.into()),
    }
}
