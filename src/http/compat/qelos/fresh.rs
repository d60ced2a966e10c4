//! Those whose password was typed a short while ago, or is sent along: what a borrowed session must not do asks for that, as at
//! every door.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::answer::DoorError;
use super::body::Fields;
use super::caller::Admin;
use crate::app::App;
use crate::base::time::Span;
use crate::domain::Ctx;
use crate::domain::access::ConfirmedAdministrator;
use crate::domain::accounts::{Confirmed, PasswordAttempt, Person};
use crate::domain::attempts::TooMany;
use crate::domain::sessions::{self, ConfirmError, LogInError, SignInError};
use crate::http::api::{ApiError, Code};

/// An administrator whose password was typed a short while ago: whoever changes other people's accounts.
pub struct FreshAdmin(pub ConfirmedAdministrator);

/// The person, if they typed their password a short while ago.
///
/// # Errors
/// When that is too long ago.
pub fn fresh(app: &App, person: Person) -> Result<Confirmed, DoorError> {
    let told = "Sign in again: this needs a session whose password was typed a short while ago.";
    let confirmed = Confirmed::of(person, app.ctx.now(), app.ctx.settings.session.confirm);
    confirmed.ok_or_else(|| DoorError::told(Code::NotAllowed, told))
}

impl FromRequest for FreshAdmin {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let admin = Admin::from_request(request, payload);
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        Box::pin(async move {
            let confirmed = fresh(&app, admin.await?.0.person().clone())?;
            ConfirmedAdministrator::of(confirmed).map(Self).ok_or_else(|| Code::NotAllowed.into())
        })
    }
}

/// The person as confirmed: they signed in within this time, or send the password that they have.
///
/// # Errors
/// When they have to show it.
pub async fn confirmed(ctx: &Ctx, person: Person, fields: &Fields, within: Span) -> Result<Confirmed, DoorError> {
    if let Some(current) = fields.optional_text("currentPassword")? {
        return sessions::confirm(ctx, &person, &PasswordAttempt::new(current)).await.map_err(|error| match error {
            ConfirmError::Wrong => DoorError::told(Code::NotAllowed, "currentPassword is not your password."),
            ConfirmError::TooMany(too_many) => tired(too_many),
            ConfirmError::Busy(busy) => ApiError::from(busy).into(),
            ConfirmError::Unexpected(error) => error.into(),
        });
    }
    let told = "This needs your password again. Sign in anew, or send it as currentPassword.";
    Confirmed::of(person, ctx.now(), within).ok_or_else(|| DoorError::told(Code::NotAllowed, told))
}

/// Too many passwords were wrong.
pub fn tired(too_many: TooMany) -> DoorError {
    ApiError::from(LogInError::from(SignInError::from(too_many))).into()
}
