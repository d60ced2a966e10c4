//! `/admin/audit`: who did what to whom.

mod asked;
pub mod download;

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use self::asked::{Asked, Meaning};
use crate::app::App;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::audit::{self, Recorded};
use crate::http::web::agent::agent_name;
use crate::http::web::chrome::Chrome;
use crate::http::web::event::what;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::list::{Pager, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Audit log".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/audit.html")]
pub struct AuditPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What cannot be searched for.
    pub problems: Problems,
    /// *Event*: everything, and each kind; the chosen one marked.
    pub actions: Vec<Choice>,
    /// *Outcome*; the chosen one marked.
    pub outcomes: Vec<Choice>,
    /// *Account*: an address or an id, as it was sent; empty for all.
    pub account: String,
    /// *Workspace*: its id; empty for all.
    pub workspace: String,
    /// *Done by*: the same, or `system` or `nobody`.
    pub actor: String,
    /// *Request*: its id.
    pub request: String,
    /// *From*: a day.
    pub from: String,
    /// *Until*: a day, which is included.
    pub until: String,
    /// The same events as a file.
    pub file: String,
    /// The events, newest first.
    pub rows: Vec<AuditRow>,
    /// The other pages.
    pub pager: Pager,
}

/// One event.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Its number.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What kind of event it is, as the log spells it: `credential.issued`.
    pub action: String,
    /// What happened, as a sentence without its full stop.
    pub what: String,
    /// Whether it was attempted and refused.
    pub refused: bool,
    /// Who did it.
    pub actor: String,
    /// From which address.
    pub address: String,
    /// With what.
    pub agent: String,
    /// In which request; empty when no request caused it.
    pub request_id: String,
}

/// `GET /admin/audit`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    let filter = match asked.meaning(&app, &admin).await? {
        Meaning::Events(filter) => filter,
        Meaning::Nothing => return empty(&admin, asked, Problems::none()).ok(),
        Meaning::Unreadable(problems) => return empty(&admin, asked, problems).unprocessable(),
    };
    let (keys, list) = (&app.ctx.keys, asked.address().href());
    let after = cursor(&request, keys, &list)?;
    let found = audit::list(&app.ctx.db, &filter, after.as_ref(), PageSize::DEFAULT).await?;
    AuditPage {
        rows: found.rows.iter().map(row).collect(),
        pager: Pager::of(&asked.address(), after.as_ref(), found.next.map(|next| next.seal(keys, &list))),
        ..empty(&admin, asked, Problems::none())
    }
    .ok()
}

/// The page without an event.
fn empty(admin: &Administering, asked: Asked, problems: Problems) -> AuditPage {
    AuditPage {
        chrome: admin.chrome(),
        problems,
        actions: asked.actions(),
        outcomes: asked.outcomes(),
        file: asked.file().href(),
        workspace: asked.workspace(),
        account: asked.account,
        actor: asked.actor,
        request: asked.request,
        from: asked.from,
        until: asked.until,
        rows: Vec::new(),
        pager: Pager::default(),
    }
}

fn row(event: &Recorded) -> AuditRow {
    let of = event.account_email.as_ref().filter(|_| event.actor != event.account);
    AuditRow {
        seq: event.seq,
        at: event.at,
        action: event.action.clone(),
        what: of.map_or(what(event), |email| format!("{} ({email})", what(event))),
        refused: event.refused,
        actor: event.by.clone(),
        address: event.address.clone(),
        agent: agent_name(&event.agent),
        request_id: event.request_id.clone(),
    }
}
