//! How this door answers: the bare thing, or `{message, error: {code, message}}`.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::db;
use crate::http::api::{ApiError, Code};
use crate::http::edge::RequestId;
use crate::http::limit_headers;

const X_API_VERSION: HeaderName = HeaderName::from_static("x-api-version");
const ACCEPT_VERSION: HeaderName = HeaderName::from_static("accept-version");
/// The one version that there is.
const VERSION: &str = "v1";

/// An error of this door: as everywhere, told in this door's shape.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct DoorError {
    /// Boxed: it is rare, and every handler's result has room for it.
    cause: Box<ApiError>,
    sentence: Option<String>,
    place: Place,
}

/// Where something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anywhere.
    Anywhere,
    /// On the way in, whose answers carry one thing more.
    Entry,
}

impl DoorError {
    /// This, in a sentence of its own.
    pub fn told(code: Code, sentence: impl Into<String>) -> Self {
        Self { sentence: Some(sentence.into()), ..Self::from(code) }
    }

    /// A field is wrong: 400, and a sentence that begins with the field's name.
    pub fn field(name: &str, reason: &str) -> Self {
        Self::told(Code::Invalid, format!("{name} {}.", reason.trim_end_matches('.')))
    }

    /// A field holds what does not fit: 422, and a sentence that begins with the field's name.
    pub fn unfit(name: &str, why: impl std::fmt::Display) -> Self {
        Self::told(Code::Unprocessable, format!("{name}: {why}"))
    }

    /// The same, of somebody who wanted to sign in.
    #[must_use]
    pub fn at_entry(self) -> Self {
        Self { place: Place::Entry, ..self }
    }

    fn body(&self) -> Value {
        let message = self.sentence.clone().unwrap_or_else(|| self.cause.sentences());
        let mut body = body_of(self.cause.code(), &message);
        if self.place == Place::Entry {
            body["errors"] = json!({ "general": { "message": message } });
        }
        body
    }
}

impl From<ApiError> for DoorError {
    fn from(cause: ApiError) -> Self {
        Self { cause: Box::new(cause), sentence: None, place: Place::Anywhere }
    }
}

impl From<Code> for DoorError {
    fn from(code: Code) -> Self {
        ApiError::from(code).into()
    }
}

impl From<db::Error> for DoorError {
    fn from(error: db::Error) -> Self {
        ApiError::from(error).into()
    }
}

impl ResponseError for DoorError {
    fn status_code(&self) -> StatusCode {
        self.cause.status_code()
    }

    /// Headers only: [`present`] writes the body.
    fn error_response(&self) -> HttpResponse {
        self.cause.error_response()
    }
}

/// Writes the body of every error, logs the unexpected ones once, and tells which version answers and what is left of the
/// caller's limit. Whoever wants another version is told that there is none.
pub async fn present(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = if wants_ours(request.headers()) {
        next.call(request).await?
    } else {
        request.error_response(DoorError::told(Code::Invalid, "Accept-Version must be v1, or left out."))
    };
    limit_headers::tell_caller(&mut response);
    response.response_mut().headers_mut().insert(X_API_VERSION, HeaderValue::from_static(VERSION));
    if response.status().is_client_error() || response.status().is_server_error() {
        let body = error_body(&response);
        let headers = response.response_mut().headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response = response.map_body(|_, _| BoxBody::new(body));
    }
    Ok(response)
}

fn wants_ours(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT_VERSION).all(|wanted| wanted.as_bytes().eq_ignore_ascii_case(VERSION.as_bytes()))
}

fn error_body(response: &ServiceResponse<BoxBody>) -> String {
    let Some(error) = response.response().error().and_then(|error| error.as_error::<DoorError>()) else {
        let code = foreign(response.status());
        return body_of(code, &code.sentences()).to_string();
    };
    if let Some(cause) = error.cause.cause() {
        let extensions = response.request().extensions();
        let request_id = extensions.get::<RequestId>().map_or("", |id| id.0.as_str());
        tracing::error!(request_id, cause, "a request failed");
    }
    error.body().to_string()
}

fn body_of(code: Code, message: &str) -> Value {
    json!({ "message": message, "error": { "code": code.word(), "message": message } })
}

/// An error that no handler of ours made.
fn foreign(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::WrongMethod,
        status if status.is_client_error() => Code::Invalid,
        _ => Code::Unexpected,
    }
}

/// The whole answer, where no handler could give one.
pub fn undone(code: Code) -> HttpResponse {
    HttpResponse::build(code.status()).insert_header((X_API_VERSION, VERSION)).json(body_of(code, &code.sentences()))
}

/// No such path.
///
/// # Errors
/// Always.
pub async fn not_found() -> Result<HttpResponse, DoorError> {
    Err(Code::NotFound.into())
}
