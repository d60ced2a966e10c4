//! `POST /auth/service-token`: an access token for a service account that presents one of its secrets.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde_json::json;

use super::answer::DoorError;
use super::body::Asked;
use crate::app::App;
use crate::base::id::CredentialId;
use crate::domain::credentials::Granted;
use crate::domain::credentials::service::{self, ServiceSignInError, of_client_id};
use crate::domain::grants::{self, ServiceTokenError};
use crate::http::api::{ApiError, Code};
use crate::http::caller::{presented, sender};
use crate::http::edge::origin_of;

/// A service account that has presented a secret.
pub struct Service(Granted);

impl Service {
    async fn of(request: &HttpRequest) -> Result<Self, DoorError> {
        let app = request.app_data::<Data<App>>().expect("every server has its App");
        let secret = presented(request.headers())?.ok_or(Code::NoCredential)?;
        let signed_in = service::recognise(&app.ctx, secret, sender(request.headers()), &origin_of(request)).await;
        let granted = signed_in.map_err(unknown)?;
        request.extensions_mut().insert(granted.allowance());
        Ok(Self(granted))
    }
}

impl FromRequest for Service {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

fn unknown(error: ServiceSignInError) -> DoorError {
    match error {
        ServiceSignInError::Wrong => {
            let refused = ApiError::from(Code::BadCredential).challenge(", error=\"invalid_token\"");
            DoorError::from(refused).told("This is no secret of a service account that is good here. Check it.")
        }
        other => ApiError::from(other).into(),
    }
}

/// `POST /auth/service-token`. To whoever has shown a good secret, an account that is not the secret's own does not exist, whosever it is.
///
/// # Errors
/// 401 for a bad secret, whatever it is for; 403 for an audience that the owners of the account did not name.
pub async fn token(app: Data<App>, asked: Asked<Service>) -> Result<HttpResponse, DoorError> {
    let Asked(Service(account), body) = asked;
    let named = body.id("serviceId", |text| match of_client_id(text) {
        Some(id) => Ok(id),
        None => CredentialId::from_either(text),
    })?;
    let audience = body.optional_text("audience")?;
    let not_found = || {
        let told = "Your workspace has no service account of this id whose secret this is.";
        DoorError::from(Code::NotFound).named("SERVICE_ACCOUNT_NOT_FOUND").told(told)
    };
    if named != account.credential() {
        return Err(not_found());
    }
    match grants::for_service(&app.ctx, &account, None, audience).await {
        Ok(tokens) => Ok(HttpResponse::Created().json(json!({ "accessToken": tokens.access.reveal() }))),
        Err(ServiceTokenError::Audience) => Err(DoorError::audience()),
        Err(ServiceTokenError::Unexpected(error)) => Err(error.into()),
        // Nobody asks for scopes here, and nobody else comes this far.
        Err(ServiceTokenError::NoService | ServiceTokenError::Scope(_)) => Err(not_found()),
    }
}
