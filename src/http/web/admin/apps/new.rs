//! `/admin/apps/new`: an app is registered.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::address_of;
use super::form::{AppForm, refused};
use crate::app::App;
use crate::domain::clients;
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "New app".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/apps/new.html")]
pub struct NewAppPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What was sent.
    pub fields: AppFields,
}

/// What is said about an app, to be filled in.
#[derive(Debug, Clone)]
pub struct AppFields {
    /// *Name*, as it was sent.
    pub name: String,
    /// *Addresses to lead back to*, likewise: one a line.
    pub redirect_uris: String,
    /// *Devices may sign in*, likewise.
    pub device: bool,
    /// *Scopes*, to tick.
    pub scopes: Vec<Choice>,
    /// *Audiences*, to tick.
    pub audiences: Vec<Choice>,
}

impl AppFields {
    pub(super) async fn of(app: &App, form: AppForm) -> Result<Self, WebError> {
        let (scopes, audiences) = form.choices(app).await?;
        let AppForm { name, redirect_uris, device, .. } = form;
        Ok(Self { name, redirect_uris, device, scopes, audiences })
    }
}

/// `GET /admin/apps/new`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering) -> Answer {
    let fields = AppFields::of(&app, AppForm::default()).await?;
    NewAppPage { chrome: admin.chrome(), problems: Problems::none(), fields }.ok()
}

/// `POST /admin/apps/new`
///
/// # Errors
/// [`WebError::SeeOther`] when it is registered.
pub async fn create(app: Data<App>, admin: Governing) -> Answer {
    let form = AppForm::from(admin.form());
    let (status, problems) = match form.parse() {
        Ok(draft) => match clients::register(&app.ctx, admin.administrator(), draft).await {
            Ok(id) => return Err(Done::AppRegistered.on(&address_of(id))),
            Err(error) => refused(error)?,
        },
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
    };
    let fields = AppFields::of(&app, form).await?;
    NewAppPage { chrome: admin.chrome(), problems, fields }.with_status(status)
}
