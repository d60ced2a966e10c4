//! `/profile/sessions`: where one is signed in.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::id::SessionId;
use crate::base::time::Timestamp;
use crate::domain::sessions::{self, EndError, Kind, Overview};
use crate::http::extract::path_part;
use crate::http::web::agent::agent_name;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

const HERE: &str = "/profile/sessions";

/// "Sessions".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/sessions.html")]
pub struct SessionsPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The living sessions, this one first.
    pub rows: Vec<SessionRow>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// One session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The session's id on the wire.
    pub id: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// What it is: a browser, a program, an app of that name.
    pub what: String,
    /// The browser's name: `Firefox on Linux`.
    pub agent: String,
    /// The address it was last seen at.
    pub address: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
}

/// `GET /profile/sessions`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let this = me.person().session();
    let mut rows: Vec<SessionRow> =
        sessions::list(&app.ctx, me.person()).await?.into_iter().map(|session| SessionRow::of(session, this)).collect();
    rows.sort_by_key(|row| !row.is_this);
    let notice = Done::told(&request, &[Done::SessionEnded, Done::OthersEnded]);
    SessionsPage { chrome: me.chrome(), rows, notice }.ok()
}

impl SessionRow {
    /// A session, seen from `this` one.
    pub fn of(session: Overview, this: SessionId) -> Self {
        Self {
            id: session.id.to_string(),
            is_this: session.id == this,
            what: what(&session),
            agent: agent_name(&session.agent),
            address: session.address,
            created: session.created_at,
            last_seen: session.last_seen_at,
        }
    }
}

fn what(session: &Overview) -> String {
    match (session.kind, &session.app) {
        (_, Some(app)) => format!("The app {app}"),
        (Kind::Browser, None) => "A browser".to_owned(),
        (Kind::Grant, None) => "A program with tokens, by password".to_owned(),
        (Kind::Api, None) => "A program, by password".to_owned(),
    }
}

/// `POST /profile/sessions/{id}/end`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is ended.
pub async fn end(app: Data<App>, me: SignedIn, request: HttpRequest, _form: Posted) -> Answer {
    let id = path_part(&request, "id").parse().map_err(|_| Trouble::NotFound)?;
    match sessions::end_one(&app.ctx, me.person(), id).await {
        Ok(()) => Err(Done::SessionEnded.on(HERE)),
        Err(EndError::NotFound) => Err(Trouble::NotFound.into()),
        Err(EndError::Unexpected(error)) => Err(error.into()),
    }
}

/// `POST /profile/sessions/end-others`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when they are ended.
pub async fn end_others(app: Data<App>, me: SignedIn, _form: Posted) -> Answer {
    sessions::end_others(&app.ctx, me.person()).await?;
    Err(Done::OthersEnded.on(HERE))
}
