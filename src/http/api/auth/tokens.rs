//! Tokens as `/v1` answers them: bare, for clients that know no envelope.

use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::domain::grants::{ACCESS_LIFE, RefreshError, Tokens};
use crate::http::api::code::Code;
use crate::http::api::envelope::ApiError;
use crate::http::api::schema;

/// The answer that shows tokens. They are here and nowhere else, ever.
pub(super) fn answer(request: &HttpRequest, tokens: &Tokens) -> HttpResponse {
    if let Some(left) = tokens.allowance {
        request.extensions_mut().insert(left);
    }
    let mut body = json!({
        "accessToken": tokens.access.reveal(),
        "tokenType": "Bearer",
        "expiresIn": tokens.life.seconds_up(),
    });
    if let Some(refresh) = &tokens.refresh {
        body["refreshToken"] = refresh.reveal().into();
    }
    if let Some(scope) = &tokens.scope {
        body["scope"] = scope.as_str().into();
    }
    HttpResponse::Ok().json(body)
}

/// What the document says of it.
pub(super) fn shape() -> Value {
    schema::object_of(
        &[
            ("accessToken", schema::told("The access token: a signed JWT. Send it as `Authorization: Bearer …`.")),
            ("tokenType", schema::word(&["Bearer"], "What kind of token it is.")),
            ("expiresIn", schema::whole(0, ACCESS_LIFE.seconds_up(), "For how many seconds it is good.")),
        ],
        &[
            ("refreshToken", schema::told("What the next pair is asked for with. Each is good once.")),
            ("scope", schema::told("The scopes, with spaces between them. Left out when nothing was narrowed.")),
        ],
    )
}

/// An example of it.
pub(super) fn example() -> Value {
    json!({ "accessToken": "eyJ…", "refreshToken": "lk_rft_…", "tokenType": "Bearer", "expiresIn": 900 })
}

impl From<RefreshError> for ApiError {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Invalid => Self::from(Code::BadCredential).challenge(", error=\"invalid_token\"").fix("Sign in again."),
            RefreshError::Scope(_) => Code::NotAllowed.into(),
            RefreshError::RateLimited(exhausted) | RefreshError::TooManyUnknown(exhausted) => exhausted.into(),
            RefreshError::Unexpected(error) => error.into(),
        }
    }
}
