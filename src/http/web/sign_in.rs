//! `/sign-in`: the password.

use actix_session::Session;
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
use super::profile::authenticator::HERE as AUTHENTICATOR;
use super::second_step::HERE as SECOND_STEP;
use super::session::enter;
use super::visitor::Visitor;
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::base::url::LocalPath;
use crate::domain::SignUp;
use crate::domain::accounts::PasswordAttempt;
use crate::domain::sessions::{self, Credentials, Presence, SignInError, Stage};
use crate::http::extract::query;

/// "Sign in".
#[derive(Template, WebTemplate)]
#[template(path = "pages/sign_in.html")]
pub struct SignInPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Email*, as it was sent.
    pub email: String,
    /// The path to go to afterwards, already checked to lie here; may be empty.
    pub next: String,
    /// What has just happened: signed out, password changed.
    pub notice: Option<String>,
    /// Why one has to begin again.
    pub warning: Option<String>,
    /// Whether anybody may sign up.
    pub sign_up_open: bool,
}

/// The form, as it was sent.
struct SignInForm<'a> {
    email: &'a str,
    password: &'a str,
    next: &'a str,
}

impl<'a> SignInForm<'a> {
    fn of(posted: &'a Posted) -> Self {
        Self { email: posted.text("email"), password: posted.text("password"), next: posted.text("next") }
    }

    /// Never an error: what is no address is as wrong as an unknown one, and costs as much.
    fn parse(&self) -> Credentials {
        Credentials { email: EmailAddress::parse(self.email).ok(), password: PasswordAttempt::new(self.password) }
    }
}

/// `GET /sign-in`
///
/// # Errors
/// [`WebError::SeeOther`] for those who are signed in.
pub async fn show(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    let next = query(&request, "next").unwrap_or_default();
    match visitor.presence() {
        Presence::Whole(_) => return Err(WebError::see_other(destination(&next))),
        Presence::MustSetUp(_) => return Err(WebError::see_other(AUTHENTICATOR)),
        Presence::AwaitsCode(_) | Presence::Nobody => {}
    }
    let form = SignInForm { email: "", password: "", next: &next };
    let told =
        Done::told(&request, &[Done::SignedOut, Done::SetUp, Done::AccountSetUp, Done::PasswordRecovered, Done::AccountDeleted]);
    let warning = Done::told(&request, &[Done::CodeGivenUp]);
    SignInPage { notice: told, warning, ..form_page(&app, &visitor, &form, Problems::none()) }.ok()
}

/// `POST /sign-in`
///
/// # Errors
/// When it has to be tried again later.
pub async fn create(app: Data<App>, visitor: Visitor, posted: Posted, session: Session) -> Answer {
    const WRONG: &str = "Email and password do not match. Check both and try again.";
    let form = SignInForm::of(&posted);
    match sessions::sign_in(&app.ctx, form.parse(), visitor.origin()).await {
        Ok(begun) => Ok(enter(&app, &session, &begun, &way_on(begun.stage(), form.next))),
        Err(SignInError::Wrong) => {
            form_page(&app, &visitor, &form, Problems::one("email", WRONG)).with_status(StatusCode::UNAUTHORIZED)
        }
        Err(SignInError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(SignInError::Busy(busy)) => Err(busy.into()),
        Err(SignInError::Unexpected(error)) => Err(error.into()),
    }
}

/// Where to go on, as far as one has come.
pub(super) fn way_on(stage: &Stage, next: &str) -> String {
    match stage {
        Stage::Whole(_) => destination(next),
        Stage::AwaitsCode if next.is_empty() => SECOND_STEP.to_owned(),
        Stage::AwaitsCode => {
            let next: String = form_urlencoded::byte_serialize(destination(next).as_bytes()).collect();
            format!("{SECOND_STEP}?next={next}")
        }
        Stage::MustSetUp => AUTHENTICATOR.to_owned(),
    }
}

/// Where to go on: to the tokens, unless another page of ours was asked for.
pub(super) fn destination(next: &str) -> String {
    if next.is_empty() {
        return "/profile/tokens".to_owned();
    }
    LocalPath::parse(next).map_or("/".to_owned(), |path| path.as_str().to_owned())
}

fn form_page(app: &App, visitor: &Visitor, form: &SignInForm<'_>, problems: Problems) -> SignInPage {
    SignInPage {
        chrome: visitor.chrome(),
        problems,
        email: form.email.to_owned(),
        next: if form.next.is_empty() { String::new() } else { destination(form.next) },
        notice: None,
        warning: None,
        sign_up_open: app.ctx.settings.sign_up == SignUp::Open,
    }
}
