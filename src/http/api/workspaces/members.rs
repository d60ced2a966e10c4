//! `/v1/workspaces/{workspace}/members`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{TAG, roles, roles_asked};
use crate::app::App;
use crate::base::id::MembershipId;
use crate::domain::access::Scopes;
use crate::domain::workspaces::Inside as _;
use crate::domain::workspaces::members::{self, MemberError, Membership};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, done};
use crate::http::api::fields::{Fields, NoFields, Then};
use crate::http::api::member::{ApiMember, ApiReader};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::schema;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/workspaces/{workspace}/members", list)
            .named(TAG, "listMembers", "List the members of a workspace")
            .by(Who::READERS)
            .scope(Scopes::WORKSPACE_READ)
            .lists("The members.", shape(), example()),
        Operation::patch("/workspaces/{workspace}/members/{member}", change)
            .named(TAG, "changeMember", "Change what a member is")
            .about("For admins and owners. It binds the member's tokens on their next request.")
            .by(&[Who::Session])
            .takes(schema::object(&[("roles", roles_asked())]), json!({ "roles": ["developer"] }))
            .answers("The member.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::delete("/workspaces/{workspace}/members/{member}", remove)
            .named(TAG, "removeMember", "Remove a member, or leave")
            .about("Admins and owners remove others; everybody may leave. The last owner stays. Tokens that are locked to the workspace end with the membership.")
            .by(&[Who::Session])
            .ends("They belong to it no more.")
            .refuses(&[Code::Conflict]),
    ]
}

fn shape() -> Value {
    schema::object(&[
        ("id", schema::id("mem", "The id of the membership.")),
        ("account", schema::id("usr", "The id of the account.")),
        ("email", schema::told("Its address.")),
        ("name", schema::told("Its name; may be empty.")),
        ("roles", schema::list(schema::told("A role."), 100, "What they are there.")),
        ("since", schema::time("When they became a member.")),
        ("suspended", schema::flag("Whether their account is suspended.")),
    ])
}

fn example() -> Value {
    json!({
        "id": "mem_019ab3c1d2e37f4089ab12cd34ef5678",
        "account": "usr_019ab3c1d2e37f4089ab12cd34ef5678",
        "email": "anna@example.com",
        "name": "Anna",
        "roles": ["developer"],
        "since": "2026-11-22T09:00:00.000Z",
        "suspended": false,
    })
}

fn view(member: &Membership) -> Value {
    json!({
        "id": member.id,
        "account": member.account,
        "email": member.email.as_str(),
        "name": member.name.as_str(),
        "roles": member.roles.words().collect::<Vec<_>>(),
        "since": member.since,
        "suspended": member.suspended,
    })
}

/// `GET /v1/workspaces/{workspace}/members`
///
/// # Errors
/// 404 also when the caller does not belong to it.
pub async fn list(request: HttpRequest, app: Data<App>, reader: ApiReader) -> Result<HttpResponse, ApiError> {
    let paging = Paging::of(&request, &app, &format!("members/{}", reader.0.workspace().id))?;
    let page = members::list(&app.ctx.db, &reader.0, paging.after.as_ref(), paging.size).await?;
    Ok(paging.answer(&request, &app, &page, view))
}

fn id_in(request: &HttpRequest) -> Result<MembershipId, ApiError> {
    path_part(request, "member").parse().map_err(|_| Code::NotFound.into())
}

/// `PATCH /v1/workspaces/{workspace}/members/{member}`
///
/// # Errors
/// When the caller may not, or nobody would own the workspace.
pub async fn change(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiMember(me), mut fields) = asked;
    let roles = roles(&mut fields);
    fields.finish()?;
    let (id, roles) = (id_in(&request)?, roles.expect("without roles there was a problem"));
    members::set_roles(&app.ctx, &me, id, &roles).await.map_err(unchanged)?;
    let changed = members::find(&app.ctx.db, &me, id).await?.ok_or(Code::NotFound)?;
    Ok(answer(&request, view(&changed)))
}

/// `DELETE /v1/workspaces/{workspace}/members/{member}`
///
/// # Errors
/// When the caller may not, or nobody would own the workspace.
pub async fn remove(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, NoFields>) -> Result<HttpResponse, ApiError> {
    let (Then(ApiMember(me), NoFields), id) = (asked, id_in(&request)?);
    let ended = if id == me.id() { members::leave(&app.ctx, &me).await } else { members::remove(&app.ctx, &me, id).await };
    ended.map(|()| done()).map_err(unchanged)
}

fn unchanged(error: MemberError) -> ApiError {
    let conflict = |reason: &'static str, fix| ApiError::from(Code::Conflict).detail("reason", reason.into()).fix(fix);
    match error {
        MemberError::Refused(why) => why.into(),
        MemberError::NoSuchMember => Code::NotFound.into(),
        MemberError::OwnersOnly => ApiError::not_allowed("owners_only", "Only an owner makes, changes and removes owners.")
            .fix("Ask one of the workspace's owners."),
        MemberError::OwnRights => ApiError::not_allowed("own_rights", "Nobody gives themself more than they have.")
            .fix("Ask one of the workspace's owners."),
        MemberError::LastOwner => conflict("last_owner", "Make somebody else an owner first."),
        MemberError::OwnWorkspace => conflict("personal", "A personal workspace stays with its person."),
        MemberError::Unexpected(error) => error.into(),
    }
}
