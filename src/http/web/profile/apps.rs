//! `/profile/apps`: the apps that act for one, and how to take that back.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::id::SessionId;
use crate::base::time::Timestamp;
use crate::domain::sessions::{self, EndError, Overview};
use crate::http::extract::path_part;
use crate::http::web::agent::agent_name;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

const HERE: &str = "/profile/apps";

/// "Authorized apps".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/apps.html")]
pub struct AppsPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The apps, last used first.
    pub rows: Vec<GrantRow>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// One grant.
#[derive(Debug, Clone)]
pub struct GrantRow {
    /// The grant's id on the wire.
    pub id: String,
    /// What the app is called.
    pub app: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// What it says that it runs on.
    pub agent: String,
    /// Where it was last seen.
    pub address: String,
    /// Since when it may.
    pub created: Timestamp,
    /// When it last renewed its tokens.
    pub last_refresh: Timestamp,
    /// When it ends, whatever happens.
    pub ends: Timestamp,
}

/// "Take it back from *Notes*?"
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/apps_revoke.html")]
pub struct RevokeAppPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The grant.
    pub row: GrantRow,
}

impl GrantRow {
    /// The grant of an app; nothing for any other session.
    fn of(session: Overview) -> Option<Self> {
        let app = session.app?;
        Some(Self {
            id: session.id.to_string(),
            app,
            scopes: session.scopes.iter().flat_map(|scopes| scopes.words()).map(str::to_owned).collect(),
            agent: agent_name(&session.agent),
            address: session.address,
            created: session.created_at,
            last_refresh: session.last_seen_at,
            ends: session.ends_at,
        })
    }
}

/// `GET /profile/apps`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let rows = rows(&app, &me).await?;
    AppsPage { chrome: me.chrome(), rows, notice: Done::told(&request, &[Done::GrantRevoked]) }.ok()
}

/// `GET /profile/apps/{id}/revoke`
///
/// # Errors
/// 404 for a grant that is not one's own, as for one that does not exist.
pub async fn ask(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let row = own(&app, &me, &request).await?;
    RevokeAppPage { chrome: me.chrome(), row }.ok()
}

/// `POST /profile/apps/{id}/revoke`
///
/// # Errors
/// [`WebError::SeeOther`] when it is revoked; 404 as above.
pub async fn revoke(app: Data<App>, me: SignedIn, request: HttpRequest, _form: Posted) -> Answer {
    own(&app, &me, &request).await?;
    match sessions::end_one(&app.ctx, me.person(), id_in(&request)?).await {
        Ok(()) => Err(Done::GrantRevoked.on(HERE)),
        Err(EndError::NotFound) => Err(Trouble::NotFound.into()),
        Err(EndError::Unexpected(error)) => Err(error.into()),
    }
}

async fn rows(app: &App, me: &SignedIn) -> Result<Vec<GrantRow>, WebError> {
    Ok(sessions::list(&app.ctx, me.person()).await?.into_iter().filter_map(GrantRow::of).collect())
}

fn id_in(request: &HttpRequest) -> Result<SessionId, WebError> {
    path_part(request, "id").parse().map_err(|_| Trouble::NotFound.into())
}

async fn own(app: &App, me: &SignedIn, request: &HttpRequest) -> Result<GrantRow, WebError> {
    let id = id_in(request)?.to_string();
    Ok(rows(app, me).await?.into_iter().find(|row| row.id == id).ok_or(Trouble::NotFound)?)
}
