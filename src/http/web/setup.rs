//! `/setup/{code}`: the first administrator.

use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::form::Problems;
use crate::base::time::Timestamp;

/// "Set up Latchkey".
#[derive(Template, WebTemplate)]
#[template(path = "pages/setup.html")]
pub struct SetupPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The one-time code of the link.
    pub code: String,
    /// When the link ends.
    pub expires: Timestamp,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Email*, as it was sent.
    pub email: String,
    /// *Allow people to create API tokens*.
    pub allow_tokens: bool,
}
