//! The links that an administrator has sent to somebody: an invitation, or a way to a new password.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{AccountView, asked_id, page_of};
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::access::{self, InvitationError, InvitationLinkError};
use crate::domain::accounts::people::State;
use crate::domain::profile::{self, SendLinkError};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Invitation link": the answer that shows it. It lives as long as its answer takes to be written, and is never kept.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/accounts/link.html")]
pub struct InvitationLinkPage<'a> {
    /// What stands around it.
    pub chrome: Chrome,
    /// Who is invited.
    pub account: AccountView,
    /// The whole address of the link.
    pub url: &'a str,
    /// When it ends.
    pub expires: Timestamp,
}

/// "Cancel the invitation of *Chen Wei*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/accounts/cancel.html")]
pub struct CancelPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Who is invited.
    pub account: AccountView,
}

/// `POST /admin/accounts/{id}/resend`
///
/// # Errors
/// [`WebError::SeeOther`] when the invitation is sent again; 404 when there is none.
pub async fn resend(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    access::resend_invitation(&app.ctx, admin.administrator(), id).await.map_err(uninvited)?;
    Err(Done::invited(&app.ctx).on(&page_of(id)))
}

/// `GET /admin/accounts/{id}/cancel`. An account that is set up is shown instead.
///
/// # Errors
/// 404 when there is no such account.
pub async fn ask_cancel(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    let viewed = access::view_account(&app.ctx, admin.administrator(), id).await?.ok_or(Trouble::NotFound)?;
    match viewed.state() {
        State::Invited => CancelPage { chrome: admin.chrome(), account: AccountView::of(&viewed) }.ok(),
        State::Active | State::Unconfirmed | State::Suspended => Err(WebError::see_other(page_of(id))),
    }
}

/// `POST /admin/accounts/{id}/cancel`
///
/// # Errors
/// [`WebError::SeeOther`] when the invitation is gone; 404 when there is none.
pub async fn cancel(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    access::cancel_invitation(&app.ctx, admin.administrator(), asked_id(&request)?).await.map_err(uninvited)?;
    Err(Done::InvitationCancelled.on("/admin/accounts"))
}

/// `POST /admin/accounts/{id}/link`: the link of an invitation, where no mail server brings it to its reader.
///
/// # Errors
/// 404 when there is no open invitation, or a mail server is configured.
pub async fn show_link(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let (ctx, by, id) = (&app.ctx, admin.administrator(), asked_id(&request)?);
    let link = match access::invitation_link(ctx, by, id).await {
        Ok(link) => link,
        Err(InvitationLinkError::NotFound | InvitationLinkError::GoesByMail) => return Err(Trouble::NotFound.into()),
        Err(InvitationLinkError::Unexpected(error)) => return Err(error.into()),
    };
    let viewed = access::view_account(ctx, by.administrator(), id).await?.ok_or(Trouble::NotFound)?;
    let (chrome, account) = (admin.chrome(), AccountView::of(&viewed));
    InvitationLinkPage { chrome, account, url: link.url.reveal(), expires: link.expires_at }.ok()
}

/// `POST /admin/accounts/{id}/set-password-link`
///
/// # Errors
/// [`WebError::SeeOther`] when the mail is on its way; 404 for an account that cannot use it.
pub async fn send_set_password(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    match profile::send_set_password_link(&app.ctx, admin.administrator(), id).await {
        Ok(()) => Err(Done::SetPasswordLinkSent.on(&page_of(id))),
        Err(SendLinkError::NotFound | SendLinkError::Suspended) => Err(Trouble::NotFound.into()),
        Err(SendLinkError::Unexpected(error)) => Err(error.into()),
    }
}

fn uninvited(error: InvitationError) -> WebError {
    match error {
        InvitationError::NotFound => Trouble::NotFound.into(),
        InvitationError::Unexpected(error) => error.into(),
    }
}
