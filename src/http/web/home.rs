//! `/` for those who are not signed in: what this is, and the two ways in.

use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;

/// What this service is.
#[derive(Template, WebTemplate)]
#[template(path = "pages/home.html")]
pub struct HomePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
    /// Whether anybody may sign up.
    pub sign_up_open: bool,
}
