//! `/profile/delete`: the end of one's account, and what goes with it.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::text::EmailAddress;
use crate::domain::accounts::Person;
use crate::domain::profile::{self, Belongings, DeleteError};
use crate::domain::workspaces::Workspace;
use crate::http::web::chrome::{Chrome, WhoView};
use crate::http::web::confirmed::JustConfirmed;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _, see_other};
use crate::http::web::session::abandon;
use crate::http::web::visitor::SignedIn;

/// "Delete your account?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/delete.html")]
pub struct DeletePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whose account it is.
    pub who: WhoView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What goes with it.
    pub belongings: Belongings,
    /// Whether nobody would be left to administer.
    pub is_last_administrator: bool,
    /// The names of the workspaces that go with it.
    pub deleted_workspaces: Vec<String>,
    /// The workspaces that others belong to and nobody would own.
    pub orphaned_workspaces: Vec<OwnedWorkspace>,
}

/// A workspace that somebody else has to own first.
#[derive(Debug, Clone)]
pub struct OwnedWorkspace {
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
}

/// `GET /profile/delete`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn) -> Answer {
    page(&app, me.person(), me.chrome(), Problems::none()).await?.ok()
}

/// `POST /profile/delete`
///
/// # Errors
/// When it has to be tried again later.
pub async fn delete(app: Data<App>, me: JustConfirmed, session: Session) -> Answer {
    let typed = EmailAddress::parse(me.form().text("email"));
    if !typed.is_ok_and(|email| email.key() == me.person().email().key()) {
        let wrong = Problems::one("email", "Enter the email address of your account to delete it.");
        return page(&app, me.person(), me.chrome(), wrong).await?.unprocessable();
    }
    match profile::delete(&app.ctx, me.confirmed()).await {
        Ok(()) => {
            abandon(&session);
            Ok(see_other(&Done::AccountDeleted.address("/sign-in")))
        }
        Err(DeleteError::LastAdministrator | DeleteError::LastOwner) => {
            page(&app, me.person(), me.chrome(), Problems::none()).await?.with_status(StatusCode::CONFLICT)
        }
        // Their session was good a moment ago; an account that has gone since is gone.
        Err(DeleteError::NotFound) => Ok(see_other(&Done::AccountDeleted.address("/sign-in"))),
        Err(DeleteError::Unexpected(error)) => Err(error.into()),
    }
}

async fn page(app: &App, person: &Person, chrome: Chrome, problems: Problems) -> Result<DeletePage, WebError> {
    let belongings = profile::belongings(&app.ctx, person).await?;
    let is_last_administrator = profile::is_last_administrator(&app.ctx, person).await?;
    let leaving = profile::leaving(&app.ctx, person).await?;
    let owned = |workspace: &Workspace| OwnedWorkspace {
        slug: workspace.slug.as_str().to_owned(),
        name: workspace.name.as_str().to_owned(),
    };
    Ok(DeletePage {
        chrome,
        who: WhoView::of(person),
        problems,
        belongings,
        is_last_administrator,
        deleted_workspaces: leaving.deleted.iter().map(|workspace| workspace.name.as_str().to_owned()).collect(),
        orphaned_workspaces: leaving.orphaned.iter().map(owned).collect(),
    })
}
