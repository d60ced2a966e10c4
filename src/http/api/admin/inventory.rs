//! `GET /v1/admin/inventory`: every credential of everybody.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use crate::app::App;
use crate::domain::credentials::Owner;
use crate::domain::credentials::governed::{self, Filter, Governed, Which};
use crate::http::api::code::Code;
use crate::http::api::envelope::ApiError;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::person::ApiAdministrator;
use crate::http::api::schema;
use crate::http::extract::query;

/// What the document says of it.
pub fn operation() -> Operation {
    let which: Vec<&str> = Which::ALL.iter().map(|which| which.as_str()).collect();
    Operation::get("/admin/inventory", list)
        .named(TAG, "listCredentials", "List everybody's credentials")
        .about("Newest first. No secret is in it.")
        .by(&[Who::Administrator])
        .query("which", schema::word(&which, "Which of them. Usually those that work."))
        .lists("The credentials.", shape(), example())
}

fn shape() -> Value {
    schema::object(&[
        ("id", schema::id("key", "The id of the credential.")),
        ("kind", schema::word(&["personal", "secret", "publishable", "service"], "What kind it is.")),
        ("name", schema::told("Its name.")),
        ("owner", schema::told("Whose it is: the id of an account or of a workspace.")),
        ("ownerEmail", schema::or_null(schema::told("The address of its owner; null for what a workspace owns."))),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "Its scopes.")),
        ("prefix", schema::told("The beginning of its secret.")),
        ("lastFour", schema::told("The end of its secret.")),
        ("createdAt", schema::time("When it was made.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
        ("pausedAt", schema::or_null(schema::time("Since when it is paused."))),
        ("revokedAt", schema::or_null(schema::time("When it was revoked."))),
        ("lastUsedAt", schema::or_null(schema::time("When it was last used."))),
        ("uses", schema::count("How often it has been used.")),
    ])
}

fn example() -> Value {
    json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "kind": "personal",
        "name": "CI deploy",
        "owner": "usr_019ab3c1d2e37f4089ab12cd34ef5678",
        "ownerEmail": "anna@example.com",
        "scopes": ["profile"],
        "prefix": "lk_pat_4fGh",
        "lastFour": "9xQz",
        "createdAt": "2026-11-22T09:00:00.000Z",
        "expiresAt": "2027-02-20T09:00:00.000Z",
        "pausedAt": null,
        "revokedAt": null,
        "lastUsedAt": null,
        "uses": 0,
    })
}

/// `GET /v1/admin/inventory`
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(request: HttpRequest, app: Data<App>, me: ApiAdministrator) -> Result<HttpResponse, ApiError> {
    let which = query(&request, "which").map_or(Some(Which::default()), |word| Which::parse(&word));
    let which = which.ok_or_else(|| ApiError::field(Code::Invalid, "which", "is none of the words for it"))?;
    let filter = Filter { which, ..Filter::default() };
    let paging = Paging::of(&request, &app, &format!("inventory/{}", which.as_str()))?;
    let page = governed::list(&app.ctx, &me.0, &filter, paging.after.as_ref(), paging.size).await?;
    Ok(paging.answer(&request, &app, &page, view))
}

fn view(row: &Governed) -> Value {
    let owner = match row.owner {
        Owner::Account(id) => id.to_string(),
        Owner::Workspace(id) => id.to_string(),
    };
    json!({
        "id": row.id,
        "kind": row.kind.as_str(),
        "name": row.name,
        "owner": owner,
        "ownerEmail": row.owner.account().map(|_| &row.owner_called),
        "scopes": row.scopes,
        "prefix": row.prefix,
        "lastFour": row.last_four,
        "createdAt": row.created_at,
        "expiresAt": row.expires_at,
        "pausedAt": row.paused_at,
        "revokedAt": row.revoked_at,
        "lastUsedAt": row.last_used_at,
        "uses": row.uses,
    })
}
