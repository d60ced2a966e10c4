//! `/profile/security`: the password and the second factor.

use actix_session::Session;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::accounts::{PasswordAttempt, choose_password};
use crate::domain::second_factor;
use crate::domain::sessions::{self, ChangePasswordError};
use crate::http::web::chrome::{Chrome, WhoView};
use crate::http::web::done::Done;
use crate::http::web::form::{Problems, password_hint};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::session::adopt;
use crate::http::web::visitor::SignedIn;

/// "Security", with the form that changes the password.
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/security.html")]
pub struct SecurityPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whose password it is: password managers want to know.
    pub who: WhoView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What a password has to be.
    pub password_hint: String,
    /// The second factor.
    pub factor: FactorView,
    /// What has just happened.
    pub notice: Option<String>,
}

/// What there is of a second factor.
#[derive(Debug, Clone)]
pub struct FactorView {
    /// Since when the authenticator app is on.
    pub since: Option<Timestamp>,
    /// How many recovery codes can still be used.
    pub codes_left: i64,
    /// When those were made that wait for one of them to be typed back.
    pub unconfirmed: Option<Timestamp>,
}

impl FactorView {
    async fn of(app: &App, me: &SignedIn) -> Result<Self, WebError> {
        let codes = second_factor::overview(&app.ctx, me.person()).await?;
        let since = me.person().account().second_factor;
        Ok(Self { since, codes_left: codes.left, unconfirmed: codes.unconfirmed })
    }
}

/// `GET /profile/security`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let told = Done::told(&request, &[Done::PasswordChanged, Done::FactorOff, Done::CodesStored]);
    page(&app, &me, Problems::none(), told).await?.ok()
}

/// `POST /profile/security/password`
///
/// # Errors
/// [`WebError::SeeOther`] when it is changed.
pub async fn change_password(app: Data<App>, me: SignedIn, session: Session, form: Posted) -> Answer {
    let account = me.person().account();
    let new = match choose_password(&app.ctx, form.text("new"), &account.email, &account.name) {
        Ok(new) => new,
        Err(problem) => return page(&app, &me, Problems::one("new", problem.to_string()), None).await?.unprocessable(),
    };
    let current = PasswordAttempt::new(form.text("current"));
    match sessions::change_password(&app.ctx, me.person(), &current, &new).await {
        Ok(key) => {
            adopt(&session, &key);
            Err(Done::PasswordChanged.on("/profile/security"))
        }
        Err(ChangePasswordError::WrongCurrent) => {
            let wrong = Problems::one("current", "This is not your current password. Nothing was changed.");
            page(&app, &me, wrong, None).await?.with_status(StatusCode::FORBIDDEN)
        }
        Err(ChangePasswordError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(ChangePasswordError::Busy(busy)) => Err(busy.into()),
        Err(ChangePasswordError::Unexpected(error)) => Err(error.into()),
    }
}

async fn page(app: &App, me: &SignedIn, problems: Problems, notice: Option<String>) -> Result<SecurityPage, WebError> {
    let password_hint = password_hint(app.ctx.settings.password_min);
    let factor = FactorView::of(app, me).await?;
    Ok(SecurityPage { chrome: me.chrome(), who: WhoView::of(me.person()), problems, password_hint, factor, notice })
}
