//! `/api/invites`: workspaces that one is invited to, by the address of one's account.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::answer::DoorError;
use super::body::Asked;
use super::caller::Me;
use super::workspaces::seen;
use crate::app::App;
use crate::base::id::WorkspaceId;
use crate::domain::workspaces::invitations::{self, Named, OpenInvitation};
use crate::http::api::{ApiError, Code};

/// An invitation is named by its workspace.
fn view(open: &OpenInvitation) -> Value {
    let mut workspace = seen(open.workspace.to_string(), open.name.as_str(), &open.look);
    workspace.as_object_mut().map(|members| members.remove("labels"));
    let mut row = workspace.clone();
    row["workspace"] = workspace;
    row
}

/// `GET /api/invites`
///
/// # Errors
/// When nobody is calling who has an address.
pub async fn list(app: Data<App>, me: Me) -> Result<HttpResponse, DoorError> {
    let mine = invitations::mine(&app.ctx, &me.person).await?;
    Ok(HttpResponse::Ok().json(mine.iter().map(view).collect::<Vec<_>>()))
}

/// `POST /api/invites` `{workspace, kind: "accept" | "decline"}`
///
/// # Errors
/// 404 when the caller is not invited to that workspace.
pub async fn answer(app: Data<App>, asked: Asked<Me>) -> Result<HttpResponse, DoorError> {
    let Asked(me, fields) = asked;
    let (workspace, kind) = (fields.text("workspace")?, fields.text("kind")?);
    let workspace: Option<WorkspaceId> = workspace.parse().ok();
    let mine = invitations::mine(&app.ctx, &me.person).await?;
    let open = mine.iter().find(|open| Some(open.workspace) == workspace);
    let id = |open: Option<&OpenInvitation>| open.map(|open| Named::Id(open.id)).ok_or(DoorError::from(Code::NotFound));
    let answered = match kind {
        "accept" => invitations::accept(&app.ctx, &me.person, id(open)?).await.map(drop),
        "decline" => invitations::decline(&app.ctx, &me.person, id(open)?).await,
        _ => return Err(DoorError::field("kind", "must be accept or decline")),
    };
    answered.map_err(ApiError::from)?;
    Ok(HttpResponse::Ok().json(json!({ "success": true })))
}
