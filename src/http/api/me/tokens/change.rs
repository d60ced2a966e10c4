//! Pausing, resuming and revoking a token.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{TAG, example, id_in, shape, view};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::domain::accounts::Person;
use crate::domain::credentials::{self, ChangeError, RevokeError, Why};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, done};
use crate::http::api::fields::{NoFields, Then};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::person::ApiPerson;

/// What the document says of them.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/me/tokens/{token}/pause", pause)
            .named(TAG, "pauseToken", "Pause an API token")
            .about("It is refused until it is resumed.")
            .by(&[Who::Session])
            .answers("The token.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::post("/me/tokens/{token}/resume", resume)
            .named(TAG, "resumeToken", "Resume a paused API token")
            .by(&[Who::Session])
            .answers("The token.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::delete("/me/tokens/{token}", revoke)
            .named(TAG, "revokeToken", "Revoke an API token")
            .about("The next request with it gets AUTH_002. One that is revoked already stays so.")
            .by(&[Who::Session])
            .ends("It is revoked."),
    ]
}

/// `POST /v1/me/tokens/{token}/pause`
///
/// # Errors
/// 404 also when it is somebody else's, 409 when it has ended.
pub async fn pause(request: HttpRequest, app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let (Then(ApiPerson(me), NoFields), id) = (asked, id_in(&request)?);
    credentials::pause(&app.ctx, &me, id).await.map_err(unchanged)?;
    show(&request, &app, &me, id).await
}

/// `POST /v1/me/tokens/{token}/resume`
///
/// # Errors
/// 404 also when it is somebody else's, 409 when it has ended.
pub async fn resume(request: HttpRequest, app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let (Then(ApiPerson(me), NoFields), id) = (asked, id_in(&request)?);
    credentials::resume(&app.ctx, &me, id).await.map_err(unchanged)?;
    show(&request, &app, &me, id).await
}

/// `DELETE /v1/me/tokens/{token}`
///
/// # Errors
/// 404 also when it is somebody else's.
pub async fn revoke(request: HttpRequest, app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let (Then(ApiPerson(me), NoFields), id) = (asked, id_in(&request)?);
    match credentials::revoke_own(&app.ctx, &me, id, Why::NotNeeded).await {
        Ok(_) => Ok(done()),
        Err(RevokeError::NotFound) => Err(Code::NotFound.into()),
        Err(RevokeError::Unexpected(error)) => Err(error.into()),
    }
}

async fn show(request: &HttpRequest, app: &App, me: &Person, id: CredentialId) -> Result<HttpResponse, ApiError> {
    let found = credentials::find(&app.ctx, me, id).await?.ok_or(Code::NotFound)?;
    Ok(answer(request, view(&found.summary, app.ctx.now())))
}

/// Why a token stayed as it was.
pub(super) fn unchanged(error: ChangeError) -> ApiError {
    match error {
        ChangeError::NotFound => Code::NotFound.into(),
        ChangeError::Ended => ApiError::from(Code::Conflict)
            .detail("reason", "ended".into())
            .fix("This token has ended, so nothing about it can be changed. Create a new one."),
        ChangeError::Unexpected(error) => error.into(),
    }
}
