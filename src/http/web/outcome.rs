//! What a page's handler can end with besides a page, and how that is shown.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use askama::Template;

use super::chrome::Chrome;
use super::confirmed::Unconfirmed;
use super::error::{ErrorPage, Trouble};
use super::visitor::{NewBrowser, Visitor};
use crate::app::App;
use crate::base::time::Span;
use crate::db;
use crate::domain::accounts::Busy;
use crate::domain::attempts::TooMany;
use crate::domain::limits::Exhausted;
use crate::domain::workspaces::{NoMember, Refused};
use crate::http::edge::RequestId;
use crate::http::extract::BodyError;
use crate::http::limit_headers;

/// An end that is no page.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Look elsewhere: 303.
    #[error("see {0}")]
    SeeOther(String),
    /// Something a person can be told in a sentence.
    #[error("{0:?}")]
    Trouble(Trouble),
    /// Wait, then try again: 503.
    #[error("{trouble:?}")]
    Wait {
        /// What to say.
        trouble: Trouble,
        /// How long.
        retry_after: Span,
    },
    /// A limit is reached: 429.
    #[error("{0}")]
    Limited(Exhausted),
    /// Show who you are first: 403, with the form that was sent.
    #[error("the person has to confirm who they are")]
    Confirm(Box<Unconfirmed>),
    /// A defect; the text is for the log.
    #[error("{0}")]
    Unexpected(String),
}

impl WebError {
    /// Look elsewhere.
    pub fn see_other(location: impl Into<String>) -> Self {
        Self::SeeOther(location.into())
    }
}

impl From<Trouble> for WebError {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Exhausted> for WebError {
    fn from(exhausted: Exhausted) -> Self {
        Self::Limited(exhausted)
    }
}

impl From<TooMany> for WebError {
    fn from(too_many: TooMany) -> Self {
        match too_many {
            TooMany::Wait(exhausted) => exhausted.into(),
            TooMany::Shut => Trouble::Shut.into(),
        }
    }
}

impl From<Busy> for WebError {
    fn from(busy: Busy) -> Self {
        Self::Wait { trouble: Trouble::Unavailable { wait: in_words(busy.retry_after) }, retry_after: busy.retry_after }
    }
}

impl From<BodyError> for WebError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Trouble::TooLarge.into(),
            BodyError::TooSlow | BodyError::Broken => Trouble::Unreadable.into(),
        }
    }
}

impl From<db::Error> for WebError {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unavailable(_) => {
                tracing::warn!(%error, "a page could not be made");
                Self::Wait { trouble: Trouble::Unavailable { wait: "a few seconds".into() }, retry_after: Span::seconds(2) }
            }
            db::Error::Taken | db::Error::Corrupt { .. } | db::Error::Unexpected(_) => Self::Unexpected(error.to_string()),
        }
    }
}

impl From<Refused> for WebError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Trouble::NotFound.into(),
            Refused::Forbidden => Trouble::NotYourRole.into(),
        }
    }
}

impl From<NoMember> for WebError {
    fn from(why: NoMember) -> Self {
        match why {
            NoMember::NotFound => Trouble::NotFound.into(),
            NoMember::Suspended => Trouble::WorkspaceSuspended.into(),
            NoMember::Unconfirmed => Trouble::Unconfirmed.into(),
            NoMember::Unexpected(error) => error.into(),
        }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SeeOther(_) => StatusCode::SEE_OTHER,
            Self::Trouble(trouble) | Self::Wait { trouble, .. } => {
                StatusCode::from_u16(trouble.status()).expect("the table holds statuses of HTTP")
            }
            Self::Limited(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Confirm(_) => StatusCode::FORBIDDEN,
            Self::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Headers only: [`present`] writes the page.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::SeeOther(location) => drop(response.insert_header((LOCATION, location.as_str()))),
            Self::Wait { retry_after, .. } | Self::Limited(Exhausted { retry_after, .. }) => {
                response.insert_header((RETRY_AFTER, retry_after.seconds_up().max(1)));
            }
            Self::Trouble(_) | Self::Confirm(_) | Self::Unexpected(_) => {}
        }
        let mut response = response.finish();
        if let Self::Limited(exhausted) = self {
            limit_headers::tell_exhausted(response.headers_mut(), exhausted);
        }
        response
    }
}

/// A span as a person says it.
fn in_words(span: Span) -> String {
    let seconds = span.seconds_up().max(1);
    let (count, unit) = if seconds < 120 { (seconds, "second") } else { ((seconds + 59) / 60, "minute") };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// Shows every error as a page, logs the unexpected ones once, and sets the cookie of a new browser.
///
/// # Errors
/// None of its own.
pub async fn present(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
    let mut response = match next.call(request).await {
        Ok(response) => response,
        Err(error) => return Err(without_request(&app, error)),
    };
    let new_browser = response.request().extensions_mut().remove::<NewBrowser>();
    if let Some(NewBrowser(cookie)) = new_browser
        && let Ok(value) = HeaderValue::from_str(&cookie.to_string())
    {
        response.headers_mut().append(SET_COOKIE, value);
    }
    let bare = !response.headers().contains_key(CONTENT_TYPE);
    if bare && (response.status().is_client_error() || response.status().is_server_error()) {
        let page = page_for(&response);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response = response.map_body(|_, _| BoxBody::new(page));
    }
    Ok(response)
}

/// The session's cookie could not be handled, so there is no request to answer: the same page, for nobody.
fn without_request(app: &App, error: Error) -> Error {
    tracing::warn!(%error, "a session could not be ended or begun");
    let mut response = undone(app, Trouble::Unavailable { wait: "a few seconds".into() });
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    InternalError::from_response(error, response).into()
}

/// The whole answer, where no handler could give one.
pub fn undone(app: &App, trouble: Trouble) -> HttpResponse {
    let status = StatusCode::from_u16(trouble.status()).expect("the table holds statuses of HTTP");
    let page = ErrorPage { chrome: bare_chrome(app), trouble }.render().unwrap_or_default();
    HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page)
}

fn page_for(response: &ServiceResponse<BoxBody>) -> String {
    let request = response.request();
    let extensions = request.extensions();
    let request_id = extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let chrome = match extensions.get::<Visitor>() {
        Some(visitor) => visitor.chrome(),
        None => bare_chrome(request.app_data::<Data<App>>().expect("every server has its App")),
    };
    let trouble = match response.response().error().and_then(|error| error.as_error::<WebError>()) {
        Some(WebError::Trouble(trouble) | WebError::Wait { trouble, .. }) => trouble.clone(),
        Some(WebError::Limited(exhausted)) => Trouble::TooMany { wait: in_words(exhausted.retry_after) },
        Some(WebError::Confirm(unconfirmed)) => return unconfirmed.page(chrome).render().unwrap_or_default(),
        Some(WebError::Unexpected(cause)) => {
            tracing::error!(request_id, cause, "a page failed");
            Trouble::Broken { request_id }
        }
        Some(WebError::SeeOther(_)) | None => foreign(response.status(), request_id),
    };
    ErrorPage { chrome, trouble }.render().unwrap_or_default()
}

/// For a page that nobody could be recognised on: it has no form.
fn bare_chrome(app: &App) -> Chrome {
    Chrome { signed_in: None, service_name: app.ctx.settings.service_name.clone(), now: app.ctx.now(), form_token: String::new() }
}

/// No such page.
///
/// # Errors
/// Always.
pub async fn not_found(_: Visitor) -> Result<HttpResponse, WebError> {
    Err(Trouble::NotFound.into())
}

/// An error that no handler of ours made.
fn foreign(status: StatusCode, request_id: String) -> Trouble {
    match status {
        StatusCode::NOT_FOUND => Trouble::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Trouble::WrongMethod,
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => Trouble::Unavailable { wait: "a few seconds".into() },
        status if status.is_client_error() => Trouble::Unreadable,
        _ => Trouble::Broken { request_id },
    }
}
