//! `GET /v1/scopes`: what credentials can be allowed.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::envelope::{ApiError, answer};
use super::operation::{Operation, Who};
use super::person::AnyCaller;
use super::schema;
use crate::app::App;
use crate::domain::access::{self, Holders, Scope, ScopeOrigin};
use crate::domain::accounts::Role;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::get("/scopes", list)
        .named("Scopes", "listScopes", "List the scopes that there are")
        .by(Who::ANYBODY_KNOWN)
        .answers(
            "The scopes, in the order in which they are offered.",
            schema::list(shape(), 1_000, "The scopes."),
            json!([example()]),
        )
}

fn shape() -> Value {
    let holders: Vec<&str> = Holders::ALL.iter().map(|holders| holders.as_str()).collect();
    schema::object(&[
        ("name", schema::told("The word that credentials carry.")),
        ("sentence", schema::told("What it allows.")),
        ("implies", schema::list(schema::told("A scope, or a pattern such as documents:*."), 1_000, "What else it allows.")),
        ("holders", schema::word(&holders, "Whose credentials may hold it.")),
        ("role", schema::or_null(schema::told("The role that its holder needs when it is used."))),
        (
            "workspaceRole",
            schema::or_null(schema::told("The role that its holder needs in the workspace that the token is locked to.")),
        ),
        ("builtIn", schema::flag("Whether Latchkey itself asks for it.")),
    ])
}

fn example() -> Value {
    json!({
        "name": "verify",
        "sentence": "Check the tokens and keys that other people present.",
        "implies": [],
        "holders": "all",
        "role": null,
        "workspaceRole": null,
        "builtIn": true,
    })
}

/// `GET /v1/scopes`
///
/// # Errors
/// When the database does not answer.
pub async fn list(request: HttpRequest, app: Data<App>, _: AnyCaller) -> Result<HttpResponse, ApiError> {
    let catalogue = access::catalogue(&app.ctx.db).await?;
    let rows: Vec<Value> = catalogue.scopes().iter().map(view).collect();
    Ok(answer(&request, rows))
}

fn view(scope: &Scope) -> Value {
    json!({
        "name": scope.name.as_str(),
        "sentence": scope.sentence,
        "implies": scope.implies.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "holders": scope.holders.as_str(),
        "role": scope.role.as_ref().map(Role::as_str),
        "workspaceRole": scope.workspace_role.as_ref().map(Role::as_str),
        "builtIn": scope.origin == ScopeOrigin::BuiltIn,
    })
}
