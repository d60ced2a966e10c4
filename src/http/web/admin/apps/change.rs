//! `/admin/apps/{id}`: one app, changed, stopped, taken away.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::form::{AppForm, refused};
use super::new::AppFields;
use super::{AppRow, HERE, address_of, asked, id_in};
use crate::app::App;
use crate::domain::clients::{self, ChangeClientError};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// One app.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/apps/show.html")]
pub struct AppPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The app, as it is.
    pub row: AppRow,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What was sent, or what it is.
    pub fields: AppFields,
    /// What has just happened.
    pub notice: Option<String>,
}

/// "Disable *Notes*?", and the way back.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/apps/disable.html")]
pub struct DisableAppPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The app.
    pub row: AppRow,
}

/// "Delete *Notes*?"
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/apps/delete.html")]
pub struct DeleteAppPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The app.
    pub row: AppRow,
}

/// `GET /admin/apps/{id}`
///
/// # Errors
/// 404 for an app that does not exist.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let listed = asked(&app, admin.administrator(), &request).await?;
    let fields = AppFields::of(&app, AppForm::from(&listed.client)).await?;
    let notice = Done::told(&request, &[Done::AppRegistered, Done::AppSaved, Done::AppDisabled, Done::AppEnabled]);
    AppPage { chrome: admin.chrome(), row: AppRow::of(&listed), problems: Problems::none(), fields, notice }.ok()
}

/// `POST /admin/apps/{id}`
///
/// # Errors
/// [`WebError::SeeOther`] when it is changed; 404 for an app that does not exist.
pub async fn change(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let listed = asked(&app, admin.administrator().administrator(), &request).await?;
    let (id, form) = (listed.client.id, AppForm::from(admin.form()));
    let (status, problems) = match form.parse() {
        Ok(draft) => match clients::change(&app.ctx, admin.administrator(), id, draft).await {
            Ok(()) => return Err(Done::AppSaved.on(&address_of(id))),
            Err(error) => refused(error)?,
        },
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
    };
    let fields = AppFields::of(&app, form).await?;
    AppPage { chrome: admin.chrome(), row: AppRow::of(&listed), problems, fields, notice: None }.with_status(status)
}

/// `GET /admin/apps/{id}/disable`
///
/// # Errors
/// 404 for an app that does not exist.
pub async fn show_disable(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let row = AppRow::of(&asked(&app, admin.administrator(), &request).await?);
    DisableAppPage { chrome: admin.chrome(), row }.ok()
}

/// `POST /admin/apps/{id}/disable`
///
/// # Errors
/// [`WebError::SeeOther`] when it is disabled; 404 for an app that does not exist.
pub async fn disable(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    clients::disable(&app.ctx, admin.administrator(), id).await.map_err(unchanged)?;
    Err(Done::AppDisabled.on(&address_of(id)))
}

/// `POST /admin/apps/{id}/enable`
///
/// # Errors
/// [`WebError::SeeOther`] when it is enabled; 404 for an app that does not exist.
pub async fn enable(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    clients::enable(&app.ctx, admin.administrator(), id).await.map_err(unchanged)?;
    Err(Done::AppEnabled.on(&address_of(id)))
}

/// `GET /admin/apps/{id}/delete`
///
/// # Errors
/// 404 for an app that does not exist.
pub async fn show_delete(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let row = AppRow::of(&asked(&app, admin.administrator(), &request).await?);
    DeleteAppPage { chrome: admin.chrome(), row }.ok()
}

/// `POST /admin/apps/{id}/delete`
///
/// # Errors
/// [`WebError::SeeOther`] when it is deleted; 404 for an app that does not exist.
pub async fn delete(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    clients::delete(&app.ctx, admin.administrator(), id_in(&request)?).await.map_err(unchanged)?;
    Err(Done::AppDeleted.on(HERE))
}

fn unchanged(error: ChangeClientError) -> WebError {
    match error {
        ChangeClientError::NotFound => Trouble::NotFound.into(),
        ChangeClientError::Unexpected(error) => error.into(),
    }
}
