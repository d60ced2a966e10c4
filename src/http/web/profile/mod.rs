//! `/profile…`: what belongs to oneself.

use askama::Template;
use askama_web::WebTemplate;

use super::chrome::{Chrome, WhoView};
use crate::base::time::Timestamp;

pub mod activity;
pub mod security;
pub mod sessions;

/// `/profile`: the facts of one's account.
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/overview.html")]
pub struct ProfilePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whose profile it is.
    pub who: WhoView,
    /// The account's id on the wire: `usr_…`.
    pub id: String,
    /// The account's roles.
    pub roles: Vec<String>,
    /// When the account was created.
    pub created: Timestamp,
    /// Whether the address is confirmed.
    pub verification: Verification,
    /// What has just happened.
    pub notice: Option<String>,
}

/// Whether an address is confirmed.
#[derive(Debug, Clone)]
pub enum Verification {
    /// Since then.
    Confirmed(Timestamp),
    /// Not yet.
    Waiting {
        /// The folder that mails are written to, when no mail server is configured.
        mail_folder: Option<String>,
    },
}
