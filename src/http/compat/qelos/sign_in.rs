//! `POST /api/signin`: a cookie for a browser, or with `authType: "oauth"` tokens for a program.

use actix_session::Session;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::DoorError;
use super::body::Fields;
use super::caller::foreign;
use super::user;
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::domain::Ctx;
use crate::domain::accounts::PasswordAttempt;
use crate::domain::grants::{self, Tokens};
use crate::domain::sessions::{self, Credentials, LogInError};
use crate::http::api::{ApiError, Code};
use crate::http::edge::{Site, origin_of, site_of};
use crate::http::web::session::give;
use crate::http::web::visitor::marked_origin_of;

/// How somebody wants to be known from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthType {
    /// By a cookie.
    Cookie,
    /// By tokens.
    Tokens,
}

impl AuthType {
    /// What the body asks for.
    ///
    /// # Errors
    /// When it is no text.
    pub fn of(fields: &Fields) -> Result<Self, DoorError> {
        Ok(if fields.optional_text("authType")? == Some("oauth") { Self::Tokens } else { Self::Cookie })
    }
}

/// What somebody signs in with.
pub struct Presented<'a> {
    /// The user name: an address.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// The code of their second factor, if they send one.
    pub code: Option<&'a str>,
}

impl Presented<'_> {
    fn credentials(&self) -> Credentials {
        // What is no address is as wrong as an unknown one, and costs as much.
        Credentials { email: EmailAddress::parse(self.username).ok(), password: PasswordAttempt::new(self.password) }
    }
}

/// `POST /api/signin`
///
/// # Errors
/// One answer for everything that is wrong with address and password.
pub async fn create(request: HttpRequest, app: Data<App>, session: Session, fields: Fields) -> Result<HttpResponse, DoorError> {
    if site_of(&request) == Site::Foreign {
        return Err(foreign().at_entry());
    }
    let auth_type = AuthType::of(&fields)?;
    let presented =
        Presented { username: fields.text("username")?, password: fields.text("password")?, code: fields.optional_text("totp")? };
    enter(&request, &app, &session, auth_type, &presented).await
}

/// Signs in, and answers with whoever it is.
///
/// # Errors
/// Why nobody was signed in.
pub async fn enter(
    request: &HttpRequest,
    app: &App,
    session: &Session,
    auth_type: AuthType,
    presented: &Presented<'_>,
) -> Result<HttpResponse, DoorError> {
    let refused = |error: LogInError| DoorError::from(ApiError::from(error)).at_entry();
    let (credentials, code) = (presented.credentials(), presented.code);
    match auth_type {
        AuthType::Tokens => {
            let given = grants::sign_in(&app.ctx, credentials, code, &origin_of(request)).await.map_err(refused)?;
            tokens(&app.ctx, &given).await
        }
        AuthType::Cookie => {
            let begun = sessions::sign_in_at_once(&app.ctx, credentials, code, &marked_origin_of(request)).await;
            let begun = begun.map_err(refused)?;
            let person = begun.person().ok_or(Code::Unexpected)?;
            let payload = user::payload(&app.ctx, person).await?;
            let mut answer = HttpResponse::Ok().json(json!({ "payload": payload }));
            give(app, session, &begun, &mut answer);
            Ok(answer)
        }
    }
}

/// The answer that shows tokens. They are here and nowhere else, ever.
///
/// # Errors
/// When the database does not answer.
pub async fn tokens(ctx: &Ctx, given: &Tokens) -> Result<HttpResponse, DoorError> {
    let (Some(person), Some(refresh)) = (&given.person, &given.refresh) else { return Err(Code::Unexpected.into()) };
    let mut payload = user::payload(ctx, person).await?;
    payload["token"] = given.access.reveal().into();
    payload["refreshToken"] = refresh.reveal().into();
    Ok(HttpResponse::Ok().json(json!({ "payload": payload })))
}
