//! `/sign-up`: an account of one's own, and the mail that confirms it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::form::{Problems, password_hint};
use super::outcome::WebError;
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::profile::mail_folder;
use super::visitor::Visitor;
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::domain::accounts::{self, Attributes, SignUpDraft, SignUpError};
use crate::domain::{Ctx, SignUp};

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
    /// What a password has to be.
    pub password_hint: String,
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
    /// Where the mail went.
    pub email: String,
    /// The folder that mails are written to, when no mail server is configured.
    pub mail_folder: Option<String>,
}

/// The form, as it was sent.
#[derive(Default)]
struct SignUpForm<'a> {
    name: &'a str,
    email: &'a str,
    password: &'a str,
}

impl<'a> SignUpForm<'a> {
    fn of(posted: &'a Posted) -> Self {
        Self { name: posted.text("name"), email: posted.text("email"), password: posted.text("password") }
    }

    fn parse(&self, ctx: &Ctx) -> Result<SignUpDraft, Problems> {
        let mut problems = Problems::none();
        let name = PersonName::parse(self.name).map_err(|why| problems.add("name", why.to_string()));
        let email = EmailAddress::parse(self.email).map_err(|why| problems.add("email", why.to_string()));
        let (Ok(name), Ok(email)) = (name, email) else { return Err(problems) };
        match accounts::choose_password(ctx, self.password, &email, &name) {
            Ok(password) => Ok(SignUpDraft { email, name, password, attributes: Attributes::default() }),
            Err(why) => Err(Problems::one("password", why.to_string())),
        }
    }
}

/// `GET /sign-up`
///
/// # Errors
/// [`WebError::SeeOther`] for those who have an account and are signed in.
pub async fn show(app: Data<App>, visitor: Visitor) -> Answer {
    if visitor.person().is_some() {
        return Err(WebError::see_other("/profile/tokens"));
    }
    form_page(&app, &visitor, &SignUpForm::default(), Problems::none())
}

/// `POST /sign-up`
///
/// # Errors
/// When it has to be tried again later.
pub async fn create(app: Data<App>, visitor: Visitor, posted: Posted) -> Answer {
    let form = SignUpForm::of(&posted);
    let draft = match form.parse(&app.ctx) {
        Ok(draft) => draft,
        Err(problems) => return form_page(&app, &visitor, &form, problems),
    };
    let email = draft.email.to_string();
    match accounts::sign_up(&app.ctx, draft, visitor.origin()).await {
        Ok(_) => CheckMailPage { chrome: visitor.chrome(), email, mail_folder: mail_folder(&app.ctx) }.ok(),
        Err(SignUpError::Closed) => closed_page(&visitor),
        Err(SignUpError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(SignUpError::Busy(busy)) => Err(busy.into()),
        Err(SignUpError::Unexpected(error)) => Err(error.into()),
    }
}

fn form_page(app: &App, visitor: &Visitor, form: &SignUpForm<'_>, problems: Problems) -> Answer {
    if app.ctx.settings.sign_up == SignUp::Invite {
        return closed_page(visitor);
    }
    let page = SignUpPage {
        chrome: visitor.chrome(),
        problems,
        name: form.name.to_owned(),
        email: form.email.to_owned(),
        password_hint: password_hint(app.ctx.settings.password_min),
    };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

fn closed_page(visitor: &Visitor) -> Answer {
    SignUpClosedPage { chrome: visitor.chrome() }.with_status(StatusCode::FORBIDDEN)
}
