//! `/device`: somebody types in the code that a device shows, looks at who asks, and decides (RFC 8628 section 3.3).
//!
//! An address that carries the code fills the form and does nothing else: what is decided takes a look and a click.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::agent::agent_name;
use super::authorize::{ScopeLine, lines};
use super::chrome::Chrome;
use super::confirmed::RecentlyConfirmed;
use super::done::Done;
use super::form::Problems;
use super::outcome::WebError;
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::visitor::SignedIn;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::access;
use crate::domain::clients::device::{self, DecideError, UserCode, Waiting};
use crate::http::extract::query;

/// Where people type codes in.
pub const HERE: &str = "/device";

/// "Sign a device in".
#[derive(Template, WebTemplate)]
#[template(path = "pages/device/code.html")]
pub struct DeviceCodePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Code*, as it was sent or as the address has it.
    pub code: String,
    /// What has just happened.
    pub notice: Option<String>,
}

/// "Let *Notes* act for you on this device?"
#[derive(Template, WebTemplate)]
#[template(path = "pages/device/ask.html")]
pub struct DevicePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What the app is called.
    pub app: String,
    /// The code, as the device shows it.
    pub code: String,
    /// What it would be allowed.
    pub scopes: Vec<ScopeLine>,
    /// Whether it asks for things of which none is the person's to give.
    pub nothing_to_give: bool,
    /// For whom its tokens are to be, beside this service.
    pub audiences: Vec<String>,
    /// Where the device is.
    pub address: String,
    /// What it says that it is.
    pub agent: String,
    /// When it asked.
    pub asked: Timestamp,
}

/// `GET /device`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(me: SignedIn, request: HttpRequest) -> Answer {
    let typed = query(&request, "user_code").unwrap_or_default();
    let code = UserCode::parse(&typed).map(|code| code.shown()).unwrap_or_default();
    let notice = Done::told(&request, &[Done::DeviceAllowed, Done::DeviceDenied]);
    DeviceCodePage { chrome: me.chrome(), problems: Problems::none(), code, notice }.ok()
}

/// `POST /device`
///
/// # Errors
/// When too many codes were wrong.
pub async fn look(app: Data<App>, me: SignedIn, form: Posted) -> Answer {
    let typed = form.text("user_code");
    let Some(code) = UserCode::parse(typed) else { return no_such(me.chrome(), typed) };
    match device::look(&app.ctx, me.person(), &code).await {
        Ok(waiting) => ask(&app, me.chrome(), &code, waiting).await,
        Err(error) => refused(error, me.chrome(), typed),
    }
}

/// `POST /device/allow`
///
/// # Errors
/// [`WebError::SeeOther`] when it is done.
pub async fn allow(app: Data<App>, me: RecentlyConfirmed) -> Answer {
    let typed = me.form().text("user_code");
    let Some(code) = UserCode::parse(typed) else { return no_such(me.chrome(), typed) };
    match device::approve(&app.ctx, me.confirmed(), &code).await {
        Ok(()) => Err(Done::DeviceAllowed.on(HERE)),
        Err(error) => refused(error, me.chrome(), typed),
    }
}

/// `POST /device/deny`
///
/// # Errors
/// [`WebError::SeeOther`] when it is done.
pub async fn deny(app: Data<App>, me: SignedIn, form: Posted) -> Answer {
    let typed = form.text("user_code");
    let Some(code) = UserCode::parse(typed) else { return no_such(me.chrome(), typed) };
    match device::deny(&app.ctx, me.person(), &code).await {
        Ok(()) => Err(Done::DeviceDenied.on(HERE)),
        Err(error) => refused(error, me.chrome(), typed),
    }
}

async fn ask(app: &App, chrome: Chrome, code: &UserCode, waiting: Waiting) -> Answer {
    let catalogue = access::catalogue(&app.ctx.db).await?;
    DevicePage {
        chrome,
        app: waiting.client.name().to_owned(),
        code: code.shown(),
        scopes: lines(&catalogue, &waiting.scopes),
        nothing_to_give: waiting.asks_for_scopes && waiting.scopes.names().is_empty(),
        audiences: waiting.audiences,
        address: waiting.address,
        agent: agent_name(&waiting.agent),
        asked: waiting.asked_at,
    }
    .ok()
}

fn refused(error: DecideError, chrome: Chrome, typed: &str) -> Answer {
    match error {
        DecideError::NoSuch => no_such(chrome, typed),
        DecideError::NothingToGive => {
            wrong(chrome, typed, "None of what the device asks for is yours to give. Nothing was allowed.")
        }
        DecideError::TooMany(exhausted) => Err(exhausted.into()),
        DecideError::Unexpected(error) => Err(WebError::from(error)),
    }
}

fn no_such(chrome: Chrome, typed: &str) -> Answer {
    wrong(chrome, typed, "No device waits with this code. Check it on the device; a code works for 15 minutes, and once.")
}

fn wrong(chrome: Chrome, typed: &str, message: &str) -> Answer {
    let (problems, code) = (Problems::one("user_code", message), typed.chars().take(20).collect());
    DeviceCodePage { chrome, problems, code, notice: None }.with_status(StatusCode::UNPROCESSABLE_ENTITY)
}
