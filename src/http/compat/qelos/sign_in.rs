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
use crate::domain::accounts::{PasswordAttempt, Person, Role, Roles};
use crate::domain::grants::{self, Tokens};
use crate::domain::sessions::{self, ActivateError, Credentials, LogInError};
use crate::domain::workspaces::{self, NoMember, Which};
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
    /// The roles of which they need one, if they say so.
    pub among: Option<Roles>,
    /// The workspace that they want to work in, by its id or slug.
    pub workspace: Option<&'a str>,
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
    let presented = Presented {
        username: fields.text("username")?,
        password: fields.text("password")?,
        code: fields.optional_text("totp")?,
        among: among(&fields)?,
        workspace: fields.optional_text("workspace")?.filter(|text| !text.is_empty()),
    };
    enter(&request, &app, &session, auth_type, presented).await
}

/// The roles of which whoever signs in needs one; an empty list asks for nothing. What nobody can be called is nobody's
/// role.
fn among(fields: &Fields) -> Result<Option<Roles>, DoorError> {
    let words = fields.optional_texts("roles")?.filter(|words| !words.is_empty());
    Ok(words.map(|words| {
        let known: Vec<&str> = words.into_iter().filter(|word| Role::parse(word).is_some()).collect();
        Roles::parse(&known.join(" ")).unwrap_or_default()
    }))
}

/// Signs in, and answers with whoever it is.
async fn enter(
    request: &HttpRequest,
    app: &App,
    session: &Session,
    auth_type: AuthType,
    presented: Presented<'_>,
) -> Result<HttpResponse, DoorError> {
    let refused = |error: LogInError| DoorError::from(ApiError::from(error)).at_entry();
    let (credentials, code, among) = (presented.credentials(), presented.code, presented.among);
    match auth_type {
        AuthType::Tokens => {
            let given = grants::sign_in_among(&app.ctx, credentials, code, among, &origin_of(request)).await.map_err(refused)?;
            settle(&app.ctx, given.person.as_deref(), presented.workspace).await?;
            tokens(&app.ctx, &given).await
        }
        AuthType::Cookie => {
            let begun = sessions::sign_in_at_once(&app.ctx, credentials, code, among, &marked_origin_of(request)).await;
            let begun = begun.map_err(refused)?;
            let person = begun.person().ok_or(Code::Unexpected)?;
            settle(&app.ctx, Some(person), presented.workspace).await?;
            let payload = user::payload(&app.ctx, person).await?;
            let mut answer = HttpResponse::Ok().json(json!({ "payload": payload }));
            give(app, session, &begun, &mut answer);
            Ok(answer)
        }
    }
}

/// Makes a session that has just begun busy with the workspace that was asked for. Where that is none of the person's, the
/// session ends as if it had never begun.
async fn settle(ctx: &Ctx, person: Option<&Person>, wanted: Option<&str>) -> Result<(), DoorError> {
    let (Some(person), Some(wanted)) = (person, wanted) else { return Ok(()) };
    let found = match Which::parse(wanted) {
        Some(which) => workspaces::member(&ctx.db, person, &which).await,
        None => Err(NoMember::NotFound),
    };
    let settled = match found {
        Ok(member) => sessions::activate(ctx, &member).await.map_err(|error| match error {
            ActivateError::Refused(_) | ActivateError::Bound => nowhere(),
            ActivateError::Unexpected(error) => error.into(),
        }),
        Err(NoMember::Unexpected(error)) => Err(error.into()),
        Err(NoMember::NotFound | NoMember::Suspended | NoMember::Unconfirmed) => Err(nowhere()),
    };
    if settled.is_err() {
        sessions::sign_out(ctx, person).await?;
    }
    settled
}

fn nowhere() -> DoorError {
    DoorError::told(Code::NotFound, "You belong to no such workspace. Sign in without one, or name another.").at_entry()
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
