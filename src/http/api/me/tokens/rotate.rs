//! `POST /v1/me/tokens/{token}/rotate`: a new secret for a token that stays what it is.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::change::unchanged;
use super::{TAG, forbidden, id_in};
use crate::app::App;
use crate::base::secret::hex;
use crate::base::time::Timestamp;
use crate::domain::access::Scopes;
use crate::domain::credentials::{self, Overlap, RotateError, Rotation, Summary};
use crate::domain::repeats::NotDone;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, replayed};
use crate::http::api::fields::{Fields, Then};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::person::ConfirmedPerson;
use crate::http::api::schema;

/// The longest overlap, in seconds.
const LONGEST: u32 = 7 * 24 * 3_600;

/// What the document says of it.
pub fn operation() -> Operation {
    let grace = "How long the old secret stays good. Usually not at all.";
    let body = schema::object_of(&[], &[("graceSeconds", schema::or_null(schema::whole(0, LONGEST.into(), grace)))]);
    let rotated = schema::object(&[
        ("id", schema::id("key", "The id of the token, which stays.")),
        ("name", schema::told("Its name.")),
        (
            "token",
            schema::or_null(schema::told(
                "Its new secret. It is here and nowhere else, ever; null if an earlier request made it.",
            )),
        ),
        ("prefix", schema::told("The beginning of its new secret.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
        ("createdAt", schema::time("When it was made.")),
        ("oldSecretEndsAt", schema::or_null(schema::time("Until when the old secret is good; null once it is forgotten."))),
    ]);
    let example = json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "CI deploy",
        "token": "lk_pat_…",
        "prefix": "lk_pat_7kLm",
        "scopes": ["profile"],
        "expiresAt": "2027-02-20T09:00:00.000Z",
        "createdAt": "2026-11-22T09:00:00.000Z",
        "oldSecretEndsAt": "2026-11-22T10:00:00.000Z",
    });
    Operation::post("/me/tokens/{token}/rotate", rotate)
        .named(TAG, "rotateToken", "Rotate an API token")
        .by(&[Who::FreshSession])
        .takes(body, json!({ "graceSeconds": 3_600 }))
        .answers("The token, with its new secret.", rotated, example)
        .repeatable()
        .refuses(&[Code::Conflict])
}

/// `POST /v1/me/tokens/{token}/rotate`
///
/// # Errors
/// When a rule forbids it; then every secret stays as it was.
pub async fn rotate(
    request: HttpRequest,
    app: Data<App>,
    asked: Then<ConfirmedPerson, Fields>,
) -> Result<HttpResponse, ApiError> {
    let Then(ConfirmedPerson(me), mut fields) = asked;
    let repeat = fields.once(me.person().id());
    let grace = fields.number("graceSeconds", 0..=LONGEST).unwrap_or(0);
    fields.finish()?;
    let overlap = Overlap::seconds(grace).unwrap_or_default();
    let how = Rotation { overlap, nonce: hex(&app.ctx.rng.bytes32()[..16]) };
    let id = id_in(&request)?;
    match credentials::rotate_once(&app.ctx, &me, id, how, repeat.as_ref()).await {
        Ok(rotated) => {
            let new =
                New { secret: Some(rotated.secret.reveal()), prefix: &rotated.prefix, old_ends_at: Some(rotated.old_ends_at) };
            Ok(answer(&request, view(&rotated.token.summary, &new)))
        }
        Err(NotDone::Before(_)) => {
            let token = credentials::find(&app.ctx, me.person(), id).await?.ok_or(Code::NotFound)?.summary;
            let old_ends_at = token.previous.as_ref().and_then(|secret| secret.valid_until);
            Ok(replayed(&request, view(&token, &New { secret: None, prefix: &token.prefix, old_ends_at })))
        }
        Err(NotDone::OtherRequest) => Err(ApiError::key_used()),
        Err(NotDone::Refused(error)) => Err(refused(error)),
    }
}

/// What a rotation has made.
struct New<'a> {
    secret: Option<&'a str>,
    prefix: &'a str,
    old_ends_at: Option<Timestamp>,
}

fn view(token: &Summary, new: &New<'_>) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "token": new.secret,
        "prefix": new.prefix,
        "scopes": token.scopes.iter().flat_map(Scopes::words).collect::<Vec<_>>(),
        "expiresAt": token.expires_at,
        "createdAt": token.created_at,
        "oldSecretEndsAt": new.old_ends_at,
    })
}

fn refused(error: RotateError) -> ApiError {
    match error {
        RotateError::Forbidden(why) => forbidden(why),
        RotateError::AlreadyRotated(_) => ApiError::key_used(),
        RotateError::Unchanged(error) => unchanged(error),
    }
}
