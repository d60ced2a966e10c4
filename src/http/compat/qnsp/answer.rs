//! How this door answers: the bare thing, or `{statusCode, error, message, requestId}`.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::db;
use crate::http::api::{ApiError, Code};
use crate::http::edge::RequestId;
use crate::http::limit_headers;

/// An error of this door: as everywhere, with what this door says of it.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct DoorError {
    /// Boxed: it is large, and every handler's result has room for it.
    cause: Box<ApiError>,
    word: &'static str,
    message: String,
    shape: Shape,
}

/// What the body of an error is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As at all of this door.
    Usual,
    /// As a client reads it that wanted to activate an SDK.
    Activation,
}

impl DoorError {
    /// A field of the request is wrong: 400, and a sentence that begins with the field's name.
    pub fn field(name: &str, reason: &str) -> Self {
        Self::from(Code::Invalid).told(format!("{name} {reason}."))
    }

    /// Good, and not allowed to have tokens for the audience that it asks for.
    pub fn audience() -> Self {
        let told = "You get no tokens for this audience. Ask for another, or leave it out.";
        Self::from(Code::NotAllowed).named("AUDIENCE_NOT_PERMITTED").told(told)
    }

    /// The same, under another word.
    #[must_use]
    pub fn named(self, word: &'static str) -> Self {
        Self { word, ..self }
    }

    /// The same, in another sentence.
    #[must_use]
    pub fn told(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
    }

    /// The same, told to somebody who wanted to activate an SDK. What is wrong with the request itself, and not with who
    /// sends it or when, has no word there and stays as it is.
    #[must_use]
    pub fn of_activation(self) -> Self {
        match activation_word(self.cause.code()) {
            Some(word) => Self { word, shape: Shape::Activation, ..self },
            None => self,
        }
    }

    fn body(&self, request_id: &str) -> Value {
        match self.shape {
            Shape::Usual => body_of(self.status_code(), self.word, &self.message, request_id),
            Shape::Activation => json!({ "activated": false, "error": self.message, "code": self.word }),
        }
    }
}

impl From<ApiError> for DoorError {
    fn from(cause: ApiError) -> Self {
        let (word, message) = (usual_word(cause.code()), cause.code().sentences());
        Self { cause: Box::new(cause), word, message, shape: Shape::Usual }
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

/// The words of this door for the one table of everything that can go wrong.
fn usual_word(code: Code) -> &'static str {
    match code {
        Code::NoCredential | Code::BadCredential | Code::WrongPassword | Code::Suspended => "UNAUTHORIZED",
        Code::FactorRequired => "TOTP_REQUIRED",
        Code::NotAllowed | Code::WrongEnvironment => "FORBIDDEN",
        Code::RateLimited => "TOO_MANY_REQUESTS",
        Code::Invalid | Code::Unprocessable => "BAD_REQUEST",
        Code::MediaType => "UNSUPPORTED_MEDIA_TYPE",
        Code::TooLarge => "PAYLOAD_TOO_LARGE",
        Code::TooSlow => "REQUEST_TIMEOUT",
        Code::LongAddress => "URI_TOO_LONG",
        Code::LargeHead => "REQUEST_HEADER_FIELDS_TOO_LARGE",
        Code::WrongHost => "MISDIRECTED_REQUEST",
        Code::WrongMethod => "METHOD_NOT_ALLOWED",
        Code::NotFound => "NOT_FOUND",
        Code::Conflict => "CONFLICT",
        Code::Unexpected => "INTERNAL_SERVER_ERROR",
        Code::Overloaded => "SERVICE_UNAVAILABLE",
    }
}

/// The words of the contract for an SDK that stays inactive.
fn activation_word(code: Code) -> Option<&'static str> {
    match code {
        Code::NoCredential | Code::BadCredential | Code::NotAllowed | Code::WrongEnvironment => Some("INVALID_API_KEY"),
        Code::Suspended => Some("ACCOUNT_SUSPENDED"),
        Code::RateLimited => Some("RATE_LIMITED"),
        Code::Unexpected | Code::Overloaded => Some("SERVICE_UNAVAILABLE"),
        Code::WrongPassword
        | Code::FactorRequired
        | Code::Invalid
        | Code::Unprocessable
        | Code::MediaType
        | Code::TooLarge
        | Code::TooSlow
        | Code::LongAddress
        | Code::LargeHead
        | Code::WrongHost
        | Code::WrongMethod
        | Code::NotFound
        | Code::Conflict => None,
    }
}

fn body_of(status: StatusCode, word: &str, message: &str, request_id: &str) -> Value {
    json!({ "statusCode": status.as_u16(), "error": word, "message": message, "requestId": request_id })
}

/// Writes the body of every error, logs the unexpected ones once, and tells a caller what is left of their limit.
pub async fn present(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = next.call(request).await?;
    limit_headers::tell_caller(&mut response);
    if response.status().is_client_error() || response.status().is_server_error() {
        let body = error_body(&response).to_string();
        response.response_mut().headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response = response.map_body(|_, _| BoxBody::new(body));
    }
    Ok(response)
}

fn error_body(response: &ServiceResponse<BoxBody>) -> Value {
    let extensions = response.request().extensions();
    let request_id = extensions.get::<RequestId>().map_or("", |id| id.0.as_str());
    let Some(error) = response.response().error().and_then(|error| error.as_error::<DoorError>()) else {
        let code = foreign(response.status());
        return body_of(response.status(), usual_word(code), &code.sentences(), request_id);
    };
    if let Some(cause) = error.cause.cause() {
        tracing::error!(request_id, cause, "a request failed");
    }
    error.body(request_id)
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
pub fn undone(code: Code, request_id: &str) -> HttpResponse {
    HttpResponse::build(code.status()).json(body_of(code.status(), usual_word(code), &code.sentences(), request_id))
}

/// No such path.
///
/// # Errors
/// Always.
pub async fn not_found() -> Result<HttpResponse, DoorError> {
    Err(Code::NotFound.into())
}
