//! `/w/{slug}/members/{id}/remove` and `/w/{slug}/leave`: the end of a membership.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{asked, sentence};
use crate::app::App;
use crate::domain::workspaces::{Right, members};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};
use crate::http::web::workspaces::{MemberView, WorkspaceView, place};

/// "Remove *Anna Berg*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/members/remove.html")]
pub struct RemoveMemberPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// From which workspace.
    pub of: WorkspaceView,
    /// Whom.
    pub member: MemberView,
    /// Why it was not done.
    pub problem: Option<&'static str>,
}

/// "Leave *Acme*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/members/leave.html")]
pub struct LeavePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// Why it was not done.
    pub problem: Option<&'static str>,
}

/// `GET /w/{slug}/members/{id}/remove`
///
/// # Errors
/// 404 when nobody in the workspace has this membership.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let found = asked(&app, me.member(), &request).await?;
    me.require(Right::ManageMembers)?;
    let member = MemberView::of(&found, me.member());
    RemoveMemberPage { chrome: me.chrome(), of: me.view(), member, problem: None }.ok()
}

/// `POST /w/{slug}/members/{id}/remove`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when they do not belong to it any more.
pub async fn remove(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let found = asked(&app, me.member(), &request).await?;
    let itself = found.account == me.member().person().id();
    match members::remove(&app.ctx, me.member(), found.id).await {
        Ok(()) if itself => Err(Done::Left.on("/workspaces")),
        Ok(()) => Err(Done::MemberRemoved.on(&place(me.member(), "members"))),
        Err(error) => {
            let (problem, member) = (Some(sentence(error)?), MemberView::of(&found, me.member()));
            RemoveMemberPage { chrome: me.chrome(), of: me.view(), member, problem }.with_status(StatusCode::CONFLICT)
        }
    }
}

/// `GET /w/{slug}/leave`
///
/// # Errors
/// 404 for those who do not belong to it.
pub async fn show_leave(me: InWorkspace) -> Answer {
    LeavePage { chrome: me.chrome(), of: me.view(), problem: None }.ok()
}

/// `POST /w/{slug}/leave`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when one does not belong to it any more.
pub async fn leave(app: Data<App>, me: ConfirmedInWorkspace) -> Answer {
    match members::leave(&app.ctx, me.member()).await {
        Ok(()) => Err(Done::Left.on("/workspaces")),
        Err(error) => {
            let problem = Some(sentence(error)?);
            LeavePage { chrome: me.chrome(), of: me.view(), problem }.with_status(StatusCode::CONFLICT)
        }
    }
}
