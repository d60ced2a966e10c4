//! `POST /api/token/refresh`: the next pair of tokens.

use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::answer::DoorError;
use super::sign_in::tokens;
use crate::app::App;
use crate::domain::grants::{self, Presenter};
use crate::http::api::{ApiError, Code};
use crate::http::caller::presented;
use crate::http::edge::origin_of;

/// `POST /api/token/refresh`: the refresh token is what the request presents, and there is no body. Those who ask again with
/// the newest that was spent, at once or because they never saw the answer, get the same successor.
///
/// # Errors
/// One answer for everything that is wrong with the token.
pub async fn create(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, DoorError> {
    let presented = presented(request.headers())?.ok_or(Code::NoCredential)?;
    let given = grants::refresh(&app.ctx, presented, Presenter::Person, None, &origin_of(&request)).await;
    let given = given.map_err(ApiError::from)?;
    if let Some(left) = given.allowance {
        request.extensions_mut().insert(left);
    }
    tokens(&app.ctx, &given).await
}
