//! `GET /v1/workspaces` and `GET /v1/workspaces/{workspace}`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{TAG, example, shape, view};
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::workspaces::{self, Inside as _, MemberRoles, Which, Workspace};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::member::reader_of;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::person::AnyCaller;
use crate::http::caller::insufficient_scope;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/workspaces", list)
            .named(TAG, "listWorkspaces", "List the workspaces that one belongs to")
            .about("Newest first. A token that is locked to a workspace sees that one alone.")
            .by(&[Who::Session, Who::PersonalToken])
            .scope(Scopes::WORKSPACE_READ)
            .lists("The workspaces.", shape(), example()),
        Operation::get("/workspaces/{workspace}", show)
            .named(TAG, "getWorkspace", "Show a workspace")
            .about("What belongs to a workspace sees that one alone, and so does a token that is locked to one.")
            .by(Who::READERS)
            .scope(Scopes::WORKSPACE_READ)
            .answers("The workspace.", shape(), example()),
    ]
}

/// The workspaces that the caller can see, with what they are there.
async fn seen(app: &App, caller: &AnyCaller) -> Result<Vec<(Workspace, MemberRoles)>, ApiError> {
    let (account, locked) = match caller {
        AnyCaller::Session(person) => (person.id(), None),
        AnyCaller::Credential(caller) => {
            let granted = &caller.granted;
            let account = granted
                .account()
                .ok_or_else(|| ApiError::not_allowed("kind_not_allowed", "A key sees its own workspace by `GET /v1/me`."))?;
            if !granted.allows(Scopes::WORKSPACE_READ) {
                return Err(insufficient_scope(Scopes::WORKSPACE_READ));
            }
            (account, granted.workspace().map(|workspace| workspace.id()))
        }
    };
    let mut all = workspaces::list(&app.ctx.db, account).await?;
    all.retain(|(workspace, _)| locked.is_none_or(|locked| workspace.id == locked));
    Ok(all)
}

/// `GET /v1/workspaces`
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(request: HttpRequest, app: Data<App>, caller: AnyCaller) -> Result<HttpResponse, ApiError> {
    let seen = seen(&app, &caller).await?;
    let paging = Paging::of(&request, &app, "workspaces")?;
    let page = paging.cut(seen, |(workspace, _)| workspace.id.to_db());
    Ok(paging.answer(&request, &app, &page, |(workspace, roles)| view(workspace, Some(roles))))
}

/// `GET /v1/workspaces/{workspace}`
///
/// # Errors
/// 404 also when the caller does not belong to it.
pub async fn show(request: HttpRequest, app: Data<App>, caller: AnyCaller) -> Result<HttpResponse, ApiError> {
    if let AnyCaller::Credential(caller) = &caller
        && caller.granted.account().is_none()
    {
        let own = reader_of(&app, caller, path_part(&request, "workspace")).await?;
        return Ok(answer(&request, view(own.workspace(), own.roles())));
    }
    let seen = seen(&app, &caller).await?;
    let which = Which::parse(path_part(&request, "workspace"));
    let found = seen.iter().find(|(workspace, _)| match &which {
        Some(Which::Id(id)) => workspace.id == *id,
        Some(Which::Slug(slug)) => workspace.slug == *slug,
        None => false,
    });
    let (workspace, roles) = found.ok_or(Code::NotFound)?;
    Ok(answer(&request, view(workspace, Some(roles))))
}
