//! `/profile…`: what belongs to oneself.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::{Chrome, WhoView};
use super::done::Done;
use super::page::{Answer, Page as _};
use super::visitor::SignedIn;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::Ctx;

pub mod activity;
pub mod address;
pub mod apps;
pub mod authenticator;
pub mod delete;
pub mod export;
pub mod name;
pub mod qr;
pub mod recovery_codes;
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

/// `GET /profile`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let account = me.person().account();
    ProfilePage {
        chrome: me.chrome(),
        who: WhoView::of(me.person()),
        id: account.id.to_string(),
        roles: account.roles.words().map(str::to_owned).collect(),
        created: account.created_at,
        verification: match account.verified_at {
            Some(at) => Verification::Confirmed(at),
            None => Verification::Waiting { mail_folder: mail_folder(&app.ctx) },
        },
        notice: Done::told(&request, &[Done::MailSent, Done::Renamed]),
    }
    .ok()
}

/// The folder that mails are written to, when no mail server is configured.
pub(super) fn mail_folder(ctx: &Ctx) -> Option<String> {
    ctx.mail.folder_path().map(|path| path.display().to_string())
}
