//! What every request passes, whichever door it is for: its id, the host it names, the headers of its answer, and the
//! promise that a change once begun is finished.

mod headers;
mod host;
mod origin;

use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{ErrorInternalServerError, InternalError};
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};

pub use headers::SecurityHeaders;
pub use host::Hosts;
pub use origin::{ClientAddress, Proxies, origin_of};

use crate::app::App;
use crate::base::id::uuid_v7;

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
    let mut response = match app.hosts.check(request.head()) {
        Ok(()) => match run(request, next).await {
            Ok(response) => response,
            Err(error) => return Err(dressed(&app, &id, &path, error)),
        },
        Err(refused) => {
            request.into_response(HttpResponse::build(refused).content_type("text/plain; charset=utf-8").body(host::SENTENCE))
        }
    };
    let status = response.status();
    let route = response.request().match_pattern().unwrap_or_default();
    app.headers.add(&path, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    app.answered.count(status);
    tracing::debug!(request_id = %id, %method, route, status = status.as_u16(), "answered");
    Ok(response)
}

/// An answer without a request: the same headers as every other, and nothing of what went wrong.
fn dressed(app: &App, id: &str, path: &str, error: Error) -> Error {
    let mut response = error.error_response();
    app.answered.count(response.status());
    app.headers.add(path, response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    InternalError::from_response(error, response).into()
}

/// Reads go away with their client. Changes run in a task of their own, so that a client that hangs up in the middle
/// cannot leave one half done: actix drops the handler of a connection that is reset.
async fn run(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method().is_safe() {
        return next.call(request).await;
    }
    let change = actix_web::rt::spawn(next.call(request));
    match tokio::time::timeout(CHANGE_LIMIT, change).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panicked)) => {
            tracing::error!(%panicked, "a handler panicked");
            Err(ErrorInternalServerError("Something went wrong.\n"))
        }
        Err(_) => {
            let busy = HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, 5)).finish();
            Err(InternalError::from_response("a change took too long", busy).into())
        }
    }
}
