//! `POST /v1/auth/api-keys/{key}/rotate`: a new secret for a key that stays what it is.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{KeyCaller, MANAGERS, TAG, managing_one, repeat_of};
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::access::Scopes;
use crate::domain::credentials::keys::{self, Grace, KeyRotation, RotateKeyError};
use crate::domain::credentials::{Spelling, Summary};
use crate::domain::repeats::NotDone;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, replayed};
use crate::http::api::fields::{Fields, Then};
use crate::http::api::operation::Operation;
use crate::http::api::schema;

/// The longest overlap, in seconds.
const LONGEST: u32 = 7 * 24 * 3_600;

/// What the document says of it.
pub fn operation() -> Operation {
    let grace = "How long the old secret stays good. Usually not at all.";
    let body = schema::object_of(&[], &[("graceSeconds", schema::or_null(schema::whole(0, LONGEST.into(), grace)))]);
    let rotated = schema::object(&[
        ("id", schema::id("key", "The id of the key, which stays.")),
        ("name", schema::told("Its name.")),
        (
            "key",
            schema::or_null(schema::told(
                "Its new secret. It is here and nowhere else, ever; null if an earlier request made it.",
            )),
        ),
        ("prefix", schema::told("The beginning of its new secret.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
        ("oldSecretEndsAt", schema::or_null(schema::time("Until when the old secret is good; null once it is forgotten."))),
    ]);
    let example = json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "Backend",
        "key": "lk_sec_live_…",
        "prefix": "lk_sec_live_7kLm",
        "scopes": ["documents:read"],
        "expiresAt": null,
        "oldSecretEndsAt": "2026-11-22T10:00:00.000Z",
    });
    Operation::post("/auth/api-keys/{key}/rotate", rotate)
        .named(TAG, "rotateKey", "Rotate an API key")
        .by(MANAGERS)
        .scope(Scopes::KEYS_MANAGE)
        .takes(body, json!({ "graceSeconds": 3_600 }))
        .answers("The key, with its new secret.", rotated, example)
        .repeatable()
        .refuses(&[Code::Conflict])
}

/// `POST /v1/auth/api-keys/{key}/rotate`
///
/// # Errors
/// When a rule forbids it; then every secret stays as it was.
pub async fn rotate(request: HttpRequest, app: Data<App>, asked: Then<KeyCaller, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(KeyCaller(caller), mut fields) = asked;
    let repeat = repeat_of(&caller, &fields);
    let (managing, id) = managing_one(&app, caller, &request).await?;
    let grace = fields.number("graceSeconds", 0..=LONGEST).unwrap_or(0);
    fields.finish()?;
    let grace = Grace::seconds(grace.into()).unwrap_or(Grace::NONE);
    let how = KeyRotation { grace, spelling: Spelling::Native, nonce: None };
    match keys::rotate_once(&app.ctx, managing.by(), id, how, repeat.as_ref()).await {
        Ok(rotated) => {
            let new =
                New { secret: Some(rotated.secret.reveal()), prefix: &rotated.prefix, old_ends_at: Some(rotated.old_ends_at) };
            Ok(answer(&request, view(&rotated.key.detail.summary, &new)))
        }
        Err(NotDone::Before(_)) => {
            let key = keys::find(&app.ctx, managing.by(), id).await?.detail.summary;
            let old_ends_at = key.previous.as_ref().and_then(|secret| secret.valid_until);
            Ok(replayed(&request, view(&key, &New { secret: None, prefix: &key.prefix, old_ends_at })))
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

fn view(key: &Summary, new: &New<'_>) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "key": new.secret,
        "prefix": new.prefix,
        "scopes": key.scopes.iter().flat_map(Scopes::words).collect::<Vec<_>>(),
        "expiresAt": key.expires_at,
        "oldSecretEndsAt": new.old_ends_at,
    })
}

fn refused(error: RotateKeyError) -> ApiError {
    match error {
        RotateKeyError::Manager(why) => why.into(),
        RotateKeyError::Ended => ended(),
        RotateKeyError::AlreadyRotated(_) => ApiError::key_used(),
    }
}

/// Nothing about a key changes that has ended.
pub(super) fn ended() -> ApiError {
    ApiError::from(Code::Conflict)
        .detail("reason", "ended".into())
        .fix("This key has ended, so nothing about it can be changed. Create a new one.")
}
