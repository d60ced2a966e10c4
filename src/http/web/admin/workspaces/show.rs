//! `/admin/workspaces/{id}`: one workspace, and what can be done about it.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{GovernedView, asked_id, page_of, view};
use crate::app::App;
use crate::base::id::WorkspaceId;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access::{self, Administrator};
use crate::domain::workspaces::members::Membership;
use crate::domain::workspaces::plans;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::list::{Pager, cursor};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// A workspace.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/workspaces/show.html")]
pub struct GovernedWorkspacePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What is known of it.
    pub workspace: GovernedView,
    /// *Plan*: all plans; its own marked.
    pub plans: Vec<Choice>,
    /// Those who belong to it.
    pub rows: Vec<GovernedMemberRow>,
    /// The other pages of them.
    pub pager: Pager,
    /// What has just happened.
    pub notice: Option<String>,
}

/// Somebody in a workspace.
#[derive(Debug, Clone)]
pub struct GovernedMemberRow {
    /// Their account's id on the wire: `usr_…`.
    pub account: String,
    /// What they are called; may be empty.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their roles there.
    pub roles: Vec<String>,
    /// Since when they belong to it.
    pub since: Timestamp,
    /// Whether their account is suspended.
    pub is_suspended: bool,
}

impl From<&Membership> for GovernedMemberRow {
    fn from(found: &Membership) -> Self {
        Self {
            account: found.account.to_string(),
            name: found.name.as_str().to_owned(),
            email: found.email.to_string(),
            roles: found.roles.words().map(str::to_owned).collect(),
            since: found.since,
            is_suspended: found.suspended,
        }
    }
}

impl GovernedMemberRow {
    /// What to call them: the name, or the address of those who gave none.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl GovernedWorkspacePage {
    /// The page of that workspace.
    ///
    /// # Errors
    /// 404 when there is none.
    pub(super) async fn of(
        app: &App,
        chrome: Chrome,
        by: &Administrator,
        id: WorkspaceId,
        request: &HttpRequest,
    ) -> Result<Self, WebError> {
        let (ctx, here) = (&app.ctx, page_of(id));
        let workspace = view(ctx, by, id).await?;
        let after = cursor(request, &ctx.keys, &here)?;
        let found = access::list_members(ctx, by, id, after.as_ref(), PageSize::DEFAULT).await?;
        let all = plans::plans(&ctx.db).await?.all;
        let plan = |name: &str| Choice {
            value: name.to_owned(),
            label: name.to_owned(),
            hint: String::new(),
            chosen: name == workspace.plan,
        };
        Ok(Self {
            chrome,
            problems: Problems::none(),
            plans: all.iter().map(|known| plan(known.name.as_str())).collect(),
            workspace,
            rows: found.rows.iter().map(GovernedMemberRow::from).collect(),
            pager: Pager {
                first: after.map(|_| here.clone()),
                next: found.next.map(|next| format!("{here}?after={}", next.seal(&ctx.keys, &here))),
            },
            notice: None,
        })
    }
}

/// `GET /admin/workspaces/{id}`
///
/// # Errors
/// 404 when there is no such workspace.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let notice = Done::told(&request, &[Done::WorkspaceSuspended, Done::WorkspaceRestored, Done::WorkspacePlanSaved]);
    let id = asked_id(&request)?;
    let page = GovernedWorkspacePage::of(&app, admin.chrome(), admin.administrator(), id, &request).await?;
    GovernedWorkspacePage { notice, ..page }.ok()
}
