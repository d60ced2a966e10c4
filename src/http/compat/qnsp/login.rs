//! `POST /auth/login`: a pair of tokens for a password, good in one workspace.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::answer::DoorError;
use super::body::Body;
use super::pair;
use crate::app::App;
use crate::base::id::WorkspaceId;
use crate::base::text::EmailAddress;
use crate::domain::accounts::PasswordAttempt;
use crate::domain::grants::{self, EnterError, Entrance};
use crate::domain::sessions::{Credentials, LogInError, MissingFactor};
use crate::http::api::{ApiError, Code};
use crate::http::edge::origin_of;

/// Longer than any code, with whatever spaces people write into it.
const CODE: usize = 64;

/// `POST /auth/login`
///
/// # Errors
/// One answer for everything that is wrong with address, password and workspace.
pub async fn login(request: HttpRequest, app: Data<App>, body: Body) -> Result<HttpResponse, DoorError> {
    let email = body.text("email")?;
    let password = PasswordAttempt::new(body.text("password")?);
    let workspace = body.id("tenantId", WorkspaceId::from_either)?;
    let (code, audience) = (body.optional_text("totp")?, body.optional_text("audience")?);
    if code.is_some_and(|code| code.chars().count() > CODE) {
        return Err(DoorError::field("totp", "is too long"));
    }
    // What is no address is as wrong as an unknown one, and costs as much.
    let presented = Credentials { email: EmailAddress::parse(email).ok(), password };
    let to = Entrance { workspace, audience };
    let tokens = grants::sign_in_to(&app.ctx, presented, code, to, &origin_of(&request)).await.map_err(kept_out)?;
    Ok(pair::answer(&request, &tokens))
}

fn kept_out(error: EnterError) -> DoorError {
    match error {
        EnterError::Audience => DoorError::audience(),
        EnterError::LogIn(LogInError::Factor(missing)) => DoorError::from(Code::FactorRequired).told(match missing {
            MissingFactor::NotShown => "Send a code of the authenticator app, or a recovery code, as totp.",
            MissingFactor::WrongCode => "This code is wrong, or was used before. Wait for the next one, and send that as totp.",
            MissingFactor::NotSetUp => "Sign in on the pages first, and set up an authenticator app there.",
        }),
        EnterError::LogIn(error @ LogInError::SignIn(_)) => ApiError::from(error).into(),
    }
}
