//! `/api/me`: whoever is calling.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::web::Data;

use super::answer::DoorError;
use super::body::{Asked, Fields};
use super::caller::{AnyCaller, Me};
use super::fresh::{confirmed, tired};
use super::{profile, user};
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::base::time::Span;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Confirmed, Password, Person, choose_password};
use crate::domain::profile::{self as verbs, AskChangeError};
use crate::domain::sessions::{self, ChangePasswordError};
use crate::http::api::{ApiError, Code};
use crate::http::web::session::adopt;

/// How short a while is before what secures the account is changed without the password (OWASP ASVS 7.5.1).
const JUST_NOW: Span = Span::minutes(10);

/// `GET /api/me`
///
/// # Errors
/// When nobody is calling whom we know.
pub async fn show(app: Data<App>, caller: AnyCaller) -> Result<HttpResponse, DoorError> {
    let told = match &caller {
        AnyCaller::Person(me) => user::of_person(&app.ctx, &me.person).await?,
        AnyCaller::Credential(caller) => user::of_credential(&app.ctx, &caller.granted).await?,
    };
    Ok(HttpResponse::Ok().json(told))
}

/// What secures the account, as somebody wants it.
struct Secured {
    password: Option<Password>,
    email: Option<EmailAddress>,
}

/// `POST /api/me`: a new address is confirmed by mail before it takes the place of the old one.
///
/// # Errors
/// When a field is wrong, or something needs the password again; then nothing has changed.
pub async fn change(app: Data<App>, session: Session, asked: Asked<Me>) -> Result<HttpResponse, DoorError> {
    let Asked(Me { person, .. }, fields) = asked;
    let edit = profile::read(&fields)?;
    let secured = secured(&app.ctx, &person, &fields)?;
    // What may still fail of the profile fails before anything is done.
    let attributes = accounts::attributes(&app.ctx, person.id()).await?;
    edit.clone().apply(&person.account().name, attributes)?;
    if secured.password.is_some() || secured.email.is_some() {
        let confirmed = confirmed(&app.ctx, person.clone(), &fields, JUST_NOW).await?;
        secure(&app.ctx, &session, &confirmed, secured).await?;
    }
    let person = if edit.is_empty() { person } else { verbs::edit(&app.ctx, person, edit).await? };
    Ok(HttpResponse::Ok().json(user::of_person(&app.ctx, &person).await?))
}

fn secured(ctx: &Ctx, me: &Person, fields: &Fields) -> Result<Secured, DoorError> {
    let account = me.account();
    let password = fields.optional_text("password")?.map(|text| choose_password(ctx, text, &account.email, &account.name));
    let password = password.transpose().map_err(|why| DoorError::unfit("password", why))?;
    let mut wanted = None;
    for name in ["username", "email"] {
        let email = fields.optional_text(name)?.map(EmailAddress::parse).transpose();
        let email = email.map_err(|why| DoorError::unfit(name, why))?;
        // A client sends back what it was told; that is no change.
        if let Some(email) = email.filter(|email| email.key() != account.email.key()) {
            wanted = Some(email);
        }
    }
    Ok(Secured { password, email: wanted })
}

async fn secure(ctx: &Ctx, session: &Session, by: &Confirmed, wanted: Secured) -> Result<(), DoorError> {
    if let Some(email) = &wanted.email {
        verbs::ask_change(ctx, by, email).await.map_err(|error| match error {
            AskChangeError::Same => DoorError::unfit("email", "It is your address already."),
            AskChangeError::TooMany(exhausted) => ApiError::from(exhausted).into(),
            AskChangeError::Unexpected(error) => error.into(),
        })?;
    }
    let Some(password) = &wanted.password else { return Ok(()) };
    let key = sessions::replace_password(ctx, by, password).await.map_err(|error| match error {
        ChangePasswordError::WrongCurrent => Code::BadCredential.into(),
        ChangePasswordError::TooMany(too_many) => tired(too_many),
        ChangePasswordError::Busy(busy) => DoorError::from(ApiError::from(busy)),
        ChangePasswordError::Unexpected(error) => error.into(),
    })?;
    if let Some(key) = key {
        adopt(session, &key);
    }
    Ok(())
}
