//! `/profile/security`: the password.

use actix_session::Session;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::domain::accounts::{PasswordAttempt, choose_password};
use crate::domain::sessions::{self, ChangePasswordError};
use crate::http::web::chrome::{Chrome, WhoView};
use crate::http::web::done::Done;
use crate::http::web::form::{Problems, password_hint};
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
    /// What has just happened.
    pub notice: Option<String>,
}

/// `GET /profile/security`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    page(&app, &me, Problems::none(), Done::told(&request, &[Done::PasswordChanged])).ok()
}

/// `POST /profile/security/password`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is changed.
pub async fn change_password(app: Data<App>, me: SignedIn, session: Session, form: Posted) -> Answer {
    let account = me.person().account();
    let new = match choose_password(&app.ctx, form.text("new"), &account.email, &account.name) {
        Ok(new) => new,
        Err(problem) => return page(&app, &me, Problems::one("new", problem.to_string()), None).unprocessable(),
    };
    let current = PasswordAttempt::new(form.text("current"));
    match sessions::change_password(&app.ctx, me.person(), &current, &new).await {
        Ok(key) => {
            adopt(&session, &key);
            Err(Done::PasswordChanged.on("/profile/security"))
        }
        Err(ChangePasswordError::WrongCurrent) => {
            let wrong = Problems::one("current", "This is not your current password. Nothing was changed.");
            page(&app, &me, wrong, None).with_status(StatusCode::FORBIDDEN)
        }
        Err(ChangePasswordError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(ChangePasswordError::Busy(busy)) => Err(busy.into()),
        Err(ChangePasswordError::Unexpected(error)) => Err(error.into()),
    }
}

fn page(app: &App, me: &SignedIn, problems: Problems, notice: Option<String>) -> SecurityPage {
    let password_hint = password_hint(app.ctx.settings.password_min);
    SecurityPage { chrome: me.chrome(), who: WhoView::of(me.person()), problems, password_hint, notice }
}
