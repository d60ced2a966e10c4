//! What everybody may ask: the keys that sign tokens, and whether somebody is there.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::DoorError;
use crate::app::App;
use crate::base::jwt::ALGORITHM;
use crate::domain::signing;
use crate::http::api::Code;
use crate::http::extract::query;

/// `GET /auth/jwt/public-key?kid=`
///
/// # Errors
/// 404 for a key that nobody has, or that no living token can be signed with.
pub async fn key(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, DoorError> {
    let found = signing::public_key(&app.ctx, query(&request, "kid").as_deref()).await?;
    let key = found
        .ok_or_else(|| DoorError::from(Code::NotFound).told("There is no key of this name. Leave kid out for the newest."))?;
    Ok(HttpResponse::Ok().json(json!({
        "keyId": key.kid,
        "algorithm": ALGORITHM,
        "publicKey": key.key.base64(),
    })))
}

/// `GET /auth/health`
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok", "service": "latchkey" }))
}
