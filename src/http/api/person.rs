//! Who calls `/v1` as a person: by a session token, or an access token for all that the person may, which a password bought,
//! and never by a cookie.
//!
//! A handler that takes [`ApiPerson`] or one of those built on it cannot be reached by a token or a key: what manages
//! credentials and accounts is no business of a credential.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::code::Code;
use super::envelope::ApiError;
use crate::app::App;
use crate::domain::access::Administrator;
use crate::domain::accounts::{Confirmed, Person};
use crate::domain::sessions::{ResumeTokenError, resume_token};
use crate::domain::signing::claims_a_person;
use crate::http::caller::{Caller, presented};
use crate::http::edge::origin_of;

/// A person with a session.
pub struct ApiPerson(pub Person);

/// A person with a session whose password was typed a short while ago.
pub struct ConfirmedPerson(pub Confirmed);

/// An administrator with a session.
pub struct ApiAdministrator(pub Administrator);

/// Anybody who is known: a person with a session, or a live credential.
pub enum AnyCaller {
    /// A person with a session.
    Session(Box<Person>),
    /// A credential.
    Credential(Caller),
}

const INVALID: &str = ", error=\"invalid_token\"";

impl From<ResumeTokenError> for ApiError {
    fn from(error: ResumeTokenError) -> Self {
        match error {
            ResumeTokenError::Nobody => Self::from(Code::BadCredential).challenge(INVALID).fix("Sign in again."),
            ResumeTokenError::MustSetUp => {
                Self::from(Code::FactorRequired).challenge(INVALID).detail("reason", "not_set_up".into())
            }
            ResumeTokenError::RateLimited(exhausted) | ResumeTokenError::TooManyUnknown(exhausted) => exhausted.into(),
            ResumeTokenError::Unexpected(error) => error.into(),
        }
    }
}

impl AnyCaller {
    async fn of(request: HttpRequest) -> Result<Self, ApiError> {
        let secret = presented(request.headers())?.ok_or_else(|| ApiError::from(Code::NoCredential))?;
        if !claims_a_person(secret) {
            return Caller::from_request(&request, &mut Payload::None).await.map(Self::Credential);
        }
        let app = request.app_data::<Data<App>>().expect("every server has its App");
        let (person, left) = resume_token(&app.ctx, secret, &origin_of(&request)).await?;
        request.extensions_mut().insert(left);
        Ok(Self::Session(Box::new(person)))
    }
}

impl FromRequest for AnyCaller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::of(request.clone()))
    }
}

impl FromRequest for ApiPerson {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = AnyCaller::of(request.clone());
        Box::pin(async move {
            match known.await? {
                AnyCaller::Session(person) => Ok(Self(*person)),
                AnyCaller::Credential(_) => Err(ApiError::from(Code::NotAllowed)
                    .detail("reason", "token_management_forbidden".into())
                    .fix("Sign in with `POST /v1/auth/login` and use the session token that it gives.")),
            }
        })
    }
}

impl FromRequest for ConfirmedPerson {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let person = ApiPerson::from_request(request, payload);
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        Box::pin(async move {
            let ApiPerson(person) = person.await?;
            let confirmed = Confirmed::of(person, app.ctx.now(), app.ctx.settings.session.confirm);
            confirmed.map(Self).ok_or_else(|| {
                ApiError::from(Code::NotAllowed)
                    .detail("reason", "confirm_again".into())
                    .fix("Sign in again: this needs a session whose password was typed a short while ago.")
            })
        })
    }
}

fn administrators_only() -> ApiError {
    ApiError::from(Code::NotAllowed).detail("reason", "administrators_only".into()).fix("Ask an administrator.")
}

impl FromRequest for ApiAdministrator {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let person = ApiPerson::from_request(request, payload);
        Box::pin(async move { Administrator::of(person.await?.0).map(Self).ok_or_else(administrators_only) })
    }
}
