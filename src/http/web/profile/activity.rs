//! `/profile/activity`: what was done with one's account.

use askama::Template;
use askama_web::WebTemplate;

use crate::base::time::Timestamp;
use crate::http::web::chrome::Chrome;
use crate::http::web::list::Pager;

/// "Activity".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/activity.html")]
pub struct ActivityPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The events, newest first.
    pub rows: Vec<ActivityRow>,
    /// The other pages.
    pub pager: Pager,
}

/// One event.
#[derive(Debug, Clone)]
pub struct ActivityRow {
    /// When it happened.
    pub at: Timestamp,
    /// What happened, as a sentence without its full stop: `Token CI deploy created`.
    pub what: String,
    /// Whether it was attempted and refused.
    pub refused: bool,
    /// Who did it, when it was not oneself.
    pub by: Option<String>,
    /// From which address.
    pub address: String,
    /// With what: `Firefox on Linux`.
    pub agent: String,
}
