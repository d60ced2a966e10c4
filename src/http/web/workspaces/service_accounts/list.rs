//! `/w/{slug}/service-accounts`: the service accounts of a workspace.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::row::ServiceRow;
use crate::app::App;
use crate::domain::credentials::service;
use crate::domain::workspaces::Right;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::InWorkspace;

/// "Service accounts".
#[derive(Template, WebTemplate)]
#[template(path = "pages/services/list.html")]
pub struct ServicesPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// Whether whoever looks may create and end them.
    pub manages: bool,
    /// The living ones, newest first.
    pub rows: Vec<ServiceRow>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// `GET /w/{slug}/service-accounts`
///
/// # Errors
/// 404 for those who do not belong to it.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let found = service::list(&app.ctx, me.member()).await?;
    ServicesPage {
        chrome: me.chrome(),
        of: me.view(),
        manages: me.member().may(Right::ManageKeys),
        rows: found.iter().map(ServiceRow::of).collect(),
        notice: Done::told(&request, &[Done::ServiceDeleted]),
    }
    .ok()
}
