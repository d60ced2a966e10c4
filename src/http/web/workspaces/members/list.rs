//! `/w/{slug}/members`: who belongs to a workspace.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::page::PageSize;
use crate::domain::workspaces::members;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::list::{Pager, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::workspaces::within::InWorkspace;
use crate::http::web::workspaces::{MemberView, WorkspaceView, place};

/// "Members".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/members/list.html")]
pub struct MembersPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// Those who belong to it.
    pub rows: Vec<MemberView>,
    /// The other pages.
    pub pager: Pager,
    /// What has just happened.
    pub notice: Option<String>,
}

/// `GET /w/{slug}/members`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let (ctx, member, here) = (&app.ctx, me.member(), place(me.member(), "members"));
    // Two workspaces may have had one address.
    let list = format!("members of {}", member.workspace().id);
    let after = cursor(&request, &ctx.keys, &list)?;
    let found = members::list(&ctx.db, member, after.as_ref(), PageSize::DEFAULT).await?;
    let next = found.next.map(|next| format!("{here}?after={}", next.seal(&ctx.keys, &list)));
    MembersPage {
        chrome: me.chrome(),
        of: me.view(),
        rows: found.rows.iter().map(|row| MemberView::of(row, member)).collect(),
        pager: Pager { first: after.map(|_| here), next },
        notice: Done::told(&request, &[Done::MemberRolesSaved, Done::MemberRemoved]),
    }
    .ok()
}
