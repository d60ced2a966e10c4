//! `/w/{slug}/members/{id}`: what a member is.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{asked, sentence};
use crate::app::App;
use crate::domain::workspaces::{Right, members};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::workspaces::roles::RolesForm;
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};
use crate::http::web::workspaces::{MemberView, WorkspaceView, place};

/// "Roles of *Anna Berg*".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/members/change.html")]
pub struct ChangeMemberPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// Whose roles.
    pub member: MemberView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The roles, as they are or as they were sent.
    pub form: RolesForm,
}

/// `GET /w/{slug}/members/{id}`
///
/// # Errors
/// 404 when nobody in the workspace has this membership.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let found = asked(&app, me.member(), &request).await?;
    me.require(Right::ManageMembers)?;
    let (member, form) = (MemberView::of(&found, me.member()), RolesForm::of(&found.roles, me.member()));
    ChangeMemberPage { chrome: me.chrome(), of: me.view(), member, problems: Problems::none(), form }.ok()
}

/// `POST /w/{slug}/members/{id}`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when they are saved.
pub async fn save(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let found = asked(&app, me.member(), &request).await?;
    let problems = match RolesForm::parse(me.form()) {
        Ok(roles) => match members::set_roles(&app.ctx, me.member(), found.id, &roles).await {
            Ok(()) => return Err(Done::MemberRolesSaved.on(&place(me.member(), "members"))),
            Err(error) => Problems::one("role", sentence(error)?),
        },
        Err(problems) => problems,
    };
    let (member, form) = (MemberView::of(&found, me.member()), RolesForm::sent(me.form(), me.member()));
    ChangeMemberPage { chrome: me.chrome(), of: me.view(), member, problems, form }.unprocessable()
}
