//! What an administrator does about a workspace: suspend, restore, another plan.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::show::GovernedWorkspacePage;
use super::{GovernedView, asked_id, page_of, view};
use crate::app::App;
use crate::domain::access::{self, ChangeWorkspaceError, SetPlanError};
use crate::domain::workspaces::plans::PlanName;
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Suspend *Acme*?", and "Restore *Acme*?" of a workspace that is suspended.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/workspaces/suspend.html")]
pub struct SuspendWorkspacePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace, and how it is.
    pub workspace: GovernedView,
}

/// `GET /admin/workspaces/{id}/suspend` and `…/restore`: what stops, or works again. The page is about what can be done.
///
/// # Errors
/// 404 when there is no such workspace.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let workspace = view(&app.ctx, admin.administrator(), asked_id(&request)?).await?;
    SuspendWorkspacePage { chrome: admin.chrome(), workspace }.ok()
}

/// `POST /admin/workspaces/{id}/suspend`
///
/// # Errors
/// [`WebError::SeeOther`] when it is suspended.
pub async fn suspend(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    access::suspend_workspace(&app.ctx, admin.administrator(), id).await.map_err(unchanged)?;
    Err(Done::WorkspaceSuspended.on(&page_of(id)))
}

/// `POST /admin/workspaces/{id}/restore`
///
/// # Errors
/// [`WebError::SeeOther`] when it is restored.
pub async fn restore(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    access::restore_workspace(&app.ctx, admin.administrator(), id).await.map_err(unchanged)?;
    Err(Done::WorkspaceRestored.on(&page_of(id)))
}

/// `POST /admin/workspaces/{id}/plan`
///
/// # Errors
/// [`WebError::SeeOther`] when it is saved.
pub async fn save_plan(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let (ctx, by, id) = (&app.ctx, admin.administrator(), asked_id(&request)?);
    if let Some(plan) = PlanName::parse(admin.form().text("plan")) {
        match access::set_plan(ctx, by, id, &plan).await {
            Ok(()) => return Err(Done::WorkspacePlanSaved.on(&page_of(id))),
            Err(SetPlanError::NoPlan) => {}
            Err(SetPlanError::NoWorkspace) => return Err(Trouble::NotFound.into()),
            Err(SetPlanError::Unexpected(error)) => return Err(error.into()),
        }
    }
    let page = GovernedWorkspacePage::of(&app, admin.chrome(), by.administrator(), id, &request).await?;
    GovernedWorkspacePage { problems: Problems::one("plan", "Choose one of the plans."), ..page }.unprocessable()
}

fn unchanged(error: ChangeWorkspaceError) -> WebError {
    match error {
        ChangeWorkspaceError::NotFound => Trouble::NotFound.into(),
        ChangeWorkspaceError::Unexpected(error) => error.into(),
    }
}
