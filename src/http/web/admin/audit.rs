//! `/admin/audit`: who did what to whom.

use askama::Template;
use askama_web::WebTemplate;

use crate::base::time::Timestamp;
use crate::http::web::chrome::Chrome;
use crate::http::web::form::Choice;
use crate::http::web::list::Pager;

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
