//! Who calls about a workspace: a person with a session who belongs to it, or, where nothing is changed, a credential
//! that may read it. To everybody else it does not exist.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::code::Code;
use super::envelope::ApiError;
use super::person::{AnyCaller, ApiPerson, ConfirmedPerson};
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::accounts::Person;
use crate::domain::credentials::{self, NotReader};
use crate::domain::workspaces::{self, Member, NoMember, Reader, Refused, Which};
use crate::http::caller::{Caller, insufficient_scope};
use crate::http::extract::path_part;

/// A member of the workspace that the path names.
pub struct ApiMember(pub Member);

/// The same, whose password was typed a short while ago.
pub struct ConfirmedMember(pub Member);

/// Somebody who may look into the workspace that the path names.
pub struct ApiReader(pub Reader);

impl From<NoMember> for ApiError {
    fn from(why: NoMember) -> Self {
        match why {
            NoMember::NotFound => Code::NotFound.into(),
            NoMember::Suspended => suspended(),
            NoMember::Unconfirmed => unconfirmed(),
            NoMember::Unexpected(error) => error.into(),
        }
    }
}

impl From<NotReader> for ApiError {
    fn from(why: NotReader) -> Self {
        match why {
            NotReader::Kind => Self::not_allowed("kind_not_allowed", "A publishable key sees nothing of its workspace.")
                .fix("Use a secret key, a service account, or a token with the scope workspace:read."),
            NotReader::Scope => insufficient_scope(Scopes::WORKSPACE_READ),
            NotReader::NotFound => Code::NotFound.into(),
            NotReader::Suspended => suspended(),
            NotReader::Unexpected(error) => error.into(),
        }
    }
}

fn suspended() -> ApiError {
    ApiError::from(Code::Suspended).fix("This workspace is suspended. Ask an administrator.")
}

impl From<Refused> for ApiError {
    fn from(why: Refused) -> Self {
        match why {
            Refused::NotFound => Code::NotFound.into(),
            Refused::Forbidden => Self::not_allowed("role_not_allowed", "Your roles in this workspace do not allow it.")
                .fix("Ask one of the workspace's owners."),
        }
    }
}

/// Why an account without a confirmed address does nothing here.
pub fn unconfirmed() -> ApiError {
    ApiError::not_allowed("email_unverified", "The email address of this account is not confirmed.")
        .fix("Open the link that was mailed to you, then try again.")
}

/// The person as a member of the workspace with this id or slug.
///
/// # Errors
/// 404 also when they do not belong to it.
pub async fn member_of(app: &App, person: &Person, workspace: &str) -> Result<Member, ApiError> {
    let which = Which::parse(workspace).ok_or(Code::NotFound)?;
    Ok(workspaces::member(&app.ctx.db, person, &which).await?)
}

/// The credential as it looks into the workspace with this id or slug.
///
/// # Errors
/// 404 also when it is none of those that it may see.
pub async fn reader_of(app: &App, caller: &Caller, workspace: &str) -> Result<Reader, ApiError> {
    Ok(credentials::reader(&app.ctx, &caller.granted, Which::parse(workspace).as_ref()).await?)
}

impl FromRequest for ApiReader {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (known, request) = (AnyCaller::from_request(request, payload), request.clone());
        Box::pin(async move {
            let app = request.app_data::<Data<App>>().expect("every server has its App");
            let named = path_part(&request, "workspace");
            match known.await? {
                AnyCaller::Session(person) => member_of(app, &person, named).await.map(|member| Self(Reader::from(&member))),
                AnyCaller::Credential(caller) => reader_of(app, &caller, named).await.map(Self),
            }
        })
    }
}

impl FromRequest for ApiMember {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (person, request) = (ApiPerson::from_request(request, payload), request.clone());
        Box::pin(async move {
            let app = request.app_data::<Data<App>>().expect("every server has its App");
            member_of(app, &person.await?.0, path_part(&request, "workspace")).await.map(Self)
        })
    }
}

impl FromRequest for ConfirmedMember {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (confirmed, request) = (ConfirmedPerson::from_request(request, payload), request.clone());
        Box::pin(async move {
            let app = request.app_data::<Data<App>>().expect("every server has its App");
            member_of(app, confirmed.await?.0.person(), path_part(&request, "workspace")).await.map(Self)
        })
    }
}
