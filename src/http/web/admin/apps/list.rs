//! `GET /admin/apps`

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::AppRow;
use crate::app::App;
use crate::domain::clients;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Apps".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/apps/list.html")]
pub struct AppsPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The apps, in the order of their names.
    pub rows: Vec<AppRow>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// `GET /admin/apps`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let rows = clients::list(&app.ctx, admin.administrator()).await?.iter().map(AppRow::of).collect();
    AppsPage { chrome: admin.chrome(), rows, notice: Done::told(&request, &[Done::AppDeleted]) }.ok()
}
