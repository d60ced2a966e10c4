//! `/v1/workspaces/{workspace}/invites`: whoever is invited accepts with the account of the address that was invited.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{TAG, roles, roles_asked};
use crate::app::App;
use crate::base::id::InvitationId;
use crate::base::text::EmailAddress;
use crate::domain::repeats::NotDone;
use crate::domain::workspaces::invitations::{self, InvitationError, InviteError, NewMember, Waiting};
use crate::domain::workspaces::{Refused, Right};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, created, done, replayed};
use crate::http::api::fields::{Fields, NoFields, Then};
use crate::http::api::member::ApiMember;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::schema;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    let body = schema::object(&[("email", schema::text(3, 254, "The address to invite.")), ("roles", roles_asked())]);
    let made = schema::object(&[("id", schema::id("inv", "The id of the invitation."))]);
    vec![
        Operation::get("/workspaces/{workspace}/invites", list)
            .named(TAG, "listInvitations", "List the invitations that wait for an answer")
            .about("For admins and owners.")
            .by(&[Who::Session])
            .lists("The invitations.", shape(), example()),
        Operation::post("/workspaces/{workspace}/invites", invite)
            .named(TAG, "invite", "Invite somebody by mail")
            .about(
                "For admins and owners; owners are invited by owners. An invitation that waits for the same address is replaced.",
            )
            .by(&[Who::Session])
            .takes(body, json!({ "email": "bob@example.com", "roles": ["developer"] }))
            .creates("The invitation is on its way.", made.clone(), example_made())
            .once(made, example_made())
            .refuses(&[Code::Conflict]),
        Operation::delete("/workspaces/{workspace}/invites/{invitation}", cancel)
            .named(TAG, "cancelInvitation", "Cancel an invitation")
            .by(&[Who::Session])
            .ends("Its link leads nowhere any more."),
    ]
}

fn example_made() -> Value {
    json!({ "id": "inv_019ab3c1d2e37f4089ab12cd34ef5678" })
}

fn shape() -> Value {
    schema::object(&[
        ("id", schema::id("inv", "The id of the invitation.")),
        ("email", schema::told("The address that is invited.")),
        ("roles", schema::list(schema::told("A role."), 100, "What they will be.")),
        ("invitedBy", schema::or_null(schema::told("Who invited them; null when that account is gone."))),
        ("sentAt", schema::time("When it was mailed.")),
        ("expiresAt", schema::time("Until when it can be accepted.")),
    ])
}

fn example() -> Value {
    json!({
        "id": "inv_019ab3c1d2e37f4089ab12cd34ef5678",
        "email": "bob@example.com",
        "roles": ["developer"],
        "invitedBy": "anna@example.com",
        "sentAt": "2026-11-22T09:00:00.000Z",
        "expiresAt": "2026-11-29T09:00:00.000Z",
    })
}

fn view(invitation: &Waiting) -> Value {
    json!({
        "id": invitation.id,
        "email": invitation.email.as_str(),
        "roles": invitation.roles.words().collect::<Vec<_>>(),
        "invitedBy": invitation.inviter,
        "sentAt": invitation.sent_at,
        "expiresAt": invitation.expires_at,
    })
}

/// `GET /v1/workspaces/{workspace}/invites`
///
/// # Errors
/// When the caller may not look.
pub async fn list(request: HttpRequest, app: Data<App>, me: ApiMember) -> Result<HttpResponse, ApiError> {
    if !me.0.may(Right::ManageMembers) {
        return Err(Refused::Forbidden.into());
    }
    let paging = Paging::of(&request, &app, &format!("invites/{}", me.0.workspace().id))?;
    let page = paging.cut(invitations::list(&app.ctx.db, &me.0).await?, |row| row.id.to_db());
    Ok(paging.answer(&request, &app, &page, view))
}

/// `POST /v1/workspaces/{workspace}/invites`
///
/// # Errors
/// When a field is wrong, or the caller may not.
pub async fn invite(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiMember(me), mut fields) = asked;
    let repeat = fields.once(me.person().id());
    let email = EmailAddress::parse(&fields.text("email")).map_err(|why| fields.problem("email", &why.to_string())).ok();
    let roles = roles(&mut fields);
    fields.finish()?;
    let (email, roles) = email.zip(roles).expect("what could not be read was a problem");
    match invitations::invite_once(&app.ctx, &me, NewMember { email, roles }, repeat.as_ref()).await {
        Ok(id) => Ok(created(&request, json!({ "id": id }))),
        Err(NotDone::Before(made)) => Ok(replayed(&request, json!({ "id": made }))),
        Err(NotDone::OtherRequest) => Err(ApiError::key_used()),
        Err(NotDone::Refused(error)) => Err(uninvited(error)),
    }
}

fn uninvited(error: InviteError) -> ApiError {
    match error {
        InviteError::Refused(why) => why.into(),
        InviteError::OwnersOnly => owners_only(),
        InviteError::AlreadyMember => ApiError::field(Code::Conflict, "email", "belongs to a member already"),
        InviteError::TooManyWaiting => ApiError::from(Code::Conflict)
            .detail("reason", "too_many".into())
            .fix("Cancel an invitation that nobody will accept."),
        InviteError::TooMany(exhausted) => exhausted.into(),
        InviteError::Unexpected(error) => error.into(),
    }
}

/// `DELETE /v1/workspaces/{workspace}/invites/{invitation}`
///
/// # Errors
/// 404 also when it is another workspace's.
pub async fn cancel(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiMember(me), NoFields) = asked;
    let id: InvitationId = path_part(&request, "invitation").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    match invitations::cancel(&app.ctx, &me, id).await {
        Ok(()) => Ok(done()),
        Err(InvitationError::Refused(why)) => Err(why.into()),
        Err(InvitationError::NotFound) => Err(Code::NotFound.into()),
        Err(InvitationError::OwnersOnly) => Err(owners_only()),
        Err(InvitationError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(InvitationError::Unexpected(error)) => Err(error.into()),
    }
}

fn owners_only() -> ApiError {
    ApiError::not_allowed("owners_only", "Only an owner decides about invitations of owners.")
        .fix("Ask one of the workspace's owners.")
}
