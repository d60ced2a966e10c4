//! `/confirm-address/{secret}` and `/undo-address/{secret}`: what the mails about a change of address lead to.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::profile::mail_folder;
use super::verify::{DeadLink, LinkGonePage};
use super::visitor::Visitor;
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::db;
use crate::domain::accounts::LinkSecret;
use crate::domain::profile::{self, ChangeAddressError, OpenChange, Way};
use crate::http::extract::path_part;

/// The button that a mailed link leads to. Opening the page changes nothing.
#[derive(Template, WebTemplate)]
#[template(path = "pages/address/link.html")]
pub struct AddressLinkPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which way the address changes.
    pub way: Way,
    /// The secret part of the link, which the button sends back.
    pub link: String,
    /// The address that the account has.
    pub from: String,
    /// The one that it would have.
    pub to: String,
}

/// It is changed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/address/done.html")]
pub struct AddressDonePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which way.
    pub way: Way,
    /// The address that the account has now.
    pub email: String,
    /// The folder that mails are written to, when no mail server is configured.
    pub mail_folder: Option<String>,
}

/// Another account has the address by now.
#[derive(Template, WebTemplate)]
#[template(path = "pages/address/taken.html")]
pub struct AddressTakenPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which way it was to change.
    pub way: Way,
}

/// `GET /confirm-address/{secret}`
///
/// # Errors
/// When the page cannot be made.
pub async fn show_confirm(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    show(&request, &app, &visitor, Way::Change).await
}

/// `GET /undo-address/{secret}`
///
/// # Errors
/// When the page cannot be made.
pub async fn show_undo(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    show(&request, &app, &visitor, Way::Undo).await
}

async fn show(request: &HttpRequest, app: &App, visitor: &Visitor, way: Way) -> Answer {
    let Some((secret, OpenChange { from, to })) = asked(request, app, way).await? else { return gone_page(visitor, way) };
    let (chrome, link) = (visitor.chrome(), secret.reveal().to_owned());
    AddressLinkPage { chrome, way, link, from: from.to_string(), to: to.to_string() }.ok()
}

async fn asked(request: &HttpRequest, app: &App, way: Way) -> db::Result<Option<(LinkSecret, OpenChange)>> {
    let Some(secret) = LinkSecret::parse(path_part(request, "secret")) else { return Ok(None) };
    let change = profile::open_change(&app.ctx, way, &secret).await?;
    Ok(change.map(|change| (secret, change)))
}

/// `POST /confirm-address/{secret}`
///
/// # Errors
/// When it has to be tried again later.
pub async fn confirm(request: HttpRequest, app: Data<App>, visitor: Visitor, _: Posted) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "secret")) else { return gone_page(&visitor, Way::Change) };
    let changed = profile::confirm_change(&app.ctx, &secret, visitor.origin()).await;
    tell(&app, &visitor, Way::Change, changed)
}

/// `POST /undo-address/{secret}`
///
/// # Errors
/// When it has to be tried again later.
pub async fn undo(request: HttpRequest, app: Data<App>, visitor: Visitor, _: Posted) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "secret")) else { return gone_page(&visitor, Way::Undo) };
    let changed = profile::undo_change(&app.ctx, &secret, visitor.origin()).await;
    tell(&app, &visitor, Way::Undo, changed)
}

fn tell(app: &App, visitor: &Visitor, way: Way, changed: Result<EmailAddress, ChangeAddressError>) -> Answer {
    let chrome = visitor.chrome();
    match changed {
        Ok(email) => AddressDonePage { chrome, way, email: email.to_string(), mail_folder: mail_folder(&app.ctx) }.ok(),
        Err(ChangeAddressError::NotOpen) => gone_page(visitor, way),
        Err(ChangeAddressError::Taken) => AddressTakenPage { chrome, way }.with_status(StatusCode::CONFLICT),
        Err(ChangeAddressError::Unexpected(error)) => Err(error.into()),
    }
}

fn gone_page(visitor: &Visitor, way: Way) -> Answer {
    let link = match way {
        Way::Change => DeadLink::ChangeAddress,
        Way::Undo => DeadLink::UndoAddress,
    };
    LinkGonePage { chrome: visitor.chrome(), link }.with_status(StatusCode::GONE)
}
