//! `GET /v1/workspaces/{workspace}/audit`: what happened in a workspace, newest first.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::TAG;
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::audit::{self, Filter};
use crate::domain::workspaces::{Inside as _, Refused};
use crate::http::api::admin::event;
use crate::http::api::envelope::ApiError;
use crate::http::api::member::ApiReader;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::get("/workspaces/{workspace}/audit", list)
        .named(TAG, "listWorkspaceEvents", "Read what happened in a workspace")
        .about("For admins and owners, and what belongs to the workspace; newest first.")
        .by(Who::READERS)
        .scope(Scopes::WORKSPACE_READ)
        .lists("The events.", event::shape(), event::example())
}

/// `GET /v1/workspaces/{workspace}/audit`
///
/// # Errors
/// When the caller may not look.
pub async fn list(request: HttpRequest, app: Data<App>, ApiReader(reader): ApiReader) -> Result<HttpResponse, ApiError> {
    if !reader.sees_events() {
        return Err(Refused::Forbidden.into());
    }
    let workspace = reader.workspace().id;
    let filter = Filter { workspace: Some(workspace), ..Filter::default() };
    let paging = Paging::of(&request, &app, &format!("audit/{workspace}"))?;
    let page = audit::list(&app.ctx.db, &filter, paging.after.as_ref(), paging.size).await?;
    Ok(paging.answer(&request, &app, &page, event::view))
}
