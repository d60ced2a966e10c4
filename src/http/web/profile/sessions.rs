//! `/profile/sessions`: where one is signed in.

use askama::Template;
use askama_web::WebTemplate;

use crate::base::time::Timestamp;
use crate::http::web::chrome::Chrome;

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

/// One signed-in browser.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The session's id on the wire.
    pub id: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// The browser's name: `Firefox on Linux`.
    pub agent: String,
    /// The address it was last seen at.
    pub address: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
}
