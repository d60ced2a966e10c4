//! `/setup/{code}`: the first administrator.

use actix_session::Session;
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
use super::session::enter;
use super::sign_in::way_on;
use super::verify::{DeadLink, LinkGonePage};
use super::visitor::Visitor;
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::domain::Ctx;
use crate::domain::access::{self, SetUpDraft, SetUpError, Switch};
use crate::domain::accounts::{self, LinkSecret, PasswordAttempt};
use crate::domain::sessions::{self, Credentials, SignInError};
use crate::http::extract::path_part;

/// "Set up Latchkey".
#[derive(Template, WebTemplate)]
#[template(path = "pages/setup.html")]
pub struct SetupPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The one-time code of the link.
    pub code: String,
    /// When the link ends.
    pub expires: Timestamp,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Email*, as it was sent.
    pub email: String,
    /// What a password has to be.
    pub password_hint: String,
    /// *Allow people to create API tokens*.
    pub allow_tokens: bool,
}

/// The form, as it was sent.
struct SetupForm<'a> {
    name: &'a str,
    email: &'a str,
    password: &'a str,
    tokens: Switch,
}

impl<'a> SetupForm<'a> {
    /// As it is shown first.
    const EMPTY: Self = Self { name: "", email: "", password: "", tokens: Switch::On };

    fn of(posted: &'a Posted) -> Self {
        let tokens = if posted.ticked("allow_tokens") { Switch::On } else { Switch::Off };
        Self { name: posted.text("name"), email: posted.text("email"), password: posted.text("password"), tokens }
    }

    fn parse(&self, ctx: &Ctx) -> Result<SetUpDraft, Problems> {
        let mut problems = Problems::none();
        let name = PersonName::parse(self.name).map_err(|why| problems.add("name", why.to_string()));
        let email = EmailAddress::parse(self.email).map_err(|why| problems.add("email", why.to_string()));
        let (Ok(name), Ok(email)) = (name, email) else { return Err(problems) };
        match accounts::choose_password(ctx, self.password, &email, &name) {
            Ok(password) => Ok(SetUpDraft { email, name, password, tokens: self.tokens }),
            Err(why) => Err(Problems::one("password", why.to_string())),
        }
    }
}

/// `GET /setup/{code}`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "code")) else { return gone_page(&visitor) };
    form_page(&app, &visitor, &secret, &SetupForm::EMPTY, Problems::none()).await
}

/// `POST /setup/{code}`: makes the administrator and signs them in.
///
/// # Errors
/// When it has to be tried again later.
pub async fn create(request: HttpRequest, app: Data<App>, visitor: Visitor, posted: Posted, session: Session) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "code")) else { return gone_page(&visitor) };
    let form = SetupForm::of(&posted);
    let draft = match form.parse(&app.ctx) {
        Ok(draft) => draft,
        Err(problems) => return form_page(&app, &visitor, &secret, &form, problems).await,
    };
    let presented = Credentials { email: Some(draft.email.clone()), password: PasswordAttempt::new(form.password) };
    match access::set_up(&app.ctx, &secret, draft, visitor.origin()).await {
        Ok(()) => sign_in(&app, &visitor, presented, &session).await,
        Err(SetUpError::NotOpen) => gone_page(&visitor),
        Err(SetUpError::EmailTaken) => {
            let taken = "This address has an account already. Use another one.";
            form_page(&app, &visitor, &secret, &form, Problems::one("email", taken)).await
        }
        Err(SetUpError::Busy(busy)) => Err(busy.into()),
        Err(SetUpError::Unexpected(error)) => Err(error.into()),
    }
}

/// Whoever set it up need not type the password again; should that fail, they can.
async fn sign_in(app: &App, visitor: &Visitor, presented: Credentials, session: &Session) -> Answer {
    match sessions::sign_in(&app.ctx, presented, visitor.origin()).await {
        Ok(begun) => Ok(enter(app, session, &begun, &way_on(begun.stage(), ""))),
        Err(SignInError::Wrong | SignInError::TooMany(_) | SignInError::Busy(_) | SignInError::Unexpected(_)) => {
            Err(Done::SetUp.on("/sign-in"))
        }
    }
}

/// The form, as long as the link is good: nobody fills in one that cannot be sent.
async fn form_page(app: &App, visitor: &Visitor, secret: &LinkSecret, form: &SetupForm<'_>, problems: Problems) -> Answer {
    let Some(expires) = access::setup_open_until(&app.ctx, secret).await? else { return gone_page(visitor) };
    let page = SetupPage {
        chrome: visitor.chrome(),
        problems,
        code: secret.reveal().to_owned(),
        expires,
        name: form.name.to_owned(),
        email: form.email.to_owned(),
        password_hint: password_hint(app.ctx.settings.password_min),
        allow_tokens: form.tokens == Switch::On,
    };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

/// 404 whatever the reason: whether there is an administrator is nobody's business.
fn gone_page(visitor: &Visitor) -> Answer {
    LinkGonePage { chrome: visitor.chrome(), link: DeadLink::Setup }.with_status(StatusCode::NOT_FOUND)
}
