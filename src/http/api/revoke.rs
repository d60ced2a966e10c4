//! `POST /v1/tokens/revoke`: whoever holds a secret gives it up.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::code::Code;
use super::envelope::ApiError;
use super::fields::{NoFields, Then};
use crate::app::App;
use crate::domain::credentials::{RevokeError, revoke_presented};
use crate::http::caller::Caller;

/// 204; the next request with this secret gets AUTH_002.
///
/// # Errors
/// When the body names anything: the secret that ends is the one in the header, and no other.
pub async fn revoke(app: Data<App>, asked: Then<Caller, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(caller, NoFields) = asked;
    match revoke_presented(&app.ctx, &caller.granted, &caller.origin).await {
        Ok(_) => Ok(HttpResponse::NoContent().finish()),
        Err(RevokeError::NotFound) => Err(Code::NotFound.into()),
        Err(RevokeError::Unexpected(error)) => Err(error.into()),
    }
}
