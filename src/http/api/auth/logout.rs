//! `POST /v1/auth/logout`: the end of the session that the request presents.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::TAG;
use crate::app::App;
use crate::domain::sessions;
use crate::http::api::envelope::{ApiError, done};
use crate::http::api::fields::{NoFields, Then};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::person::ApiPerson;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::post("/auth/logout", logout)
        .named(TAG, "logout", "Sign out")
        .about("Ends the session whose token the request presents. The next request with that token gets AUTH_002.")
        .by(&[Who::Session])
        .ends("The session has ended.")
}

/// `POST /v1/auth/logout`
///
/// # Errors
/// When the body names anything, or the database did not do it.
pub async fn logout(app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiPerson(me), NoFields) = asked;
    sessions::sign_out(&app.ctx, &me).await?;
    Ok(done())
}
