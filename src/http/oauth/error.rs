//! Errors in the shape of RFC 6749 §5.2: `{"error": "…", "error_description": "…"}`.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use serde_json::{Value, json};

use crate::base::time::Span;
use crate::db;
use crate::domain::limits::Exhausted;
use crate::http::api::Code;
use crate::http::edge::RequestId;
use crate::http::extract::BodyError;
use crate::http::limit_headers;

/// What a client is asked for that did not show that it is the one.
const BASIC: &str = "Basic realm=\"latchkey\"";
/// The longest description, in characters.
const LONGEST: usize = 200;

/// The words of the standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Something is missing, repeated, or cannot be read.
    InvalidRequest,
    /// The client is unknown, or did not show that it is the one.
    InvalidClient,
    /// What it presents is not good: expired, used, or somebody else's.
    InvalidGrant,
    /// This client may not do that.
    UnauthorizedClient,
    /// Nothing that works here.
    UnsupportedGrantType,
    /// A scope that is unknown, or more than there is to give.
    InvalidScope,
    /// An audience that is unknown, or not this client's (RFC 8707 §2).
    InvalidTarget,
    /// Nobody has decided about the device yet (RFC 8628 section 3.5).
    AuthorizationPending,
    /// The device asks too often.
    SlowDown,
    /// The person said no.
    AccessDenied,
    /// Nobody decided about the device in time.
    ExpiredToken,
    /// The token that the asker presents is not good (RFC 6750 §3.1).
    InvalidToken,
    /// The asker may not ask that (RFC 6750 §3.1).
    InsufficientScope,
    /// Something went wrong on our side.
    ServerError,
    /// Too many requests, or a database that does not answer: worth another try later.
    TemporarilyUnavailable,
}

impl Problem {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::AccessDenied => "access_denied",
            Self::ExpiredToken => "expired_token",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::InvalidClient | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope => StatusCode::FORBIDDEN,
            Self::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::InvalidRequest
            | Self::InvalidGrant
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::InvalidScope
            | Self::InvalidTarget
            | Self::AuthorizationPending
            | Self::SlowDown
            | Self::AccessDenied
            | Self::ExpiredToken => StatusCode::BAD_REQUEST,
        }
    }
}

/// An error of this door.
#[derive(Debug, thiserror::Error)]
#[error("{problem:?}: {description}")]
pub struct OAuthError {
    problem: Problem,
    status: StatusCode,
    description: String,
    challenge: Option<String>,
    retry_after: Option<Span>,
    limit: Option<Box<Exhausted>>,
    cause: Option<String>,
}

impl OAuthError {
    /// A problem, and a sentence for whoever reads the log of the client.
    pub fn new(problem: Problem, description: &str) -> Self {
        let description = clean(description);
        let challenge = (problem == Problem::InvalidClient).then(|| BASIC.to_owned());
        Self { problem, status: problem.status(), description, challenge, retry_after: None, limit: None, cause: None }
    }

    /// A client that is unknown, disabled, or did not show that it is the one: one answer for all of them.
    pub fn invalid_client() -> Self {
        Self::new(Problem::InvalidClient, "The client is unknown or its secret is wrong. Check client_id and client_secret.")
    }

    /// A token that is not good, of somebody who asks with one.
    pub fn invalid_token() -> Self {
        let told = Self::new(Problem::InvalidToken, "The token that you present is not good.");
        Self { challenge: Some("Bearer realm=\"latchkey\", error=\"invalid_token\"".to_owned()), ..told }
    }

    /// A token or a client that is good, and lacks this scope.
    pub fn insufficient_scope(scope: &str) -> Self {
        let told = Self::new(Problem::InsufficientScope, &format!("This needs the scope {scope}."));
        let challenge = format!("Bearer realm=\"latchkey\", error=\"insufficient_scope\", scope=\"{scope}\"");
        Self { challenge: Some(challenge), ..told }
    }

    /// The same, with another status.
    fn with(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    fn unavailable(cause: String) -> Self {
        let unavailable = Self::new(Problem::TemporarilyUnavailable, "The service cannot answer now. Try again in a moment.");
        Self { retry_after: Some(Span::seconds(1)), cause: Some(cause), ..unavailable }
    }

    fn body(&self) -> Value {
        json!({ "error": self.problem.as_str(), "error_description": self.description })
    }
}

/// What RFC 6749 §5.2 allows in a description: printable ASCII without quotation marks and backslashes.
fn clean(text: &str) -> String {
    let allowed = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
    text.chars().take(LONGEST).map(|c| if allowed(c) { c } else { '?' }).collect()
}

impl From<Exhausted> for OAuthError {
    fn from(exhausted: Exhausted) -> Self {
        let told = Self::new(Problem::TemporarilyUnavailable, "The limit is reached. Wait as long as Retry-After says.");
        let (retry_after, limit) = (Some(exhausted.retry_after), Some(Box::new(exhausted)));
        Self { retry_after, limit, ..told }.with(StatusCode::TOO_MANY_REQUESTS)
    }
}

impl From<db::Error> for OAuthError {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unavailable(_) => Self::unavailable(error.to_string()),
            db::Error::Taken | db::Error::Corrupt { .. } | db::Error::Unexpected(_) => {
                let told =
                    Self::new(Problem::ServerError, "Something went wrong. Try again; if it stays, tell us the request id.");
                Self { cause: Some(error.to_string()), ..told }
            }
        }
    }
}

impl From<db::Stale> for OAuthError {
    fn from(stale: db::Stale) -> Self {
        Self::unavailable(stale.to_string())
    }
}

impl From<BodyError> for OAuthError {
    fn from(error: BodyError) -> Self {
        let invalid = |description| Self::new(Problem::InvalidRequest, description);
        match error {
            BodyError::TooLarge => invalid("The body is too large.").with(StatusCode::PAYLOAD_TOO_LARGE),
            BodyError::TooSlow => invalid("The body took too long to arrive.").with(StatusCode::REQUEST_TIMEOUT),
            BodyError::Broken => invalid("The body did not arrive whole."),
        }
    }
}

impl ResponseError for OAuthError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Headers only: [`present`] writes the body.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(span) = self.retry_after {
            response.insert_header((RETRY_AFTER, span.seconds_up().max(1)));
        }
        if let Some(challenge) = &self.challenge {
            response.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        let mut response = response.finish();
        if let Some(exhausted) = &self.limit {
            limit_headers::tell_exhausted(response.headers_mut(), exhausted);
        }
        response
    }
}

/// Writes the body of every error, logs the unexpected ones once, and tells a caller what is left of their limit.
pub async fn present(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = next.call(request).await?;
    limit_headers::tell_caller(&mut response);
    if response.status().is_client_error() || response.status().is_server_error() {
        let body = error_body(&response);
        response.response_mut().headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response = response.map_body(|_, _| BoxBody::new(body));
    }
    Ok(response)
}

fn error_body(response: &ServiceResponse<BoxBody>) -> String {
    match response.response().error().and_then(|error| error.as_error::<OAuthError>()) {
        Some(error) => {
            if let Some(cause) = &error.cause {
                let extensions = response.request().extensions();
                let request_id = extensions.get::<RequestId>().map_or("", |id| id.0.as_str());
                tracing::error!(request_id, cause, "a request failed");
            }
            error.body().to_string()
        }
        None => foreign(response.status()).body().to_string(),
    }
}

/// An error that no handler of ours made.
fn foreign(status: StatusCode) -> OAuthError {
    let told = match status {
        StatusCode::NOT_FOUND => OAuthError::new(Problem::InvalidRequest, "There is nothing here. Check the path."),
        StatusCode::METHOD_NOT_ALLOWED => OAuthError::new(Problem::InvalidRequest, "Use a method that the Allow header names."),
        status if status.is_client_error() => OAuthError::new(Problem::InvalidRequest, "The request cannot be read."),
        _ => OAuthError::new(Problem::ServerError, "Something went wrong. Try again; if it stays, tell us the request id."),
    };
    told.with(status)
}

/// The whole answer, where no handler could give one.
pub fn undone(code: Code) -> HttpResponse {
    let problem = match code {
        Code::Unexpected => Problem::ServerError,
        Code::Overloaded => Problem::TemporarilyUnavailable,
        _ => Problem::InvalidRequest,
    };
    HttpResponse::build(code.status()).json(OAuthError::new(problem, &code.sentences()).body())
}

/// No such path.
///
/// # Errors
/// Always.
pub async fn not_found() -> Result<HttpResponse, OAuthError> {
    Err(foreign(StatusCode::NOT_FOUND))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn r82_a_description_holds_nothing_that_breaks_a_header_or_a_page(text in any::<String>()) {
            let told = OAuthError::new(Problem::InvalidScope, &text).description;
            prop_assert!(told.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{told}");
            prop_assert!(told.chars().count() <= LONGEST);
        }
    }
}
