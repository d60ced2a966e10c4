//! `/w/{slug}/settings`: what a workspace is called, and what its keys may do.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::WorkspaceView;
use super::new::BAD_SLUG;
use super::within::{ConfirmedInWorkspace, InWorkspace};
use crate::app::App;
use crate::base::text::Label;
use crate::domain::workspaces::{self, ChangeError, KeysManage, Member, NewName, Right, Slug};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};

/// "Settings".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/settings.html")]
pub struct SettingsPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it is or as it was sent.
    pub name: String,
    /// *Address*, as it is or as it was sent.
    pub slug: String,
    /// *Let secret keys manage keys*.
    pub keys_manage: bool,
    /// Whether whoever looks may delete the workspace.
    pub may_delete: bool,
    /// What has just happened.
    pub notice: Option<String>,
}

impl SettingsPage {
    fn of(chrome: Chrome, member: &Member) -> Self {
        let workspace = member.workspace();
        Self {
            chrome,
            of: WorkspaceView::of(member),
            problems: Problems::none(),
            name: workspace.name.as_str().to_owned(),
            slug: workspace.slug.as_str().to_owned(),
            keys_manage: workspace.keys_manage == KeysManage::Allowed,
            may_delete: member.may(Right::Delete) && workspace.personal_of.is_none(),
            notice: None,
        }
    }
}

/// `GET /w/{slug}/settings`
///
/// # Errors
/// 403 for members who may not change them.
pub async fn show(me: InWorkspace, request: HttpRequest) -> Answer {
    me.require(Right::ManageSettings)?;
    let notice = Done::told(&request, &[Done::WorkspaceRenamed, Done::KeysPolicySaved]);
    SettingsPage { notice, ..SettingsPage::of(me.chrome(), me.member()) }.ok()
}

/// `POST /w/{slug}/settings`: the names.
///
/// # Errors
/// [`WebError::SeeOther`] when they are saved.
pub async fn rename(app: Data<App>, me: ConfirmedInWorkspace) -> Answer {
    let (name, slug) = (me.form().text("name"), me.form().text("slug"));
    let problems = match parse(name, slug) {
        Ok(new) => match workspaces::rename(&app.ctx, me.member(), new).await {
            Ok(slug) => return Err(Done::WorkspaceRenamed.on(&format!("/w/{}/settings", slug.as_str()))),
            Err(ChangeError::SlugTaken) => Problems::one("slug", "Another workspace has this address. Choose another."),
            Err(error) => return Err(unchanged(error)),
        },
        Err(problems) => problems,
    };
    let page = SettingsPage::of(me.chrome(), me.member());
    SettingsPage { problems, name: name.to_owned(), slug: slug.to_owned(), ..page }.unprocessable()
}

/// `POST /w/{slug}/settings/keys`
///
/// # Errors
/// [`WebError::SeeOther`] when it is saved.
pub async fn save_keys(app: Data<App>, me: ConfirmedInWorkspace) -> Answer {
    let keys = if me.form().ticked("keys_manage") { KeysManage::Allowed } else { KeysManage::Forbidden };
    workspaces::let_keys_manage(&app.ctx, me.member(), keys).await.map_err(unchanged)?;
    Err(Done::KeysPolicySaved.on(&format!("/w/{}/settings", me.member().workspace().slug.as_str())))
}

fn parse(name: &str, slug: &str) -> Result<NewName, Problems> {
    let mut problems = Problems::none();
    let name = Label::parse(name).map_err(|why| problems.add("name", why.to_string()));
    let slug = Slug::parse(slug.trim()).ok_or(()).map_err(|()| problems.add("slug", BAD_SLUG));
    match (name, slug) {
        (Ok(name), Ok(slug)) => Ok(NewName { name, slug: Some(slug) }),
        (_, _) => Err(problems),
    }
}

fn unchanged(error: ChangeError) -> WebError {
    match error {
        ChangeError::Refused(refused) => refused.into(),
        ChangeError::SlugTaken => WebError::Unexpected(error.to_string()),
        ChangeError::Unexpected(error) => error.into(),
    }
}
