//! `/v1/me/sessions`: where one is signed in, with browsers and with programs.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use crate::app::App;
use crate::base::id::SessionId;
use crate::domain::sessions::{self, EndError, Overview};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, done};
use crate::http::api::fields::{NoFields, Then};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::person::ApiPerson;
use crate::http::api::schema;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/me/sessions", list)
            .named(TAG, "listSessions", "List one's sessions")
            .about("Browsers, programs and apps that are signed in, last seen first.")
            .by(&[Who::Session])
            .lists("The sessions.", shape(), example()),
        Operation::delete("/me/sessions", end_others)
            .named(TAG, "endOtherSessions", "End all other sessions")
            .about("Ends all of one's sessions but the one that asks.")
            .by(&[Who::Session])
            .ends("They have ended."),
        Operation::delete("/me/sessions/{session}", end)
            .named(TAG, "endSession", "End a session")
            .by(&[Who::Session])
            .ends("It has ended."),
    ]
}

fn shape() -> Value {
    schema::object(&[
        ("id", schema::id("ses", "The id of the session.")),
        (
            "kind",
            schema::word(
                &["browser", "api", "grant"],
                "What presents it: a browser's cookie, a session token, or the access and refresh tokens of an app or a program.",
            ),
        ),
        ("app", schema::or_null(schema::told("The name of the app that holds it, if one does."))),
        (
            "scopes",
            schema::or_null(schema::list(schema::told("A scope."), 500, "What it may be used for; null for all that one may.")),
        ),
        ("current", schema::flag("Whether it is the one that asks.")),
        ("agent", schema::told("What it says that it is.")),
        ("address", schema::told("Where it was last seen.")),
        ("createdAt", schema::time("When it began.")),
        ("lastSeenAt", schema::time("When it was last seen.")),
        ("expiresAt", schema::time("When it ends, whatever happens.")),
    ])
}

fn example() -> Value {
    json!({
        "id": "ses_019ab3c1d2e37f4089ab12cd34ef5678",
        "kind": "api",
        "app": null,
        "scopes": null,
        "current": true,
        "agent": "curl/8.5.0",
        "address": "203.0.113.7",
        "createdAt": "2026-11-22T09:00:00.000Z",
        "lastSeenAt": "2026-11-22T09:00:00.000Z",
        "expiresAt": "2026-11-23T09:00:00.000Z",
    })
}

/// `GET /v1/me/sessions`
///
/// # Errors
/// When the database does not answer.
pub async fn list(request: HttpRequest, app: Data<App>, me: ApiPerson) -> Result<HttpResponse, ApiError> {
    let paging = Paging::of(&request, &app, "sessions")?;
    let page = paging.cut(sessions::list(&app.ctx, &me.0).await?, |row| row.id.to_db());
    Ok(paging.answer(&request, &app, &page, |row| view(row, me.0.session())))
}

fn view(row: &Overview, this: SessionId) -> Value {
    json!({
        "id": row.id,
        "kind": row.kind.as_str(),
        "app": row.app,
        "scopes": row.scopes.as_ref().map(|scopes| scopes.words().collect::<Vec<_>>()),
        "current": row.id == this,
        "agent": row.agent,
        "address": row.address,
        "createdAt": row.created_at,
        "lastSeenAt": row.last_seen_at,
        "expiresAt": row.ends_at,
    })
}

/// `DELETE /v1/me/sessions`
///
/// # Errors
/// When the database does not do it.
pub async fn end_others(app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiPerson(me), NoFields) = asked;
    sessions::end_others(&app.ctx, &me).await?;
    Ok(done())
}

/// `DELETE /v1/me/sessions/{session}`
///
/// # Errors
/// 404 also when it is somebody else's.
pub async fn end(request: HttpRequest, app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiPerson(me), NoFields) = asked;
    let id = path_part(&request, "session").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    match sessions::end_one(&app.ctx, &me, id).await {
        Ok(()) => Ok(done()),
        Err(EndError::NotFound) => Err(Code::NotFound.into()),
        Err(EndError::Unexpected(error)) => Err(error.into()),
    }
}
