//! Who calls: the holder of a key, or in development whoever names a workspace.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::answer::DoorError;
use super::body::{self, NewKey};
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::credentials::Kind;
use crate::domain::credentials::keys::{Developer, KeyManager, NotDeveloper, developer};
use crate::http::api::{ApiError, Code};
use crate::http::caller::{Caller, insufficient_scope, presented};
use crate::http::edge::origin_of;

const X_TENANT_ID: HeaderName = HeaderName::from_static("x-tenant-id");

/// Who manages keys here.
pub enum By {
    /// Whoever holds a credential.
    Credential(Box<Caller>),
    /// Whoever tries things out.
    Developer(Box<Developer>),
}

/// The same with the key that they want, which is not read before it is certain who asks.
pub struct Asked {
    /// Who.
    pub by: By,
    /// What.
    pub key: NewKey,
}

impl By {
    async fn of(request: &HttpRequest) -> Result<Self, DoorError> {
        let named = request.headers().get(X_TENANT_ID).and_then(|value| value.to_str().ok());
        if let (None, Some(named)) = (presented(request.headers())?, named) {
            let app = request.app_data::<Data<App>>().expect("every server has its App");
            match developer(&app.ctx, named.trim(), &origin_of(request)).await {
                Ok(developer) => {
                    request.extensions_mut().insert(developer.allowance());
                    return Ok(Self::Developer(Box::new(developer)));
                }
                // In production the header means nothing, and there is no credential.
                Err(NotDeveloper::Production) => {}
                Err(NotDeveloper::NoWorkspace) => {
                    let told = "There is no workspace of this id or address. Send one that there is in X-Tenant-Id.";
                    return Err(DoorError::Told(StatusCode::UNAUTHORIZED, told.to_owned()));
                }
                Err(NotDeveloper::Suspended) => return Err(Code::Suspended.into()),
                Err(NotDeveloper::RateLimited(exhausted)) => return Err(ApiError::from(exhausted).into()),
                Err(NotDeveloper::Unexpected(error)) => return Err(error.into()),
            }
        }
        let caller = Caller::from_request(request, &mut Payload::None).await?;
        // The verbs say the same again; here nothing more is read of somebody who may not.
        if caller.granted.kind() != Kind::Secret {
            return Err(Code::NotAllowed.into());
        }
        if !caller.granted.allows(Scopes::KEYS_MANAGE) {
            return Err(insufficient_scope(Scopes::KEYS_MANAGE).into());
        }
        Ok(Self::Credential(Box::new(caller)))
    }

    /// As the verbs want them.
    pub fn manager(&self) -> KeyManager<'_> {
        match self {
            Self::Credential(caller) => KeyManager::Key(&caller.granted, &caller.origin),
            Self::Developer(developer) => KeyManager::Developer(developer),
        }
    }
}

impl FromRequest for By {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

impl FromRequest for Asked {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let by = By::of(&request).await?;
            let now = request.app_data::<Data<App>>().expect("every server has its App").ctx.now();
            Ok(Self { by, key: body::read(&request, &mut payload, now).await? })
        })
    }
}
