//! `/workspaces`: all workspaces that one belongs to.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::page_of;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::workspaces::invitations::{self, OpenInvitation};
use crate::domain::workspaces::{self, CreateError, MemberRoles, Workspace};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// "Workspaces".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/list.html")]
pub struct WorkspacesPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What I am invited to.
    pub invitations: Vec<InvitationRow>,
    /// Mine.
    pub rows: Vec<WorkspaceRow>,
    /// Whether one's own workspace is among them.
    pub has_own: bool,
    /// Why one cannot make another one now.
    pub refusal: Option<String>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// A workspace, and what one is there.
#[derive(Debug, Clone)]
pub struct WorkspaceRow {
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Whether it is one's own.
    pub is_own: bool,
    /// Whether an administrator has stopped it.
    pub is_suspended: bool,
    /// One's roles there.
    pub roles: Vec<String>,
    /// Its plan.
    pub plan: String,
}

impl WorkspaceRow {
    fn of(workspace: &Workspace, roles: &MemberRoles, me: &SignedIn) -> Self {
        Self {
            slug: workspace.slug.as_str().to_owned(),
            name: workspace.name.as_str().to_owned(),
            is_own: workspace.personal_of == Some(me.person().id()),
            is_suspended: workspace.suspended_at.is_some(),
            roles: roles.words().map(str::to_owned).collect(),
            plan: workspace.plan.clone(),
        }
    }
}

/// An invitation that one may accept.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    /// Its id on the wire: `inv_…`.
    pub id: String,
    /// What the workspace is called.
    pub workspace: String,
    /// The address of whoever invites; empty if that account is gone.
    pub inviter: String,
    /// As what.
    pub roles: Vec<String>,
    /// When it ends.
    pub expires: Timestamp,
}

impl InvitationRow {
    fn of(open: &OpenInvitation) -> Self {
        Self {
            id: open.id.to_string(),
            workspace: open.name.as_str().to_owned(),
            inviter: open.inviter.clone().unwrap_or_default(),
            roles: open.roles.words().map(str::to_owned).collect(),
            expires: open.expires_at,
        }
    }
}

/// `GET /workspaces`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let mine = workspaces::list(&app.ctx.db, me.person().id()).await?;
    let rows: Vec<_> = mine.iter().map(|(workspace, roles)| WorkspaceRow::of(workspace, roles, &me)).collect();
    WorkspacesPage {
        chrome: me.chrome(),
        invitations: invitations::mine(&app.ctx, me.person()).await?.iter().map(InvitationRow::of).collect(),
        has_own: rows.iter().any(|row| row.is_own),
        rows,
        refusal: refusal(&app, &me).await?,
        notice: Done::told(&request, &[Done::Declined, Done::Left, Done::WorkspaceDeleted]),
    }
    .ok()
}

/// `POST /workspaces/own`: one's own workspace, made if there is none.
///
/// # Errors
/// [`WebError::SeeOther`] to it.
pub async fn open_own(app: Data<App>, me: SignedIn, _form: Posted) -> Answer {
    let own = workspaces::personal(&app.ctx, me.person()).await?;
    Err(WebError::see_other(page_of(&own)))
}

/// Why one cannot make another workspace now, as a sentence.
pub(super) async fn refusal(app: &App, me: &SignedIn) -> Result<Option<String>, WebError> {
    match workspaces::may_create(&app.ctx, me.person()).await {
        Ok(()) => Ok(None),
        Err(CreateError::Unexpected(error)) => Err(error.into()),
        Err(why) => Ok(Some(sentence(&why))),
    }
}

/// Why no workspace is made, for the person who wants one.
pub(super) fn sentence(why: &CreateError) -> String {
    match why {
        CreateError::Unverified => "Confirm your email address before you create a workspace.".into(),
        CreateError::Forbidden => "Your roles do not let you create workspaces. Ask an administrator of this service.".into(),
        CreateError::SlugTaken => "Another workspace has this address. Choose another.".into(),
        CreateError::TooMany => {
            "You have created as many workspaces as one person may. Delete one that you do not need any more.".into()
        }
        CreateError::Unexpected(_) => String::new(),
    }
}
