//! Who calls: a person, by the cookie of a browser or by a token that a password bought, or whoever holds a credential.
//!
//! # Cookies
//! A cookie counts only where no credential is presented: a bad one is never rescued by it. What changes something must come
//! from a page of ours, by the browser's own word. A program with a jar says nothing of the kind; it is believed where a page
//! of another site would have had to ask the browser first, and the browser us: with a JSON body, with PUT and with DELETE.

use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::answer::DoorError;
use crate::app::App;
use crate::domain::access::Administrator;
use crate::domain::accounts::Person;
use crate::domain::credentials::{Refusal, Unverified};
use crate::domain::sessions::{ResumeTokenError, resume_key, resume_token};
use crate::domain::signing::claims_a_person;
use crate::http::api::{ApiError, Code, says_json};
use crate::http::caller::{Caller, Stranger, presented};
use crate::http::edge::{Site, origin_of, site_of};
use crate::http::web::session::key_of;
use crate::http::web::visitor::marked_origin_of;

/// Anybody who is known.
pub enum AnyCaller {
    /// A person with a session.
    Person(Box<Me>),
    /// Whoever holds a credential: an API token, a key, an app's token.
    Credential(Box<Caller>),
}

/// A person with a session.
pub struct Me {
    /// The person.
    pub person: Person,
}

/// An administrator with a session.
pub struct Admin(pub Administrator);

impl From<ResumeTokenError> for DoorError {
    fn from(error: ResumeTokenError) -> Self {
        ApiError::from(error).into()
    }
}

impl AnyCaller {
    async fn of(request: HttpRequest) -> Result<Self, DoorError> {
        let app = request.app_data::<Data<App>>().expect("every server has its App");
        let (person, left) = match presented(request.headers())? {
            Some(secret) if claims_a_person(secret) => resume_token(&app.ctx, secret, &origin_of(&request)).await?,
            Some(_) => return Ok(Self::Credential(Box::new(Caller::recognise(&request).await.map_err(unknown)?))),
            None => {
                let key = key_of(&request.get_session()).ok_or(Code::NoCredential)?;
                comes_from_here(&request)?;
                resume_key(&app.ctx, &key, &marked_origin_of(&request)).await?
            }
        };
        request.extensions_mut().insert(left);
        Ok(Self::Person(Box::new(Me { person })))
    }
}

/// Whose token the policy suspends is told so: it is good again when the policy allows it.
fn unknown(stranger: Stranger) -> DoorError {
    match stranger {
        Stranger::Unverified(Unverified::Refused { refusal: Refusal::Forbidden(why), .. }) => {
            DoorError::told(Code::BadCredential, why.to_string())
        }
        stranger => ApiError::from(stranger).into(),
    }
}

/// Whether a request that carries nothing but a cookie may change something.
fn comes_from_here(request: &HttpRequest) -> Result<(), DoorError> {
    let asks_first = says_json(request) || *request.method() != Method::POST;
    match site_of(request) {
        _ if request.method().is_safe() => Ok(()),
        Site::Ours => Ok(()),
        Site::Unsaid if asks_first => Ok(()),
        Site::Foreign | Site::Unsaid => Err(foreign()),
    }
}

/// The answer to a page of another site.
pub fn foreign() -> DoorError {
    let told = "This request comes from a page of another site. Send it from a page of this one, or present a token.";
    DoorError::told(Code::NotAllowed, told)
}

impl FromRequest for AnyCaller {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::of(request.clone()))
    }
}

impl FromRequest for Me {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = AnyCaller::of(request.clone());
        Box::pin(async move {
            match known.await? {
                AnyCaller::Person(me) => Ok(*me),
                AnyCaller::Credential(_) => {
                    Err(DoorError::told(Code::NotAllowed, "An API token cannot do that. Sign in, and use that session."))
                }
            }
        })
    }
}

impl FromRequest for Admin {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let me = Me::from_request(request, payload);
        Box::pin(async move {
            let refused = || DoorError::told(Code::NotAllowed, "Administrators alone may do that. Ask one.");
            Administrator::of(me.await?.person).map(Self).ok_or_else(refused)
        })
    }
}
