//! `/w/{slug}/settings/delete`: the end of a workspace, and what goes with it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::WorkspaceView;
use super::within::{ConfirmedInWorkspace, InWorkspace};
use crate::app::App;
use crate::domain::credentials::{self, CredentialsThere};
use crate::domain::workspaces::{self, DeleteError, Member, Right};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};

/// "Delete *Acme*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/delete.html")]
pub struct DeleteWorkspacePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// Whether it is somebody's own, which is not deleted.
    pub is_personal: bool,
    /// How many belong to it.
    pub members: i64,
    /// The credentials that go with it.
    pub there: CredentialsThere,
}

impl DeleteWorkspacePage {
    async fn of(app: &App, chrome: Chrome, member: &Member, problems: Problems) -> Result<Self, WebError> {
        Ok(Self {
            chrome,
            of: WorkspaceView::of(member),
            problems,
            is_personal: member.workspace().personal_of.is_some(),
            members: workspaces::count_members(&app.ctx.db, member).await?,
            there: credentials::credentials_there(&app.ctx, member).await?,
        })
    }
}

/// `GET /w/{slug}/settings/delete`
///
/// # Errors
/// 403 for those who do not own it.
pub async fn show(app: Data<App>, me: InWorkspace) -> Answer {
    me.require(Right::Delete)?;
    DeleteWorkspacePage::of(&app, me.chrome(), me.member(), Problems::none()).await?.ok()
}

/// `POST /w/{slug}/settings/delete`
///
/// # Errors
/// [`WebError::SeeOther`] when it is gone.
pub async fn delete(app: Data<App>, me: ConfirmedInWorkspace) -> Answer {
    let member = me.member();
    if !member.may(Right::Delete) {
        return Err(workspaces::Refused::Forbidden.into());
    }
    if me.form().text("slug").trim() != member.workspace().slug.as_str() {
        let wrong = Problems::one("slug", "Enter the address of the workspace to delete it.");
        return DeleteWorkspacePage::of(&app, me.chrome(), member, wrong).await?.unprocessable();
    }
    match workspaces::delete(&app.ctx, member).await {
        Ok(()) => Err(Done::WorkspaceDeleted.on("/workspaces")),
        Err(DeleteError::Personal) => {
            DeleteWorkspacePage::of(&app, me.chrome(), member, Problems::none()).await?.with_status(StatusCode::CONFLICT)
        }
        Err(DeleteError::Refused(refused)) => Err(refused.into()),
        Err(DeleteError::Unexpected(error)) => Err(error.into()),
    }
}
