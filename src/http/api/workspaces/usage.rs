//! `GET /v1/workspaces/{workspace}/usage`: how the keys and service accounts of a workspace were used.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::credentials::{self, Point};
use crate::domain::workspaces::Inside as _;
use crate::domain::workspaces::plans::{self, PlanName};
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::member::ApiReader;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::schema;

/// How many days are told, today included.
const DAYS: i64 = 30;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::get("/workspaces/{workspace}/usage", show)
        .named(TAG, "getWorkspaceUsage", "Tell how a workspace's keys and service accounts were used")
        .about("The last 30 days in UTC, oldest first. A use is counted within a few seconds.")
        .by(Who::READERS)
        .scope(Scopes::WORKSPACE_READ)
        .answers("How they were used, all together.", shape(), example())
}

fn shape() -> Value {
    let day = schema::object(&[
        ("at", schema::time("The first instant of the day.")),
        ("allowed", schema::count("Requests that were let in.")),
        ("refused", schema::count("Requests that were refused.")),
    ]);
    let limit = schema::count("How many requests a minute the plan allows, all together; null for a plan that is gone.");
    schema::object(&[
        ("plan", schema::told("The plan.")),
        ("requestsPerMinute", schema::or_null(limit)),
        ("days", schema::list(day, 30, "One row for each day, also for those without a request.")),
    ])
}

fn example() -> Value {
    json!({
        "plan": "free",
        "requestsPerMinute": 60,
        "days": [{ "at": "2026-11-22T00:00:00.000Z", "allowed": 1_204, "refused": 7 }],
    })
}

/// `GET /v1/workspaces/{workspace}/usage`
///
/// # Errors
/// 404 also when the caller does not belong to it.
pub async fn show(request: HttpRequest, app: Data<App>, ApiReader(reader): ApiReader) -> Result<HttpResponse, ApiError> {
    let (series, _) = credentials::usage_of_workspace(&app.ctx, &reader, DAYS).await?;
    let plans = plans::plans(&app.ctx.db).await?;
    let plan = &reader.workspace().plan;
    let limit = PlanName::parse(plan).and_then(|name| plans.find(&name).map(|plan| plan.terms.rate.count()));
    Ok(answer(
        &request,
        json!({
            "plan": plan,
            "requestsPerMinute": limit,
            "days": series.days.iter().map(day).collect::<Vec<_>>(),
        }),
    ))
}

fn day(point: &Point) -> Value {
    json!({ "at": point.at, "allowed": point.allowed, "refused": point.denied })
}
