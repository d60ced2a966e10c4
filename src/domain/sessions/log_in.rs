//! Signing in without a browser: everything that has to be shown comes in one request.

use super::gate::{self, Claim, Entry, LoggedIn, MissingFactor};
use super::sign_in::{Credentials, SignInError, prove};
use crate::base::net::Origin;
use crate::domain::Ctx;

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

/// Lets a program in as the person whose password it presents, with a code of the app or on paper where the account has a
/// second factor. It counts as one attempt of signing in, on the counters of the page.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with address and password.
pub async fn log_in(ctx: &Ctx, presented: Credentials, code: Option<&str>, origin: &Origin) -> Result<LoggedIn, LogInError> {
    let proved = prove(ctx, &presented, origin).await?;
    let claim = Claim { account: &proved.account, attempt: &proved.attempt, stronger: proved.stronger, origin };
    match gate::admit_program(ctx, claim, code).await.map_err(SignInError::from)? {
        Entry::In(logged_in) => Ok(*logged_in),
        Entry::Needs(missing) => Err(LogInError::Factor(missing)),
        Entry::Nowhere => Err(SignInError::Wrong.into()),
    }
}
