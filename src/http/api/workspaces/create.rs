//! `POST /v1/workspaces`: a workspace that the caller owns.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{TAG, example, name, shape, slug, view};
use crate::app::App;
use crate::domain::repeats::NotDone;
use crate::domain::workspaces::{self, CreateError, Look, MemberRoles, WorkspaceDraft};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, created, replayed};
use crate::http::api::fields::{Fields, Then};
use crate::http::api::member::{member_of, unconfirmed};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::person::ApiPerson;
use crate::http::api::schema;

/// What the document says of it.
pub fn operation() -> Operation {
    let body = schema::object_of(
        &[("name", schema::text(1, 100, "What to call it."))],
        &[("slug", schema::or_null(schema::text(2, 50, "Its name in addresses. Made from its name if none is given.")))],
    );
    Operation::post("/workspaces", create)
        .named(TAG, "createWorkspace", "Create a workspace")
        .about("Who may is decided by an administrator. Whoever creates one owns it.")
        .by(&[Who::Session])
        .takes(body, json!({ "name": "Acme", "slug": "acme" }))
        .creates("The workspace.", shape(), example())
        .once(shape(), example())
        .refuses(&[Code::Conflict])
}

/// `POST /v1/workspaces`
///
/// # Errors
/// When a field is wrong, or a rule forbids it; then there is no workspace.
pub async fn create(request: HttpRequest, app: Data<App>, asked: Then<ApiPerson, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiPerson(me), mut fields) = asked;
    let repeat = fields.once(me.id());
    let (named, slug) = (name(&mut fields), slug(&mut fields));
    if named.is_none() {
        fields.problem("name", "is required, as a text");
    }
    fields.finish()?;
    let draft = WorkspaceDraft { name: named.expect("without a name there was a problem"), slug, look: Look::default() };
    match workspaces::create_once(&app.ctx, &me, draft, repeat.as_ref()).await {
        Ok(made) => Ok(created(&request, view(&made, Some(&MemberRoles::owner())))),
        Err(NotDone::Before(made)) => {
            let member = member_of(&app, &me, &made).await?;
            Ok(replayed(&request, view(member.workspace(), Some(member.roles()))))
        }
        Err(NotDone::OtherRequest) => Err(ApiError::key_used()),
        Err(NotDone::Refused(error)) => Err(refused(error)),
    }
}

fn refused(error: CreateError) -> ApiError {
    match error {
        CreateError::Unverified => unconfirmed(),
        CreateError::Forbidden => {
            ApiError::not_allowed("role_not_allowed", &CreateError::Forbidden.to_string()).fix("Ask an administrator.")
        }
        CreateError::SlugTaken => ApiError::field(Code::Conflict, "slug", "is that of another workspace"),
        CreateError::TooMany => {
            ApiError::from(Code::Conflict).detail("reason", "too_many".into()).fix("Delete a workspace that you do not need.")
        }
        CreateError::Unexpected(error) => error.into(),
    }
}
