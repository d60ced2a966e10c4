//! `/profile/address`: another address, which its mail confirms.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::mail_folder;
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::domain::profile::{self, AskChangeError};
use crate::http::web::chrome::{Chrome, WhoView};
use crate::http::web::confirmed::JustConfirmed;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::SignedIn;

/// "Change your email address".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/address.html")]
pub struct AddressPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whose address it is.
    pub who: WhoView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *New email*, as it was sent.
    pub email: String,
}

/// "Check your mail": the one answer, whether or not the address has an account.
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/address_sent.html")]
pub struct AddressSentPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whose address it is.
    pub who: WhoView,
    /// Where the mail went.
    pub email: String,
    /// The folder that mails are written to, when no mail server is configured.
    pub mail_folder: Option<String>,
}

/// `GET /profile/address`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(me: SignedIn) -> Answer {
    let (chrome, who) = (me.chrome(), WhoView::of(me.person()));
    AddressPage { chrome, who, problems: Problems::none(), email: String::new() }.ok()
}

/// `POST /profile/address`
///
/// # Errors
/// When it has to be tried again later.
pub async fn create(app: Data<App>, me: JustConfirmed) -> Answer {
    let typed = me.form().text("email");
    let email = match EmailAddress::parse(typed) {
        Ok(email) => email,
        Err(why) => return wrong(&me, typed, why.to_string()),
    };
    match profile::ask_change(&app.ctx, me.confirmed(), &email).await {
        Ok(()) => {
            let (chrome, who) = (me.chrome(), WhoView::of(me.person()));
            AddressSentPage { chrome, who, email: email.to_string(), mail_folder: mail_folder(&app.ctx) }.ok()
        }
        Err(AskChangeError::Same) => wrong(&me, typed, "This is your address already. Enter another one.".into()),
        Err(AskChangeError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(AskChangeError::Unexpected(error)) => Err(error.into()),
    }
}

fn wrong(me: &JustConfirmed, typed: &str, why: String) -> Answer {
    let (chrome, who) = (me.chrome(), WhoView::of(me.person()));
    AddressPage { chrome, who, problems: Problems::one("email", why), email: typed.to_owned() }.unprocessable()
}
