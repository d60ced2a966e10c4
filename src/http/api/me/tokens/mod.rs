//! `/v1/me/tokens`: one's own API tokens. For sessions only: a token manages no tokens.

mod change;
mod create;
mod list;
mod rotate;

use serde_json::{Value, json};

use super::TAG;
use crate::base::id::CredentialId;
use crate::base::time::Timestamp;
use crate::domain::access::{Forbidden, Scopes};
use crate::domain::credentials::{State, Summary};
use crate::http::api::code::Code;
use crate::http::api::envelope::ApiError;
use crate::http::api::operation::Operation;
use crate::http::api::schema;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    let mut all = list::operations();
    all.push(create::operation());
    all.push(rotate::operation());
    all.extend(change::operations());
    all
}

/// A token, as lists and answers show it.
fn members() -> Vec<(&'static str, Value)> {
    vec![
        ("id", schema::id("key", "The id of the token. It stays when the secret is rotated.")),
        ("name", schema::told("Its name.")),
        ("state", schema::word(&["active", "paused", "expired", "revoked"], "Where it is in its life.")),
        ("prefix", schema::told("The beginning of its secret.")),
        ("lastFour", schema::told("The end of its secret.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        ("createdAt", schema::time("When it was made.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
        ("lastUsedAt", schema::or_null(schema::time("When it was last used."))),
        ("lastUsedAddress", schema::or_null(schema::told("From where."))),
        ("uses", schema::count("How often it has been used.")),
    ]
}

fn shape() -> Value {
    schema::object(&members())
}

fn example() -> Value {
    json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "CI deploy",
        "state": "active",
        "prefix": "lk_pat_4fGh",
        "lastFour": "9xQz",
        "scopes": ["profile"],
        "createdAt": "2026-11-22T09:00:00.000Z",
        "expiresAt": "2027-02-20T09:00:00.000Z",
        "lastUsedAt": null,
        "lastUsedAddress": null,
        "uses": 0,
    })
}

fn view(token: &Summary, now: Timestamp) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "state": word(token.state(now)),
        "prefix": token.prefix,
        "lastFour": token.last_four,
        "scopes": token.scopes.iter().flat_map(Scopes::words).collect::<Vec<_>>(),
        "createdAt": token.created_at,
        "expiresAt": token.expires_at,
        "lastUsedAt": token.last_used_at,
        "lastUsedAddress": token.last_used_address,
        "uses": token.uses,
    })
}

fn word(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Paused => "paused",
        State::Expired => "expired",
        State::Revoked => "revoked",
    }
}

/// The token that the path names; what is no id is no token.
fn id_in(request: &actix_web::HttpRequest) -> Result<CredentialId, ApiError> {
    path_part(request, "token").parse().map_err(|_| Code::NotFound.into())
}

/// How the policy's refusal is told.
fn forbidden(why: Forbidden) -> ApiError {
    let reason = match why {
        Forbidden::LivesTooLong => {
            return ApiError::field(Code::Unprocessable, "expiresAt", "is later than the token policy allows");
        }
        Forbidden::NoWorkspace => {
            return ApiError::field(Code::Unprocessable, "workspace", "is needed: the token policy asks for one");
        }
        Forbidden::SwitchedOff => "token_auth_disabled",
        Forbidden::Role => "role_not_allowed",
        Forbidden::NoSecondFactor => "second_factor_required",
    };
    ApiError::not_allowed(reason, &why.to_string()).fix("Ask an administrator what the token policy asks for.")
}
