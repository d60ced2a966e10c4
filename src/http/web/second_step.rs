//! `/sign-in/second-step`: the code that follows the password.

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use askama::Template;
use askama_web::WebTemplate;
use futures_util::future::LocalBoxFuture;

use super::chrome::Chrome;
use super::done::Done;
use super::form::Problems;
use super::outcome::WebError;
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::session::{abandon, enter};
use super::sign_in::{destination, way_on};
use super::visitor::Visitor;
use crate::app::App;
use crate::domain::sessions::{self, HalfSession, Presence, SecondStepError};
use crate::http::extract::query;

/// The path.
pub const HERE: &str = "/sign-in/second-step";

/// "Enter your code".
#[derive(Template, WebTemplate)]
#[template(path = "pages/second_step.html")]
pub struct SecondStepPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The path to go to afterwards, already checked to lie here; may be empty.
    pub next: String,
}

/// Somebody whose password was right, and who has not shown the second factor.
pub struct Awaiting {
    visitor: Visitor,
    half: HalfSession,
}

impl FromRequest for Awaiting {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visitor = Visitor::from_request(request, &mut Payload::None);
        Box::pin(async move {
            let visitor = visitor.await?;
            let half = match visitor.presence() {
                Presence::AwaitsCode(half) => half.clone(),
                Presence::Whole(_) | Presence::MustSetUp(_) | Presence::Nobody => return Err(WebError::see_other("/sign-in")),
            };
            Ok(Self { visitor, half })
        })
    }
}

/// The same, with the form they sent. It is read after it is certain who sent it, so that whoever comes too late is told
/// to begin again, and not that the form has expired.
pub struct Attempting {
    awaiting: Awaiting,
    form: Posted,
}

impl FromRequest for Attempting {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let awaiting = Awaiting::from_request(&request, &mut Payload::None).await?;
            let form = Posted::from_request(&request, &mut payload).await?;
            Ok(Self { awaiting, form })
        })
    }
}

/// `GET /sign-in/second-step`
///
/// # Errors
/// [`WebError::SeeOther`] for whoever has no use for it.
pub async fn show(awaiting: Awaiting, request: HttpRequest) -> Answer {
    page(&awaiting, &query(&request, "next").unwrap_or_default(), Problems::none()).ok()
}

/// `POST /sign-in/second-step`
///
/// # Errors
/// When it has to be tried again later, or from the beginning.
pub async fn create(app: Data<App>, attempting: Attempting, session: Session) -> Answer {
    const WRONG: &str = "This code is wrong, or was used before. Wait for the next one, and check the clock of your phone.";
    let Attempting { awaiting, form } = attempting;
    let next = form.text("next");
    match sessions::second_step(&app.ctx, &awaiting.half, form.text("code")).await {
        Ok(begun) => Ok(enter(&app, &session, &begun, &way_on(begun.stage(), next))),
        Err(SecondStepError::Wrong) => page(&awaiting, next, Problems::one("code", WRONG)).with_status(StatusCode::UNAUTHORIZED),
        Err(SecondStepError::Over) => {
            abandon(&session);
            Err(Done::CodeGivenUp.on("/sign-in"))
        }
        Err(SecondStepError::TooMany(too_many)) => Err(too_many.into()),
        Err(SecondStepError::Unexpected(error)) => Err(error.into()),
    }
}

fn page(awaiting: &Awaiting, next: &str, problems: Problems) -> SecondStepPage {
    let next = if next.is_empty() { String::new() } else { destination(next) };
    SecondStepPage { chrome: awaiting.visitor.chrome(), problems, next }
}
