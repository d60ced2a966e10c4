//! `/w/{slug}`: the facts of a workspace.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::WorkspaceView;
use super::within::InWorkspace;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::workspaces;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::page::{Answer, Page as _};

/// A workspace.
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/overview.html")]
pub struct OverviewPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// Its id on the wire: `wsp_…`.
    pub id: String,
    /// Its plan.
    pub plan: String,
    /// Whether it is somebody's own.
    pub is_personal: bool,
    /// When it was made.
    pub created: Timestamp,
    /// What whoever looks is there.
    pub roles: Vec<String>,
    /// How many belong to it.
    pub members: i64,
    /// What has just happened.
    pub notice: Option<String>,
}

/// `GET /w/{slug}`
///
/// # Errors
/// 404 for those who do not belong to it.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let workspace = me.member().workspace();
    OverviewPage {
        chrome: me.chrome(),
        of: me.view(),
        id: workspace.id.to_string(),
        plan: workspace.plan.clone(),
        is_personal: workspace.personal_of.is_some(),
        created: workspace.created_at,
        roles: me.member().roles().words().map(str::to_owned).collect(),
        members: workspaces::count_members(&app.ctx.db, me.member()).await?,
        notice: Done::told(&request, &[Done::WorkspaceCreated, Done::Joined]),
    }
    .ok()
}
