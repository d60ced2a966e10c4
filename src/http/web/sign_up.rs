//! `/sign-up`: an account of one's own, and the mail that confirms it.

use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::form::Problems;

/// "Create your account".
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_up/form.html")]
pub struct SignUpPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Email*, as it was sent.
    pub email: String,
}

/// "Create your account", where accounts come by invitation only.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_up/closed.html")]
pub struct SignUpClosedPage {
    /// What stands around it.
    pub chrome: Chrome,
}

/// "Check your mail": the one answer to every sign-up, whether or not the address was known.
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_up/check_mail.html")]
pub struct CheckMailPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with the code that was sent.
    pub problems: Problems,
    /// Where the mail went.
    pub email: String,
    /// How long link and code work: `24 hours`.
    pub lives: String,
    /// The folder that mails are written to, when no mail server is configured.
    pub mail_folder: Option<String>,
}
