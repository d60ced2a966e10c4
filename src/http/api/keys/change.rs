//! Pausing, resuming and revoking a key.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::rotate::ended;
use super::{KeyCaller, MANAGERS, Managing, TAG, example, managing_one, shape, view};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::domain::access::Scopes;
use crate::domain::credentials::keys::{self, ChangeKeyError, Revocation};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, done};
use crate::http::api::fields::{NoFields, Then};
use crate::http::api::operation::Operation;

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/auth/api-keys/{key}/pause", pause)
            .named(TAG, "pauseKey", "Pause an API key")
            .about("It is refused until it is resumed.")
            .by(MANAGERS)
            .scope(Scopes::KEYS_MANAGE)
            .answers("The key.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::post("/auth/api-keys/{key}/resume", resume)
            .named(TAG, "resumeKey", "Resume a paused API key")
            .by(MANAGERS)
            .scope(Scopes::KEYS_MANAGE)
            .answers("The key.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::delete("/auth/api-keys/{key}", revoke)
            .named(TAG, "revokeKey", "Revoke an API key")
            .about("The very next request with it gets AUTH_002. One that is revoked already stays so.")
            .by(MANAGERS)
            .scope(Scopes::KEYS_MANAGE)
            .ends("It is revoked."),
    ]
}

/// `POST /v1/auth/api-keys/{key}/pause`
///
/// # Errors
/// 404 also when it is another workspace's, 409 when it has ended.
pub async fn pause(request: HttpRequest, app: Data<App>, asked: Then<KeyCaller, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(KeyCaller(caller), NoFields) = asked;
    let (managing, id) = managing_one(&app, caller, &request).await?;
    keys::pause(&app.ctx, managing.by(), id).await.map_err(unchanged)?;
    show(&request, &app, &managing, id).await
}

/// `POST /v1/auth/api-keys/{key}/resume`
///
/// # Errors
/// 404 also when it is another workspace's, 409 when it has ended.
pub async fn resume(request: HttpRequest, app: Data<App>, asked: Then<KeyCaller, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(KeyCaller(caller), NoFields) = asked;
    let (managing, id) = managing_one(&app, caller, &request).await?;
    keys::resume(&app.ctx, managing.by(), id).await.map_err(unchanged)?;
    show(&request, &app, &managing, id).await
}

/// `DELETE /v1/auth/api-keys/{key}`
///
/// # Errors
/// 404 also when it is another workspace's.
pub async fn revoke(request: HttpRequest, app: Data<App>, asked: Then<KeyCaller, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(KeyCaller(caller), NoFields) = asked;
    let (managing, id) = managing_one(&app, caller, &request).await?;
    keys::revoke(&app.ctx, managing.by(), id, Revocation::default()).await?;
    Ok(done())
}

async fn show(request: &HttpRequest, app: &App, by: &Managing, id: CredentialId) -> Result<HttpResponse, ApiError> {
    let key = keys::find(&app.ctx, by.by(), id).await?;
    Ok(answer(request, view(&key, app.ctx.now())))
}

/// Why a key stayed as it was.
pub(super) fn unchanged(error: ChangeKeyError) -> ApiError {
    let wrong = |field, reason: String| ApiError::field(Code::Unprocessable, field, reason);
    match error {
        ChangeKeyError::Manager(why) => why.into(),
        ChangeKeyError::Ended => ended(),
        ChangeKeyError::MoreScopes(scope) => wrong("scopes", format!("names {scope}, which the key does not have")),
        ChangeKeyError::MoreAddresses => wrong("allowedAddresses", "would open the key to more addresses".to_owned()),
        ChangeKeyError::MoreOrigins => wrong("origins", "would open the key to more web pages".to_owned()),
        ChangeKeyError::MoreRequests => wrong("requestsPerMinute", "is more than the limit of the key".to_owned()),
    }
}
