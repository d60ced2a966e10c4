//! `/recover`: a new password for whoever reads the account's mail.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::done::Done;
use super::form::{Problems, password_hint};
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::profile::mail_folder;
use super::verify::{DeadLink, LinkGonePage};
use super::visitor::Visitor;
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, LinkSecret};
use crate::domain::profile::{self, NewPassword, RecoverError, RecoveryError, Tokens};
use crate::http::extract::path_part;

/// "Recover your password".
#[derive(Template, WebTemplate)]
#[template(path = "pages/recover/form.html")]
pub struct RecoverPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Email*, as it was sent.
    pub email: String,
}

/// "Check your mail": the one answer to every request, whether or not the address was known.
#[derive(Template, WebTemplate)]
#[template(path = "pages/recover/check_mail.html")]
pub struct RecoverySentPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Where the mail went, if there is an account.
    pub email: String,
    /// The folder that mails are written to, when no mail server is configured.
    pub mail_folder: Option<String>,
}

/// "Choose a new password".
#[derive(Template, WebTemplate)]
#[template(path = "pages/recover/link.html")]
pub struct NewPasswordPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The secret part of the link, which the form sends back.
    pub link: String,
    /// Whose password it is.
    pub email: String,
    /// What a password has to be.
    pub password_hint: String,
    /// *Revoke my API tokens too*.
    pub revoke_tokens: bool,
}

/// `GET /recover`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(visitor: Visitor) -> Answer {
    let email = visitor.person().map_or("", |person| person.email().as_str());
    request_page(&visitor, email, Problems::none())
}

/// `POST /recover`
///
/// # Errors
/// When it has to be tried again later.
pub async fn create(app: Data<App>, visitor: Visitor, posted: Posted) -> Answer {
    let typed = posted.text("email");
    let email = match EmailAddress::parse(typed) {
        Ok(email) => email,
        Err(why) => return request_page(&visitor, typed, Problems::one("email", why.to_string())),
    };
    match profile::request_recovery(&app.ctx, &email, visitor.origin()).await {
        Ok(()) => {
            let (chrome, email) = (visitor.chrome(), email.to_string());
            RecoverySentPage { chrome, email, mail_folder: mail_folder(&app.ctx) }.ok()
        }
        Err(RecoveryError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(RecoveryError::Unexpected(error)) => Err(error.into()),
    }
}

/// The form of a new password, as it was sent.
struct PasswordForm<'a> {
    password: &'a str,
    tokens: Tokens,
}

impl<'a> PasswordForm<'a> {
    /// As it is shown first.
    const EMPTY: Self = Self { password: "", tokens: Tokens::Revoke };

    fn of(posted: &'a Posted) -> Self {
        let tokens = if posted.ticked("revoke_tokens") { Tokens::Revoke } else { Tokens::Keep };
        Self { password: posted.text("password"), tokens }
    }

    fn parse(&self, ctx: &Ctx, (email, name): &(EmailAddress, PersonName)) -> Result<NewPassword, Problems> {
        match accounts::choose_password(ctx, self.password, email, name) {
            Ok(password) => Ok(NewPassword { password, tokens: self.tokens }),
            Err(why) => Err(Problems::one("password", why.to_string())),
        }
    }
}

/// `GET /recover/{secret}`: opening the page changes nothing.
///
/// # Errors
/// When the page cannot be made.
pub async fn show_link(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    let Some((secret, owner)) = asked(&request, &app.ctx).await? else { return gone_page(&visitor) };
    password_page(&app, &visitor, &secret, &owner.0, &PasswordForm::EMPTY, Problems::none())
}

/// `POST /recover/{secret}`: sets the password; then its owner signs in.
///
/// # Errors
/// [`WebError::SeeOther`](super::outcome::WebError::SeeOther) when it is set, or when it has to be tried again later.
pub async fn use_link(request: HttpRequest, app: Data<App>, visitor: Visitor, posted: Posted) -> Answer {
    let Some((secret, owner)) = asked(&request, &app.ctx).await? else { return gone_page(&visitor) };
    let form = PasswordForm::of(&posted);
    let chosen = match form.parse(&app.ctx, &owner) {
        Ok(chosen) => chosen,
        Err(problems) => return password_page(&app, &visitor, &secret, &owner.0, &form, problems),
    };
    match profile::recover(&app.ctx, &secret, chosen, visitor.origin()).await {
        Ok(()) => Err(Done::PasswordRecovered.on("/sign-in")),
        Err(RecoverError::NotOpen) => gone_page(&visitor),
        Err(RecoverError::Busy(busy)) => Err(busy.into()),
        Err(RecoverError::Unexpected(error)) => Err(error.into()),
    }
}

async fn asked(request: &HttpRequest, ctx: &Ctx) -> db::Result<Option<(LinkSecret, (EmailAddress, PersonName))>> {
    let Some(secret) = LinkSecret::parse(path_part(request, "secret")) else { return Ok(None) };
    let owner = profile::open_recovery(ctx, &secret).await?;
    Ok(owner.map(|owner| (secret, owner)))
}

fn request_page(visitor: &Visitor, email: &str, problems: Problems) -> Answer {
    let page = RecoverPage { chrome: visitor.chrome(), problems, email: email.to_owned() };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

fn password_page(
    app: &App,
    visitor: &Visitor,
    secret: &LinkSecret,
    email: &EmailAddress,
    form: &PasswordForm<'_>,
    problems: Problems,
) -> Answer {
    let page = NewPasswordPage {
        chrome: visitor.chrome(),
        problems,
        link: secret.reveal().to_owned(),
        email: email.to_string(),
        password_hint: password_hint(app.ctx.settings.password_min),
        revoke_tokens: form.tokens == Tokens::Revoke,
    };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

fn gone_page(visitor: &Visitor) -> Answer {
    LinkGonePage { chrome: visitor.chrome(), link: DeadLink::Recover }.with_status(StatusCode::GONE)
}
