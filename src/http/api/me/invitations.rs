//! `/v1/me/invitations`: workspaces that one is invited to, by the address of one's account.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use crate::app::App;
use crate::base::id::InvitationId;
use crate::domain::workspaces::invitations::{self, AnswerError, Named, OpenInvitation};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, done};
use crate::http::api::fields::{NoFields, Then};
use crate::http::api::member::unconfirmed;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::person::ApiPerson;
use crate::http::api::schema;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    let joined = schema::object(&[("slug", schema::told("The name of the workspace in addresses."))]);
    vec![
        Operation::get("/me/invitations", list)
            .named(TAG, "listMyInvitations", "List the workspaces that one is invited to")
            .by(&[Who::Session])
            .lists("The invitations.", shape(), example()),
        Operation::post("/me/invitations/{invitation}/accept", accept)
            .named(TAG, "acceptInvitation", "Accept an invitation")
            .by(&[Who::Session])
            .answers("One belongs to the workspace now.", joined, json!({ "slug": "acme" })),
        Operation::post("/me/invitations/{invitation}/decline", decline)
            .named(TAG, "declineInvitation", "Decline an invitation")
            .by(&[Who::Session])
            .ends("It is declined."),
    ]
}

fn shape() -> Value {
    let workspace = schema::object(&[
        ("id", schema::id("wsp", "The id of the workspace.")),
        ("slug", schema::told("Its name in addresses.")),
        ("name", schema::told("Its name.")),
    ]);
    schema::object(&[
        ("id", schema::id("inv", "The id of the invitation.")),
        ("workspace", workspace),
        ("roles", schema::list(schema::told("A role."), 100, "What one would be there.")),
        ("invitedBy", schema::or_null(schema::told("Who invites; null when that account is gone."))),
        ("expiresAt", schema::time("Until when it can be accepted.")),
    ])
}

fn example() -> Value {
    json!({
        "id": "inv_019ab3c1d2e37f4089ab12cd34ef5678",
        "workspace": { "id": "wsp_019ab3c1d2e37f4089ab12cd34ef5678", "slug": "acme", "name": "Acme" },
        "roles": ["developer"],
        "invitedBy": "bob@example.com",
        "expiresAt": "2026-11-29T09:00:00.000Z",
    })
}

fn view(open: &OpenInvitation) -> Value {
    json!({
        "id": open.id,
        "workspace": { "id": open.workspace, "slug": open.slug.as_str(), "name": open.name.as_str() },
        "roles": open.roles.words().collect::<Vec<_>>(),
        "invitedBy": open.inviter,
        "expiresAt": open.expires_at,
    })
}

/// `GET /v1/me/invitations`
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(request: HttpRequest, app: Data<App>, me: ApiPerson) -> Result<HttpResponse, ApiError> {
    let paging = Paging::of(&request, &app, "invitations")?;
    let page = paging.cut(invitations::mine(&app.ctx, &me.0).await?, |open| open.id.to_db());
    Ok(paging.answer(&request, &app, &page, view))
}

fn id_in(request: &HttpRequest) -> Result<InvitationId, ApiError> {
    path_part(request, "invitation").parse().map_err(|_| Code::NotFound.into())
}

/// `POST /v1/me/invitations/{invitation}/accept`
///
/// # Errors
/// 404 when it is not open, or for somebody else.
pub async fn accept(request: HttpRequest, app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let (Then(ApiPerson(me), NoFields), id) = (asked, id_in(&request)?);
    let slug = invitations::accept(&app.ctx, &me, Named::Id(id)).await?;
    Ok(answer(&request, json!({ "slug": slug.as_str() })))
}

/// `POST /v1/me/invitations/{invitation}/decline`
///
/// # Errors
/// 404 when it is not open, or for somebody else.
pub async fn decline(request: HttpRequest, app: Data<App>, asked: Then<ApiPerson, NoFields>) -> Result<HttpResponse, ApiError> {
    let (Then(ApiPerson(me), NoFields), id) = (asked, id_in(&request)?);
    invitations::decline(&app.ctx, &me, Named::Id(id)).await?;
    Ok(done())
}

/// What is for another address does not exist for this one.
impl From<AnswerError> for ApiError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::NotOpen | AnswerError::OtherAddress => Code::NotFound.into(),
            AnswerError::Unconfirmed => unconfirmed(),
            AnswerError::Unexpected(error) => error.into(),
        }
    }
}
