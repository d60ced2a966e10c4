//! `GET /.well-known/jwks.json`: the keys that sign tokens, for whoever checks them by themselves (RFC 7517).

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use serde_json::json;

use super::OAuthError;
use crate::app::App;
use crate::base::jwt::ALGORITHM;
use crate::domain::signing;

/// The handler. A new key is here for longer than anybody keeps this answer, before it signs.
///
/// # Errors
/// When the database does not answer.
pub async fn keys(app: Data<App>) -> Result<HttpResponse, OAuthError> {
    let published = signing::published(&app.ctx).await?;
    let keys: Vec<_> = published
        .iter()
        .map(|key| {
            json!({
                "kty": "OKP", "crv": "Ed25519", "x": key.key.x(), "kid": key.kid, "use": "sig", "alg": ALGORITHM,
            })
        })
        .collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({ "keys": keys })))
}
