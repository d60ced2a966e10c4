//! `PATCH` and `DELETE /v1/workspaces/{workspace}`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{TAG, example, name, shape, slug, view};
use crate::app::App;
use crate::domain::workspaces::{self, ChangeError, DeleteError, KeysManage, NewName};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, done};
use crate::http::api::fields::{Fields, NoFields, Then};
use crate::http::api::member::{ApiMember, ConfirmedMember, member_of};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::schema;

/// The operations.
pub fn operations() -> Vec<Operation> {
    let body = schema::object_of(
        &[],
        &[
            ("name", schema::or_null(schema::text(1, 100, "Another name."))),
            ("slug", schema::or_null(schema::text(2, 50, "Another name in addresses. The old one leads nowhere any more."))),
            ("keysManage", schema::or_null(schema::flag("Whether its secret keys may manage keys."))),
        ],
    );
    vec![
        Operation::patch("/workspaces/{workspace}", change)
            .named(TAG, "changeWorkspace", "Rename a workspace, or set it")
            .about("For its admins and owners. What is left out stays as it is.")
            .by(&[Who::Session])
            .takes(body, json!({ "name": "Acme Europe" }))
            .answers("The workspace.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::delete("/workspaces/{workspace}", delete)
            .named(TAG, "deleteWorkspace", "Delete a workspace")
            .about("For its owners. Its keys, its service accounts and its members' access end at once, for ever.")
            .by(&[Who::FreshSession])
            .ends("It is gone.")
            .refuses(&[Code::Conflict]),
    ]
}

/// `PATCH /v1/workspaces/{workspace}`
///
/// # Errors
/// When a field is wrong, or the caller may not.
pub async fn change(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiMember(me), mut fields) = asked;
    let (name, slug, keys) = (name(&mut fields), slug(&mut fields), fields.flag("keysManage"));
    fields.finish()?;
    if name.is_some() || slug.is_some() {
        let new = NewName { name: name.unwrap_or_else(|| me.workspace().name.clone()), slug };
        workspaces::rename(&app.ctx, &me, new).await.map_err(unchanged)?;
    }
    if let Some(allowed) = keys {
        let keys = if allowed { KeysManage::Allowed } else { KeysManage::Forbidden };
        workspaces::let_keys_manage(&app.ctx, &me, keys).await.map_err(unchanged)?;
    }
    let now = member_of(&app, me.person(), &me.workspace().id.to_string()).await?;
    Ok(answer(&request, view(now.workspace(), Some(now.roles()))))
}

/// `DELETE /v1/workspaces/{workspace}`
///
/// # Errors
/// When the caller may not, or it is somebody's own.
pub async fn delete(app: Data<App>, asked: Then<ConfirmedMember, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(ConfirmedMember(me), NoFields) = asked;
    match workspaces::delete(&app.ctx, &me).await {
        Ok(()) => Ok(done()),
        Err(DeleteError::Refused(why)) => Err(why.into()),
        Err(DeleteError::Personal) => Err(ApiError::from(Code::Conflict)
            .detail("reason", "personal".into())
            .fix("A personal workspace stays with its person. It goes with their account.")),
        Err(DeleteError::Unexpected(error)) => Err(error.into()),
    }
}

fn unchanged(error: ChangeError) -> ApiError {
    match error {
        ChangeError::Refused(why) => why.into(),
        ChangeError::SlugTaken => ApiError::field(Code::Conflict, "slug", "is that of another workspace"),
        ChangeError::Unexpected(error) => error.into(),
    }
}
