//! Which workspaces one sees, and who belongs to them. A token that is locked to a workspace sees that one alone.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::super::answer::DoorError;
use super::super::caller::AnyCaller;
use super::{Row, member_view};
use crate::app::App;
use crate::base::id::{AccountId, WorkspaceId};
use crate::base::page::PageSize;
use crate::domain::access::Scopes;
use crate::domain::accounts::Person;
use crate::domain::credentials::{Granted, reader};
use crate::domain::workspaces::members;
use crate::domain::workspaces::{self, Inside as _, Reader, Which, Workspace};
use crate::http::api::{ApiError, Code, member_of, reader_of};
use crate::http::caller::insufficient_scope;
use crate::http::extract::path_part;

/// The workspaces that the caller sees.
async fn rows(app: &App, caller: &AnyCaller) -> Result<Vec<Row>, DoorError> {
    let (account, locked) = match caller {
        AnyCaller::Person(me) => (me.person.id(), None),
        AnyCaller::Credential(caller) => match caller.granted.account() {
            None => return own(app, &caller.granted).await,
            Some(_) if !caller.granted.allows(Scopes::WORKSPACE_READ) => {
                return Err(insufficient_scope(Scopes::WORKSPACE_READ).into());
            }
            Some(account) => (account, caller.granted.workspace().map(|workspace| workspace.id())),
        },
    };
    rows_of(app, account, locked).await
}

/// The workspaces of somebody, or the one among them to which a token is locked.
async fn rows_of(app: &App, account: AccountId, locked: Option<WorkspaceId>) -> Result<Vec<Row>, DoorError> {
    let mut beside = members::beside(&app.ctx.db, account).await?;
    let all = workspaces::list(&app.ctx.db, account).await?.into_iter();
    let seen = all.filter(|(workspace, _)| locked.is_none_or(|locked| workspace.id == locked));
    let row = |(workspace, roles): (Workspace, _)| {
        let members = beside.remove(&workspace.id).unwrap_or_default();
        Row { workspace, roles: Some(roles), members }
    };
    Ok(seen.map(row).collect())
}

/// What belongs to a workspace sees that one.
async fn own(app: &App, granted: &Granted) -> Result<Vec<Row>, DoorError> {
    let home = granted.workspace().map(|home| Which::Id(home.id()));
    let inside = reader(&app.ctx, granted, home.as_ref()).await.map_err(ApiError::from)?;
    let members = members::list(&app.ctx.db, &inside, None, PageSize::LARGEST).await?.rows;
    Ok(vec![Row { workspace: inside.workspace().clone(), roles: None, members }])
}

/// The one that the path names.
pub(super) async fn row(app: &App, caller: &AnyCaller, named: &str) -> Result<Row, DoorError> {
    let which = Which::parse(named).ok_or(Code::NotFound)?;
    let is_named = |row: &Row| match &which {
        Which::Id(id) => row.workspace.id == *id,
        Which::Slug(slug) => row.workspace.slug == *slug,
    };
    rows(app, caller).await?.into_iter().find(is_named).ok_or_else(|| Code::NotFound.into())
}

/// One of somebody's own.
pub(super) async fn own_row(app: &App, person: &Person, id: WorkspaceId) -> Result<Row, DoorError> {
    let rows = rows_of(app, person.id(), Some(id)).await?;
    rows.into_iter().next().ok_or_else(|| Code::NotFound.into())
}

/// `GET /api/workspaces`
///
/// # Errors
/// When the caller may not look.
pub async fn list(app: Data<App>, caller: AnyCaller) -> Result<HttpResponse, DoorError> {
    let rows = rows(&app, &caller).await?;
    Ok(HttpResponse::Ok().json(rows.iter().map(Row::view).collect::<Vec<_>>()))
}

/// `GET /api/workspaces/{workspace}`
///
/// # Errors
/// 404 also when the caller does not belong to it.
pub async fn show(app: Data<App>, caller: AnyCaller, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let row = row(&app, &caller, path_part(&request, "workspace")).await?;
    Ok(HttpResponse::Ok().json(row.view()))
}

/// `GET /api/workspaces/{workspace}/members`
///
/// # Errors
/// 404 also when the caller does not belong to it.
pub async fn members(app: Data<App>, caller: AnyCaller, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let named = path_part(&request, "workspace");
    let inside = match &caller {
        AnyCaller::Person(me) => Reader::from(&member_of(&app, &me.person, named).await?),
        AnyCaller::Credential(caller) => reader_of(&app, caller, named).await?,
    };
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = members::list(&app.ctx.db, &inside, after.as_ref(), PageSize::LARGEST).await?;
        found.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(HttpResponse::Ok().json(found.iter().map(member_view).collect::<Vec<_>>()))
}
