//! `/admin/audit`: who did what to whom.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::id::AccountId;
use crate::base::page::PageSize;
use crate::base::text::EmailAddress;
use crate::base::time::Timestamp;
use crate::domain::audit::{self, Action, Filter, Recorded};
use crate::http::extract::query;
use crate::http::web::agent::agent_name;
use crate::http::web::chrome::Chrome;
use crate::http::web::event::what;
use crate::http::web::form::Choice;
use crate::http::web::list::{Address, Pager, cursor};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Audit log".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/audit.html")]
pub struct AuditPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// *Event*: everything, and each kind; the chosen one marked.
    pub actions: Vec<Choice>,
    /// *Account*: an address or an id, as it was sent; empty for all.
    pub account: String,
    /// What cannot be searched for, as a sentence.
    pub problem: Option<String>,
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

/// What the address of the log asks for: `?action=&account=&after=`.
struct Asked {
    action: Option<Action>,
    /// As it was typed; empty for all.
    account: String,
}

/// Whose events are asked for.
enum Whose {
    /// Everybody's.
    All,
    /// Of this account, which need not exist.
    Account(AccountId),
    /// Of an address without an account.
    Nobody,
    /// What was typed is neither an address nor an id.
    Unreadable,
}

impl Asked {
    fn of(request: &HttpRequest) -> Self {
        let word = |name| query(request, name).unwrap_or_default();
        Self { action: Action::parse(&word("action")), account: word("account").trim().to_owned() }
    }

    async fn whose(&self, app: &App, admin: &Administering) -> Result<Whose, WebError> {
        if self.account.is_empty() {
            return Ok(Whose::All);
        }
        if let Ok(id) = self.account.parse() {
            return Ok(Whose::Account(id));
        }
        let Ok(email) = EmailAddress::parse(&self.account) else { return Ok(Whose::Unreadable) };
        let found = admin.administrator().account_of(&app.ctx, &email).await?;
        Ok(found.map_or(Whose::Nobody, Whose::Account))
    }

    fn address(&self) -> Address {
        let action = self.action.map(Action::as_str).unwrap_or_default();
        Address::of("/admin/audit").with("action", action).with("account", self.account.as_str())
    }

    fn choices(&self) -> Vec<Choice> {
        let choice = |value: &str, label: &str, chosen| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            chosen,
        };
        let kinds = Action::ALL.iter().map(|a| choice(a.as_str(), a.sentence(), self.action == Some(*a)));
        std::iter::once(choice("", "Everything", self.action.is_none())).chain(kinds).collect()
    }
}

/// `GET /admin/audit`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    let account = match asked.whose(&app, &admin).await? {
        Whose::All => None,
        Whose::Account(id) => Some(id),
        Whose::Nobody => return empty(&admin, asked, None).ok(),
        Whose::Unreadable => {
            let problem = "This is neither an email address nor the id of an account. Enter one of them, or nothing.";
            return empty(&admin, asked, Some(problem)).with_status(StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let (keys, list) = (&app.ctx.keys, asked.address().href());
    let after = cursor(&request, keys, &list)?;
    let filter = Filter { account, action: asked.action, outcome: None };
    let found = audit::list(&app.ctx.db, &filter, after.as_ref(), PageSize::DEFAULT).await?;
    AuditPage {
        rows: found.rows.iter().map(row).collect(),
        pager: Pager::of(&asked.address(), after.as_ref(), found.next.map(|next| next.seal(keys, &list))),
        ..empty(&admin, asked, None)
    }
    .ok()
}

/// The page without an event.
fn empty(admin: &Administering, asked: Asked, problem: Option<&str>) -> AuditPage {
    AuditPage {
        chrome: admin.chrome(),
        actions: asked.choices(),
        account: asked.account,
        problem: problem.map(str::to_owned),
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
