//! `/workspaces/new`: one more workspace.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::list::{refusal, sentence};
use super::page_of;
use crate::app::App;
use crate::base::text::Label;
use crate::domain::workspaces::{self, CreateError, Look, Slug, WorkspaceDraft};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// What to say about a text that can be no address.
pub(super) const BAD_SLUG: &str =
    "An address has 2 to 50 small letters and digits, with single hyphens between them, such as “acme-eu”.";

/// "New workspace".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/new.html")]
pub struct NewWorkspacePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Address*, as it was sent.
    pub slug: String,
    /// Where workspaces are reached: the address follows.
    pub base_url: String,
    /// Why one cannot make one now.
    pub refusal: Option<String>,
}

/// The form, as it was sent.
struct NewForm<'a> {
    name: &'a str,
    slug: &'a str,
}

impl NewForm<'_> {
    fn parse(&self) -> Result<WorkspaceDraft, Problems> {
        let mut problems = Problems::none();
        let name = Label::parse(self.name).map_err(|why| problems.add("name", why.to_string()));
        let slug = slug_of(self.slug).map_err(|why| problems.add("slug", why));
        match (name, slug) {
            (Ok(name), Ok(slug)) => Ok(WorkspaceDraft { name, slug, look: Look::default() }),
            (_, _) => Err(problems),
        }
    }

    fn page(&self, app: &App, me: &SignedIn, problems: Problems) -> NewWorkspacePage {
        NewWorkspacePage {
            chrome: me.chrome(),
            problems,
            name: self.name.to_owned(),
            slug: self.slug.to_owned(),
            base_url: format!("{}/w/", app.ctx.settings.public_url),
            refusal: None,
        }
    }
}

/// Reads *Address*; nothing if it was left empty.
pub(super) fn slug_of(typed: &str) -> Result<Option<Slug>, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() { Ok(None) } else { Slug::parse(typed).map(Some).ok_or(BAD_SLUG) }
}

/// `GET /workspaces/new`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn) -> Answer {
    let page = NewForm { name: "", slug: "" }.page(&app, &me, Problems::none());
    NewWorkspacePage { refusal: refusal(&app, &me).await?, ..page }.ok()
}

/// `POST /workspaces/new`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is made.
pub async fn create(app: Data<App>, me: SignedIn, posted: Posted) -> Answer {
    let form = NewForm { name: posted.text("name"), slug: posted.text("slug") };
    let problems = match form.parse() {
        Ok(draft) => match workspaces::create(&app.ctx, me.person(), draft).await {
            Ok(made) => return Err(Done::WorkspaceCreated.on(&page_of(&made))),
            Err(why @ CreateError::SlugTaken) => Problems::one("slug", sentence(&why)),
            Err(why @ (CreateError::Unverified | CreateError::Forbidden | CreateError::TooMany)) => {
                let page = form.page(&app, &me, Problems::none());
                return NewWorkspacePage { refusal: Some(sentence(&why)), ..page }.unprocessable();
            }
            Err(CreateError::Unexpected(error)) => return Err(error.into()),
        },
        Err(problems) => problems,
    };
    form.page(&app, &me, problems).unprocessable()
}
