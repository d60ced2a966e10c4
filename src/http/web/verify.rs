//! `/verify`: whoever reads the mail confirms the address, by the link or by the code.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::done::Done;
use super::form::Problems;
use super::outcome::WebError;
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::visitor::{SignedIn, Visitor};
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::domain::accounts::{self, ConfirmError, LinkSecret, ResendError};
use crate::http::extract::path_part;

/// `/verify/{t}`: the button that the mailed link leads to. Opening the page changes nothing.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/link.html")]
pub struct VerifyLinkPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The secret part of the link, which the button sends back.
    pub link: String,
    /// The address it confirms.
    pub email: String,
}

/// `/verify`: the code from the mail, for those who read it on another device.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/code.html")]
pub struct VerifyCodePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Email*, as it was sent.
    pub email: String,
}

/// The address is confirmed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/done.html")]
pub struct VerifiedPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The address.
    pub email: String,
}

/// A link that has expired, was used or never existed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/verify/gone.html")]
pub struct LinkGonePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What the link was for.
    pub link: DeadLink,
}

/// What a link that no longer works was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadLink {
    /// Confirming an address.
    Verify,
    /// Setting up the first administrator.
    Setup,
    /// Setting up an account that an administrator made.
    Invite,
    /// Joining a workspace.
    Join,
    /// Choosing a new password.
    Recover,
    /// Confirming the address that an account is to have.
    ChangeAddress,
    /// Putting the address back that an account had.
    UndoAddress,
}

/// `GET /verify/{secret}`
///
/// # Errors
/// When the page cannot be made.
pub async fn show_link(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "secret")) else { return gone_page(&visitor) };
    match accounts::confirmation_address(&app.ctx, &secret).await? {
        Some(email) => {
            let (chrome, link) = (visitor.chrome(), secret.reveal().to_owned());
            VerifyLinkPage { chrome, link, email: email.to_string() }.ok()
        }
        None => gone_page(&visitor),
    }
}

/// `POST /verify/{secret}`
///
/// # Errors
/// When it has to be tried again later.
pub async fn use_link(request: HttpRequest, app: Data<App>, visitor: Visitor, _: Posted) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "secret")) else { return gone_page(&visitor) };
    match accounts::confirm_by_link(&app.ctx, &secret, visitor.origin()).await {
        Ok(email) => confirmed_page(&visitor, &email),
        Err(ConfirmError::NotOpen) => gone_page(&visitor),
        Err(ConfirmError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(ConfirmError::Unexpected(error)) => Err(error.into()),
    }
}

/// `GET /verify`
///
/// # Errors
/// When the page cannot be made.
pub async fn show_code(visitor: Visitor) -> Answer {
    let waiting = visitor.person().filter(|person| !person.is_verified());
    let email = waiting.map_or("", |person| person.email().as_str());
    code_page(&visitor, email, Problems::none())
}

/// The form, as it was sent.
struct CodeForm<'a> {
    email: &'a str,
    code: &'a str,
}

impl<'a> CodeForm<'a> {
    fn of(posted: &'a Posted) -> Self {
        Self { email: posted.text("email"), code: posted.text("code") }
    }

    fn parse(&self) -> Result<(EmailAddress, &'a str), Problems> {
        let mut problems = Problems::none();
        let email = EmailAddress::parse(self.email).map_err(|why| problems.add("email", why.to_string()));
        let digits = self.code.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
        if digits.len() != 6 || !digits.iter().all(char::is_ascii_digit) {
            problems.add("code", "Enter the six digits from the mail.");
        }
        email.ok().filter(|_| problems.is_empty()).map(|email| (email, self.code)).ok_or(problems)
    }
}

/// `POST /verify`
///
/// # Errors
/// When it has to be tried again later.
pub async fn use_code(app: Data<App>, visitor: Visitor, posted: Posted) -> Answer {
    const WRONG: &str = "This code is wrong, or older than ten minutes. Check it, or open the link in the mail. To get a new mail, sign in and send it again.";
    let form = CodeForm::of(&posted);
    let (email, code) = match form.parse() {
        Ok(parsed) => parsed,
        Err(problems) => return code_page(&visitor, form.email, problems),
    };
    match accounts::confirm_by_code(&app.ctx, &email, code, visitor.origin()).await {
        Ok(email) => confirmed_page(&visitor, &email),
        Err(ConfirmError::NotOpen) => code_page(&visitor, form.email, Problems::one("code", WRONG)),
        Err(ConfirmError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(ConfirmError::Unexpected(error)) => Err(error.into()),
    }
}

/// `POST /profile/verify`: the mail once more.
///
/// # Errors
/// Always: 303 to the profile, or when it has to be tried again later.
pub async fn resend(app: Data<App>, me: SignedIn, _: Posted) -> Answer {
    match accounts::resend_confirmation(&app.ctx, me.person()).await {
        Ok(()) => Err(Done::MailSent.on("/profile")),
        Err(ResendError::Confirmed) => Err(WebError::see_other("/profile")),
        Err(ResendError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(ResendError::Unexpected(error)) => Err(error.into()),
    }
}

fn code_page(visitor: &Visitor, email: &str, problems: Problems) -> Answer {
    let page = VerifyCodePage { chrome: visitor.chrome(), problems, email: email.to_owned() };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

fn confirmed_page(visitor: &Visitor, email: &EmailAddress) -> Answer {
    VerifiedPage { chrome: visitor.chrome(), email: email.to_string() }.ok()
}

fn gone_page(visitor: &Visitor) -> Answer {
    LinkGonePage { chrome: visitor.chrome(), link: DeadLink::Verify }.with_status(StatusCode::GONE)
}
