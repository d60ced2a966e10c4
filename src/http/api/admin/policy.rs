//! `GET /v1/admin/policy`: who may hold tokens, and for how long.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::TAG;
use crate::app::App;
use crate::domain::access::{self, NoExpiry, Switch};
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::person::ApiAdministrator;
use crate::http::api::schema;

/// What the document says of it.
pub fn operation() -> Operation {
    let days = |about| schema::or_null(schema::whole(1, 3_650, about));
    let policy = schema::object(&[
        ("tokens", schema::flag("Whether people may use API tokens at all.")),
        ("allowedRoles", schema::list(schema::told("A role, or a star for everybody."), 1_000, "Whose holders may.")),
        (
            "allowedWorkspaceRoles",
            schema::list(
                schema::told("A role in a workspace, or a star."),
                1_000,
                "Whose holders may there, by tokens locked to it.",
            ),
        ),
        ("requireWorkspace", schema::flag("Whether every token must be locked to a workspace.")),
        ("longestDays", days("How long a token may live; null without a bound.")),
        ("noExpiry", schema::flag("Whether a token may live for ever.")),
        ("requireSecondFactor", schema::flag("Whether its owner needs a second factor.")),
        ("idleDays", days("After how many days without a use a token is revoked; null for never.")),
    ]);
    let example = json!({
        "tokens": true, "allowedRoles": ["*"], "allowedWorkspaceRoles": [], "requireWorkspace": false, "longestDays": 365, "noExpiry": false, "requireSecondFactor": false, "idleDays": null,
    });
    Operation::get("/admin/policy", show)
        .named(TAG, "getPolicy", "Show the token policy")
        .about("It is changed on the page, which shows first whom a change affects.")
        .by(&[Who::Administrator])
        .answers("The policy.", policy, example)
}

/// `GET /v1/admin/policy`
///
/// # Errors
/// When the database does not answer.
pub async fn show(request: HttpRequest, app: Data<App>, _: ApiAdministrator) -> Result<HttpResponse, ApiError> {
    let policy = access::policy(&app.ctx.db).await?;
    Ok(answer(
        &request,
        json!({
            "tokens": policy.tokens == Switch::On,
            "allowedRoles": policy.allowed_roles.words(),
            "allowedWorkspaceRoles": policy.allowed_workspace_roles.words(),
            "requireWorkspace": policy.require_workspace == Switch::On,
            "longestDays": policy.longest.as_days(),
            "noExpiry": policy.no_expiry == NoExpiry::Allowed,
            "requireSecondFactor": policy.require_factor == Switch::On,
            "idleDays": policy.idle.as_days(),
        }),
    ))
}
