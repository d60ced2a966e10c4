//! `/api/me`: whoever is calling.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::answer::DoorError;
use super::caller::AnyCaller;
use super::user;
use crate::app::App;

/// `GET /api/me`
///
/// # Errors
/// When nobody is calling whom we know.
pub async fn show(app: Data<App>, caller: AnyCaller) -> Result<HttpResponse, DoorError> {
    let told = match &caller {
        AnyCaller::Person(me) => user::of_person(&app.ctx, &me.person).await?,
        AnyCaller::Credential(caller) => user::of_credential(&app.ctx, &caller.granted).await?,
    };
    Ok(HttpResponse::Ok().json(told))
}
