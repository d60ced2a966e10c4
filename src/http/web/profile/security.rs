//! `/profile/security`: the password.

use askama::Template;
use askama_web::WebTemplate;

use crate::http::web::chrome::{Chrome, WhoView};
use crate::http::web::form::Problems;

/// "Security", with the form that changes the password.
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/security.html")]
pub struct SecurityPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whose password it is: password managers want to know.
    pub who: WhoView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What has just happened.
    pub notice: Option<String>,
}
