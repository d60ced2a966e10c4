//! `/w/{slug}/service-accounts/{id}/delete`: what breaks, before it breaks.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::row::ServiceRow;
use super::{address_of, found, id_in, list_of};
use crate::app::App;
use crate::domain::credentials::service::{self, ChangeServiceError};
use crate::domain::workspaces::Right;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};

/// "Delete *Indexer*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/services/delete.html")]
pub struct DeleteServicePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// The service account.
    pub service: ServiceRow,
}

/// `GET /w/{slug}/service-accounts/{id}/delete`. One that was deleted is shown on its page.
///
/// # Errors
/// 403 for members who may not; 404 for one of another workspace, as for one that does not exist.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    me.require(Right::ManageKeys)?;
    let id = id_in(&request)?;
    let service = ServiceRow::of(&found(&app, me.member(), id).await?);
    if service.deleted.is_some() {
        return Err(WebError::see_other(address_of(me.member(), id)));
    }
    DeleteServicePage { chrome: me.chrome(), of: me.view(), service }.ok()
}

/// `POST /w/{slug}/service-accounts/{id}/delete`
///
/// # Errors
/// [`WebError::SeeOther`] when it is deleted; 404 as above.
pub async fn delete(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    match service::delete(&app.ctx, me.member(), id).await {
        Ok(()) => Err(Done::ServiceDeleted.on(&list_of(me.member()))),
        Err(ChangeServiceError::Refused(refused)) => Err(refused.into()),
        Err(ChangeServiceError::Unexpected(error)) => Err(error.into()),
        Err(
            ChangeServiceError::Ended
            | ChangeServiceError::MoreScopes(_)
            | ChangeServiceError::UnknownAudience(_)
            | ChangeServiceError::MoreAddresses,
        ) => Err(WebError::see_other(address_of(me.member(), id))),
    }
}
