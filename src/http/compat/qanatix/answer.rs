//! How this door answers: the bare thing, or `{"detail": …}`.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Value, json};

use crate::db;
use crate::http::api::{ApiError, Code};
use crate::http::edge::RequestId;
use crate::http::limit_headers;

/// An error of this door.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// As everywhere, told in this door's shape.
    #[error("{0}")]
    Usual(#[from] ApiError),
    /// A field is wrong: 422.
    #[error("{0:?}")]
    Wrong(Vec<Problem>),
    /// It is wrong in a way that this sentence tells.
    #[error("{1}")]
    Told(StatusCode, String),
}

/// What is wrong with a field.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// Where: `["body", "scopes", 2]`.
    loc: Vec<Value>,
    msg: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Problem {
    /// At a place within the body.
    pub fn at(place: &[Value], kind: &'static str, msg: impl Into<String>) -> Self {
        let loc = std::iter::once(Value::from("body")).chain(place.iter().cloned()).collect();
        Self { loc, msg: msg.into(), kind }
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
        match self {
            Self::Usual(error) => error.status_code(),
            Self::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Told(status, _) => *status,
        }
    }

    /// Headers only: [`present`] writes the body.
    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Usual(error) => error.error_response(),
            Self::Wrong(_) | Self::Told(..) => HttpResponse::new(self.status_code()),
        }
    }
}

/// Writes the body of every error, logs the unexpected ones once, and tells a caller what is left of their limit.
pub async fn present(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = next.call(request).await?;
    limit_headers::tell_caller(&mut response);
    if response.status().is_client_error() || response.status().is_server_error() {
        let body = error_body(&response);
        let headers = response.response_mut().headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response = response.map_body(|_, _| BoxBody::new(body));
    }
    Ok(response)
}

fn error_body(response: &ServiceResponse<BoxBody>) -> String {
    let detail = match response.response().error().and_then(|error| error.as_error::<DoorError>()) {
        Some(DoorError::Wrong(problems)) => json!(problems),
        Some(DoorError::Told(_, sentence)) => sentence.as_str().into(),
        Some(DoorError::Usual(error)) => {
            if let Some(cause) = error.cause() {
                let extensions = response.request().extensions();
                let request_id = extensions.get::<RequestId>().map_or("", |id| id.0.as_str());
                tracing::error!(request_id, cause, "a request failed");
            }
            told(error.code(), response.headers()).into()
        }
        None => told(foreign(response.status()), response.headers()).into(),
    };
    json!({ "detail": detail }).to_string()
}

/// The sentences of the one table; the contract of this door has its own for a limit.
fn told(code: Code, headers: &HeaderMap) -> String {
    match (code, headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok())) {
        (Code::RateLimited, Some(seconds)) => format!("Rate limit exceeded. Retry after {seconds} seconds."),
        (code, _) => code.sentences(),
    }
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
    HttpResponse::build(code.status()).json(json!({ "detail": code.sentences() }))
}

/// No such path.
///
/// # Errors
/// Always.
pub async fn not_found() -> Result<HttpResponse, DoorError> {
    Err(Code::NotFound.into())
}
