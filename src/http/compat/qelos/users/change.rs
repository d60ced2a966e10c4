//! Making, changing and deleting other people's accounts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::super::super::sentence;
use super::super::answer::DoorError;
use super::super::fresh::FreshAdmin;
use super::named;
use crate::app::App;
use crate::domain::access::{self, InvitationError};
use crate::domain::profile::{self, DeleteError};
use crate::http::api::Code;
use crate::http::extract::path_part;

/// `DELETE /api/users/{account}`. An invitation that nobody has accepted is taken back.
///
/// # Errors
/// 404 when there is none; 409 when nobody would be left to administer, or to own a workspace that others belong to.
pub async fn remove(app: Data<App>, admin: FreshAdmin, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let id = named(path_part(&request, "account"))?;
    match access::cancel_invitation(&app.ctx, &admin.0, id).await {
        Ok(()) => {}
        Err(InvitationError::NotFound) => profile::delete_other(&app.ctx, &admin.0, id).await.map_err(not_deleted)?,
        Err(InvitationError::Unexpected(error)) => return Err(error.into()),
    }
    Ok(HttpResponse::Ok().json(json!({ "_id": id })))
}

fn not_deleted(error: DeleteError) -> DoorError {
    let told = sentence(&error);
    match error {
        DeleteError::NotFound => Code::NotFound.into(),
        DeleteError::LastAdministrator | DeleteError::LastOwner => DoorError::told(Code::Conflict, told),
        DeleteError::Unexpected(error) => error.into(),
    }
}
