//! What every request passes, whichever door it is for: its id, the host it names, the headers of its answer, and the
//! promise that a change once begun is finished.

mod bounds;
mod headers;
mod host;
mod origin;
mod site;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use futures_util::FutureExt;

pub use headers::{FormsLeadTo, SecurityHeaders};
pub use host::Hosts;
pub use origin::{ClientAddress, Proxies, View, Way, origin_of, view_of};
pub use site::{Site, site_of};

use crate::app::App;
use crate::base::id::uuid_v7;
use crate::http::api::{self, Code};
use crate::http::compat::{qanatix, qelos, qnsp};
use crate::http::oauth;
use crate::http::web::error::Trouble;
use crate::http::web::outcome;

/// The id of a request: in its answer, in the log and in the audit.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a change may take before its client is told to come back. The change itself goes on to its end.
const CHANGE_LIMIT: Duration = Duration::from_secs(30);

/// The middleware.
///
/// # Errors
/// None of its own.
pub async fn edge(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
    let id = format!("req_{}", uuid_v7(app.ctx.now(), &app.ctx.rng).simple());
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let undone = |code| undone(&app, &path, &id, code);
    let acceptable = bounds::check(request.head()).and_then(|()| app.hosts.check(request.head()));
    let outcome = match acceptable {
        Ok(()) => run(request, next).await,
        Err(code) => Ok(request.into_response(undone(code))),
    };
    match outcome {
        Ok(mut response) => {
            let status = response.status();
            let route = response.request().match_pattern().unwrap_or_default();
            dress(&app, &id, &path, response.response_mut());
            tracing::debug!(request_id = %id, %method, route, status = status.as_u16(), "answered");
            Ok(response)
        }
        Err(broken) => {
            let mut response = match &broken {
                Broken::Refused(error) => error.error_response(),
                Broken::Panicked => undone(Code::Unexpected),
                Broken::Unfinished => undone(Code::Overloaded),
            };
            dress(&app, &id, &path, &mut response);
            tracing::debug!(request_id = %id, %method, status = response.status().as_u16(), "answered");
            Err(InternalError::from_response(broken, response).into())
        }
    }
}

/// An answer that no handler gave, in the shape of the door that the path belongs to.
fn undone(app: &App, path: &str, id: &str, code: Code) -> HttpResponse {
    let mut response = match code {
        _ if api::owns(path) => api::undone(code, id, app.ctx.now()),
        _ if qanatix::owns(path) => qanatix::undone(code),
        _ if qelos::owns(path) => qelos::undone(code),
        _ if qnsp::owns(path) => qnsp::undone(code, id),
        _ if oauth::owns(path) => oauth::undone(code),
        Code::Unexpected => outcome::undone(app, Trouble::Broken { request_id: id.to_owned() }),
        Code::Overloaded => outcome::undone(app, Trouble::Unavailable { wait: "a few seconds".to_owned() }),
        _ => HttpResponse::build(code.status()).content_type("text/plain; charset=utf-8").body(code.sentences() + "\n"),
    };
    if code == Code::Overloaded {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// What every answer carries, also of an error that has lost its request.
fn dress(app: &App, id: &str, path: &str, response: &mut HttpResponse) {
    app.answered.count(response.status());
    app.headers.add(path, response);
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
}

/// Why there is no answer, or none that still has its request.
#[derive(Debug, thiserror::Error)]
enum Broken {
    /// A middleware gave up.
    #[error("{0}")]
    Refused(Error),
    /// The handler panicked.
    #[error("a handler panicked")]
    Panicked,
    /// A change takes too long; it goes on.
    #[error("a change took too long")]
    Unfinished,
}

/// Reads go away with their client. Changes run in a task of their own, so that a client that hangs up in the middle
/// cannot leave one half done: actix drops the handler of a connection that is reset. A panic ends its request and
/// nothing else; where it happened is logged by the hook that `telemetry` sets.
async fn run(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Broken> {
    let safe = request.method().is_safe();
    let handled = AssertUnwindSafe(next.call(request)).catch_unwind();
    let outcome = if safe {
        handled.await
    } else {
        let change = actix_web::rt::spawn(handled);
        let ended = tokio::time::timeout(CHANGE_LIMIT, change).await.map_err(|_| Broken::Unfinished)?;
        ended.map_err(|_| Broken::Panicked)?
    };
    outcome.map_err(|_| Broken::Panicked)?.map_err(Broken::Refused)
}
