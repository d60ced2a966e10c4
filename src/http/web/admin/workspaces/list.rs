//! `/admin/workspaces`: which workspaces there are, and who may create more.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::GovernedView;
use crate::app::App;
use crate::base::page::PageSize;
use crate::domain::access::{self, Administrator, AllowedRoles};
use crate::domain::credentials::of_workspace::{self, Among, WorkspaceFilter};
use crate::http::extract::query;
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::list::{Address, Pager, cursor};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

const HERE: &str = "/admin/workspaces";

/// "Workspaces", of everybody.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/workspaces/list.html")]
pub struct GovernedWorkspacesPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Search*, as it was sent; empty for all.
    pub search: String,
    /// *Show*: which workspaces; the chosen one marked.
    pub among: Vec<Choice>,
    /// The workspaces.
    pub rows: Vec<GovernedView>,
    /// The other pages.
    pub pager: Pager,
    /// *Roles that may create workspaces*, as they are or as they were sent.
    pub creators: String,
    /// What has just happened.
    pub notice: Option<String>,
}

impl GovernedWorkspacesPage {
    async fn of(app: &App, chrome: Chrome, by: &Administrator, request: &HttpRequest) -> Result<Self, WebError> {
        let ctx = &app.ctx;
        let word = |name| query(request, name).unwrap_or_default();
        let filter = WorkspaceFilter::new(Among::parse(&word("show")).unwrap_or_default(), &word("q"));
        let show = if filter.among == Among::default() { "" } else { filter.among.as_str() };
        let here = Address::of(HERE).with("show", show).with("q", filter.search());
        let after = cursor(request, &ctx.keys, &here.href())?;
        let found = of_workspace::list_workspaces(ctx, by, &filter, after.as_ref(), PageSize::DEFAULT).await?;
        Ok(Self {
            chrome,
            problems: Problems::none(),
            search: filter.search().to_owned(),
            among: Among::ALL.iter().map(|among| choice(*among, filter.among)).collect(),
            rows: found.rows.into_iter().map(GovernedView::from).collect(),
            pager: Pager::of(&here, after.as_ref(), found.next.map(|next| next.seal(&ctx.keys, &here.href()))),
            creators: access::workspace_creators(&ctx.db).await?.words().join(", "),
            notice: None,
        })
    }
}

/// `GET /admin/workspaces`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let notice = Done::told(&request, &[Done::CreatorsSaved]);
    let page = GovernedWorkspacesPage::of(&app, admin.chrome(), admin.administrator(), &request).await?;
    GovernedWorkspacesPage { notice, ..page }.ok()
}

/// `POST /admin/workspaces`: who may create workspaces.
///
/// # Errors
/// [`WebError::SeeOther`] when it is saved.
pub async fn save_creators(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let sent = admin.form().text("creators");
    let word = match AllowedRoles::parse(sent) {
        Ok(roles) => {
            access::let_create_workspaces(&app.ctx, admin.administrator(), &roles).await?;
            return Err(Done::CreatorsSaved.on(HERE));
        }
        Err(word) => word.chars().take(50).collect::<String>(),
    };
    let wrong = format!("“{word}” is no role: a role has up to 50 letters, digits and the marks - _ . :");
    let page = GovernedWorkspacesPage::of(&app, admin.chrome(), admin.administrator().administrator(), &request).await?;
    GovernedWorkspacesPage { problems: Problems::one("creators", wrong), creators: sent.to_owned(), ..page }.unprocessable()
}

fn choice(among: Among, chosen: Among) -> Choice {
    let label = match among {
        Among::All => "All workspaces",
        Among::Shared => "Shared",
        Among::Personal => "Personal",
        Among::Suspended => "Suspended",
    };
    Choice { value: among.as_str().to_owned(), label: label.to_owned(), hint: String::new(), chosen: among == chosen }
}
