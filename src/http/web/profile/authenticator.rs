//! `/profile/security/authenticator`: setting up an authenticator app, and switching it off.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::qr::QrView;
use crate::app::App;
use crate::domain::second_factor::{self, BeginError};
use crate::domain::sessions::{self, Presence, SwitchOffError, SwitchOnError};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::JustConfirmed;
use crate::http::web::done::Done;
use crate::http::web::enrolling::{Candidate, SettingUp};
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::session::adopt;
use crate::http::web::visitor::SignedIn;

/// The path.
pub const HERE: &str = "/profile/security/authenticator";
/// Where all of it is shown.
const SECURITY: &str = "/profile/security";
/// Where one goes on.
const CODES: &str = "/profile/security/recovery-codes";

/// "Set up an authenticator app": what it is for.
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/authenticator.html")]
pub struct AuthenticatorPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whether nothing else can be done before.
    pub required: bool,
}

/// "Scan this code".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/authenticator_scan.html")]
pub struct ScanPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with the code.
    pub problems: Problems,
    /// What the app scans.
    pub qr: Option<QrView>,
    /// The same for typing, in groups of four.
    pub secret: String,
}

/// "Switch off your authenticator app?"
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/authenticator_off.html")]
pub struct SwitchOffPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Why it stays on.
    pub problems: Problems,
}

/// `GET /profile/security/authenticator`
///
/// # Errors
/// [`WebError::SeeOther`] for whoever has one.
pub async fn show(me: Candidate) -> Answer {
    if me.account().second_factor.is_some() {
        return Err(WebError::see_other(SECURITY));
    }
    let required = matches!(me.visitor().presence(), Presence::MustSetUp(_));
    AuthenticatorPage { chrome: me.visitor().chrome(), required }.ok()
}

/// `POST /profile/security/authenticator`: shows the secret. It counts for nothing yet.
///
/// # Errors
/// [`WebError::SeeOther`] for whoever has one.
pub async fn begin(app: Data<App>, me: SettingUp) -> Answer {
    scan_page(&app, &me, Problems::none()).await
}

/// `POST /profile/security/authenticator/on`
///
/// # Errors
/// [`WebError::SeeOther`] when it is on.
pub async fn switch_on(app: Data<App>, me: SettingUp, session: Session) -> Answer {
    const WRONG: &str = "This code is wrong. Wait for the next one in your app, and check the clock of your phone.";
    match sessions::switch_on(&app.ctx, me.enrolling(), me.form().text("code")).await {
        Ok(key) => {
            adopt(&session, &key);
            Err(Done::FactorOn.on(CODES))
        }
        Err(SwitchOnError::Wrong) => scan_page(&app, &me, Problems::one("code", WRONG)).await,
        Err(SwitchOnError::Unexpected(error)) => Err(error.into()),
    }
}

async fn scan_page(app: &App, me: &SettingUp, problems: Problems) -> Answer {
    let secret = match second_factor::begin(&app.ctx, me.enrolling()).await {
        Ok(secret) => secret,
        Err(BeginError::AlreadyOn) => return Err(WebError::see_other(SECURITY)),
        Err(BeginError::Unexpected(error)) => return Err(error.into()),
    };
    let uri = secret.uri(&app.ctx.settings.service_name, me.enrolling().account().email.as_str());
    let page = ScanPage { chrome: me.chrome(), problems, qr: QrView::of(&uri), secret: grouped(&secret.base32()) };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

/// In groups of four, for the eye.
fn grouped(text: &str) -> String {
    let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..text.len().min(at + 4)]).collect();
    groups.join(" ")
}

/// `GET /profile/security/authenticator/off`
///
/// # Errors
/// [`WebError::SeeOther`] for whoever has none.
pub async fn show_off(me: SignedIn) -> Answer {
    if !me.person().has_second_factor() {
        return Err(WebError::see_other(SECURITY));
    }
    SwitchOffPage { chrome: me.chrome(), problems: Problems::none() }.ok()
}

/// `POST /profile/security/authenticator/off`
///
/// # Errors
/// [`WebError::SeeOther`] when it is off.
pub async fn switch_off(app: Data<App>, me: JustConfirmed) -> Answer {
    const REQUIRED: &str = "An administrator requires a second factor for one of your roles. Ask them first.";
    match sessions::switch_off(&app.ctx, me.confirmed()).await {
        Ok(()) => Err(Done::FactorOff.on(SECURITY)),
        Err(SwitchOffError::NotOn) => Err(WebError::see_other(SECURITY)),
        Err(SwitchOffError::Required) => {
            let problems = Problems::one("switch-off", REQUIRED);
            SwitchOffPage { chrome: me.chrome(), problems }.with_status(StatusCode::FORBIDDEN)
        }
        Err(SwitchOffError::Unexpected(error)) => Err(error.into()),
    }
}
