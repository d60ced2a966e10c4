//! `POST /oauth2/device_authorization` (RFC 8628 section 3.1): a device asks for its codes.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::error::{OAuthError, Problem};
use super::form::OAuthForm;
use crate::app::App;
use crate::domain::clients::device::{self, BeginError, DeviceAsked};
use crate::http::edge::origin_of;

/// The handler.
///
/// # Errors
/// In the words of RFC 6749 section 5.2.
pub async fn begin(request: HttpRequest, app: Data<App>, form: OAuthForm) -> Result<HttpResponse, OAuthError> {
    let asked = DeviceAsked {
        client_id: Some(form.need("client_id")?),
        scope: form.get("scope"),
        audience: form.get("audience").or(form.get("resource")),
    };
    let begun = device::begin(&app.ctx, &asked, &origin_of(&request)).await.map_err(|error| match error {
        BeginError::UnknownClient => OAuthError::invalid_client(),
        BeginError::NotAllowed => OAuthError::new(Problem::UnauthorizedClient, "Device sign-in is not allowed for this app."),
        BeginError::Scope => OAuthError::new(Problem::InvalidScope, "The scope names nothing that this app may ask for."),
        BeginError::Audience => OAuthError::new(Problem::InvalidTarget, "This app may not have tokens for that audience."),
        BeginError::TooMany(exhausted) => exhausted.into(),
        BeginError::Unexpected(error) => error.into(),
    })?;
    let (code, page) = (begun.user_code.shown(), app.public_url.link("/device"));
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({
        "device_code": begun.device_code.reveal(),
        "user_code": code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={code}"),
        "expires_in": begun.life.seconds_up(),
        "interval": begun.interval,
    })))
}
