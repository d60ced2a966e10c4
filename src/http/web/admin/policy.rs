//! `/admin/policy`: who may hold API tokens, and for how long.

use askama::Template;
use askama_web::WebTemplate;

use crate::base::time::Timestamp;
use crate::http::web::chrome::Chrome;
use crate::http::web::form::Problems;

/// "Token policy".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/policy.html")]
pub struct PolicyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Allow user token authentication*.
    pub allowed: bool,
    /// *Allowed roles*, as they are written: names with commas between them, `*` for everyone.
    pub roles: String,
    /// *Longest life* in days, as it is written; empty for any.
    pub longest_days: String,
    /// *Allow tokens without an expiry*.
    pub no_expiry: bool,
    /// When it was last changed; nothing when it is as it came.
    pub changed: Option<Timestamp>,
    /// What has just happened.
    pub notice: Option<String>,
}
