//! `/sign-in`.

use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::form::Problems;

/// "Sign in".
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in.html")]
pub struct SignInPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Email*, as it was sent.
    pub email: String,
    /// The path to go to afterwards, already checked to lie here; may be empty.
    pub next: String,
    /// What has just happened: signed out, password changed.
    pub notice: Option<String>,
    /// Whether anybody may sign up.
    pub sign_up_open: bool,
}
