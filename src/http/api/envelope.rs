//! How the native API answers: `{data, meta}` or `{error, meta}`.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::code::Code;
use crate::app::App;
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::accounts::Busy;
use crate::domain::credentials::Unverified;
use crate::domain::limits::Exhausted;
use crate::http::edge::RequestId;
use crate::http::extract::BodyError;
use crate::http::limit_headers;

/// The whole answer, where no handler could give one.
pub fn undone(code: Code, request_id: &str, timestamp: Timestamp) -> HttpResponse {
    let body = body_of(code, &Map::new(), None, &Meta { request_id, timestamp });
    HttpResponse::build(code.status()).content_type("application/json").body(body)
}

const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// What a 401 asks for, whatever else it says.
const CHALLENGE: &str = "Bearer realm=\"latchkey\"";

/// An error of the native API.
#[derive(Debug, thiserror::Error)]
#[error("{code:?}")]
pub struct ApiError {
    code: Code,
    details: Map<String, Value>,
    challenge: Option<String>,
    retry_after: Option<Span>,
    /// Boxed: it is rare, and every handler's result has room for it.
    limit: Option<Box<Exhausted>>,
    cause: Option<String>,
    fix: Option<&'static str>,
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self { code, details: Map::new(), challenge: None, retry_after: None, limit: None, cause: None, fix: None }
    }
}

impl ApiError {
    /// A body that cannot be read, and why.
    pub fn unreadable(why: String) -> Self {
        Self::from(Code::Invalid).detail("reason", why.into())
    }

    /// Fields that are wrong: `{field: reason}`.
    pub fn fields(code: Code, fields: Map<String, Value>) -> Self {
        Self::from(code).detail("fields", Value::Object(fields))
    }

    /// One field that is wrong, and why.
    pub fn field(code: Code, name: &str, reason: impl Into<Value>) -> Self {
        Self::fields(code, Map::from_iter([(name.to_owned(), reason.into())]))
    }

    /// A credential that is good, and may not do this: a word for programs, and a sentence for people.
    pub fn not_allowed(reason: &str, why: &str) -> Self {
        Self::from(Code::NotAllowed).detail("reason", reason.into()).detail("why", why.into())
    }

    /// What is asked for twice, when it can only be once.
    pub fn key_used() -> Self {
        Self::from(Code::Conflict)
            .detail("reason", "idempotency_key_used".into())
            .fix("This Idempotency-Key was used for another request. Send a new one.")
    }

    /// The same, with a fact.
    #[must_use]
    pub fn detail(mut self, name: &str, value: Value) -> Self {
        self.details.insert(name.to_owned(), value);
        self
    }

    /// The same, with another next step than the table's.
    #[must_use]
    pub fn fix(mut self, fix: &'static str) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The same, with a `WWW-Authenticate` challenge (RFC 6750 §3).
    #[must_use]
    pub fn challenge(mut self, parameters: &str) -> Self {
        self.challenge = Some(format!("{CHALLENGE}{parameters}"));
        self
    }
}

impl ApiError {
    /// What has gone wrong, for doors that tell it in another shape.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is wrong and what to do about it, for doors that tell it in a text alone.
    pub fn sentences(&self) -> String {
        let (_, _, message, usual) = self.code.row();
        let fields = self.details.get("fields").and_then(Value::as_object);
        if let Some((name, reason)) = fields.and_then(|fields| fields.iter().next()) {
            return format!("{name} {}.", reason.as_str().unwrap_or_default());
        }
        let told = ["why", "policy"].into_iter().find_map(|name| self.details.get(name).and_then(Value::as_str));
        [told.unwrap_or(message), self.fix.unwrap_or(usual)].join(" ")
    }

    /// What the log is to be told, and nobody else.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

impl From<Exhausted> for ApiError {
    fn from(exhausted: Exhausted) -> Self {
        Self { retry_after: Some(exhausted.retry_after), limit: Some(Box::new(exhausted)), ..Code::RateLimited.into() }
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Code::TooLarge.into(),
            BodyError::TooSlow => Code::TooSlow.into(),
            BodyError::Broken => Code::Invalid.into(),
        }
    }
}

impl From<Busy> for ApiError {
    fn from(busy: Busy) -> Self {
        Self { retry_after: Some(busy.retry_after), ..Code::Overloaded.into() }
    }
}

impl From<db::Error> for ApiError {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unavailable(_) => Self::overloaded(error.to_string()),
            db::Error::Taken | db::Error::Corrupt { .. } | db::Error::Unexpected(_) => {
                Self { cause: Some(error.to_string()), ..Code::Unexpected.into() }
            }
        }
    }
}

impl ApiError {
    fn overloaded(cause: String) -> Self {
        Self { retry_after: Some(Span::seconds(1)), cause: Some(cause), ..Code::Overloaded.into() }
    }
}

/// Whatever the cause, a credential that nobody can confirm is answered with 503, never as good.
impl From<Unverified> for ApiError {
    fn from(unverified: Unverified) -> Self {
        match unverified {
            Unverified::Refused { refusal, .. } => crate::http::caller::refused(refusal),
            Unverified::Stale(stale) => Self::overloaded(stale.to_string()),
            Unverified::Unexpected(error) => error.into(),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Headers only: [`present`] writes the body, which names the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(span) = self.retry_after {
            response.insert_header((RETRY_AFTER, span.seconds_up().max(1)));
        }
        match &self.challenge {
            Some(challenge) => drop(response.insert_header((WWW_AUTHENTICATE, challenge.as_str()))),
            None if self.status_code() == StatusCode::UNAUTHORIZED => drop(response.insert_header((WWW_AUTHENTICATE, CHALLENGE))),
            None => {}
        }
        let mut response = response.finish();
        if let Some(exhausted) = &self.limit {
            limit_headers::tell_exhausted(response.headers_mut(), exhausted);
        }
        response
    }
}

#[derive(Serialize)]
struct Meta<'a> {
    #[serde(rename = "requestId")]
    request_id: &'a str,
    timestamp: Timestamp,
}

#[derive(Serialize)]
struct Answer<'a, T> {
    data: T,
    meta: Meta<'a>,
}

/// A success: 200 with `{data, meta}`.
pub fn answer(request: &HttpRequest, data: impl Serialize) -> HttpResponse {
    answer_with(request, StatusCode::OK, data)
}

/// Something new: 201 with `{data, meta}`.
pub fn created(request: &HttpRequest, data: impl Serialize) -> HttpResponse {
    answer_with(request, StatusCode::CREATED, data)
}

/// What an earlier request with the same `Idempotency-Key` made, as far as it may be shown again.
pub fn replayed(request: &HttpRequest, data: impl Serialize) -> HttpResponse {
    let mut response = answer(request, data);
    response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    response
}

/// A change that leaves nothing to tell: 204.
pub fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

fn answer_with(request: &HttpRequest, status: StatusCode, data: impl Serialize) -> HttpResponse {
    let extensions = request.extensions();
    let (request_id, timestamp) = meta(request, extensions.get::<RequestId>());
    HttpResponse::build(status).json(Answer { data, meta: Meta { request_id, timestamp } })
}

/// A page of a list: the rows, and where the next page begins, if there is one.
pub fn listed<T: Serialize>(request: &HttpRequest, rows: &[T], next_cursor: Option<String>) -> HttpResponse {
    let extensions = request.extensions();
    let (request_id, timestamp) = meta(request, extensions.get::<RequestId>());
    let meta = json!({ "requestId": request_id, "timestamp": timestamp, "nextCursor": next_cursor });
    HttpResponse::Ok().json(json!({ "data": rows, "meta": meta }))
}

fn meta<'a>(request: &HttpRequest, id: Option<&'a RequestId>) -> (&'a str, Timestamp) {
    let app = request.app_data::<Data<App>>().expect("every server has its App");
    (id.map_or("", |id| id.0.as_str()), app.ctx.now())
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
    let extensions = response.request().extensions();
    let (request_id, timestamp) = meta(response.request(), extensions.get::<RequestId>());
    let of_ours = response.response().error().and_then(|error| error.as_error::<ApiError>());
    let (code, details, fix) = match of_ours {
        Some(error) => (error.code, error.details.clone(), error.fix),
        None => (foreign(response.status()), Map::new(), None),
    };
    if let Some(cause) = of_ours.and_then(|error| error.cause.as_deref()) {
        tracing::error!(request_id, cause, "a request failed");
    }
    body_of(code, &details, fix, &Meta { request_id, timestamp })
}

fn body_of(code: Code, details: &Map<String, Value>, fix: Option<&str>, meta: &Meta<'_>) -> String {
    let (word, _, message, usual) = code.row();
    let fix = fix.unwrap_or(usual);
    json!({ "error": { "code": word, "message": message, "details": details, "fix": fix }, "meta": meta }).to_string()
}

/// An error that no handler of ours made.
fn foreign(status: StatusCode) -> Code {
    match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::WrongMethod,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => Code::Overloaded,
        status if status.is_client_error() => Code::Invalid,
        _ => Code::Unexpected,
    }
}

/// No such path.
///
/// # Errors
/// Always.
pub async fn not_found() -> Result<HttpResponse, ApiError> {
    Err(Code::NotFound.into())
}
