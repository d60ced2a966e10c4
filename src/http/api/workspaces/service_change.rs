//! Changing a service account, and who answers for it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use super::service_account::owner;
use super::service_accounts::{ended, example, id_in, shape, view};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::text::Label;
use crate::domain::access::{Audiences, Scopes};
use crate::domain::credentials::service::{self, ChangeServiceError, OwnerError, ServiceChange};
use crate::domain::workspaces::Member;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, done};
use crate::http::api::fields::{Fields, NoFields, Then};
use crate::http::api::member::ApiMember;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::schema;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    let named = schema::object(&[("owner", schema::text(3, 254, "A member of the workspace, by their id or address."))]);
    vec![
        Operation::patch("/workspaces/{workspace}/service-accounts/{service}", change)
            .named(TAG, "changeServiceAccount", "Change a service account")
            .about(
                "Gives it another name, narrows it, or says for whom its access tokens may be made; what is left out stays as \
                 it is. It gains no scope and no address. It binds on the next request.",
            )
            .by(&[Who::Session])
            .takes(asked(), json!({ "name": "Indexer, Frankfurt", "scopes": ["documents:read"] }))
            .answers("The service account.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::post("/workspaces/{workspace}/service-accounts/{service}/owners", add_owner)
            .named(TAG, "addServiceOwner", "Let somebody answer for a service account")
            .about("A member of the workspace. Who does already goes on.")
            .by(&[Who::Session])
            .takes(named, json!({ "owner": "bob@example.com" }))
            .answers("The service account.", shape(), example())
            .refuses(&[Code::Conflict]),
        Operation::delete("/workspaces/{workspace}/service-accounts/{service}/owners/{account}", remove_owner)
            .named(TAG, "removeServiceOwner", "Let somebody answer for a service account no more")
            .about("Somebody who belongs to the workspace always answers for it.")
            .by(&[Who::Session])
            .ends("They answer for it no more.")
            .refuses(&[Code::Conflict]),
    ]
}

fn asked() -> Value {
    let list = |item, most, about| schema::or_null(schema::list(item, most, about));
    schema::object_of(
        &[],
        &[
            ("name", schema::or_null(schema::text(1, 100, "Another name."))),
            ("scopes", list(schema::text(1, 100, "A scope."), 100, "Those that it keeps.")),
            ("audiences", list(schema::text(1, 200, "An audience."), 20, "For whom its access tokens may be made.")),
            ("allowedAddresses", list(schema::text(2, 60, "An address, or a network."), 50, "From where it may still be used.")),
        ],
    )
}

/// `PATCH /v1/workspaces/{workspace}/service-accounts/{service}`
///
/// # Errors
/// When a field is wrong, or it would gain something; then it stays as it was.
pub async fn change(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiMember(me), fields) = asked;
    let to = parse(fields)?;
    let id = id_in(&request)?;
    service::change(&app.ctx, &me, id, to).await.map_err(unchanged)?;
    show(&request, &app, &me, id).await
}

fn parse(mut fields: Fields) -> Result<ServiceChange, ApiError> {
    let mut to = ServiceChange::default();
    if let Some(name) = fields.optional_text("name") {
        to.name = Label::parse(&name).map_err(|why| fields.problem("name", &why.to_string())).ok();
    }
    if let Some(words) = fields.optional_texts("scopes") {
        let scopes = Scopes::parse(words.iter().map(String::as_str));
        to.scopes = scopes.map_err(|_| fields.problem("scopes", "names a scope that does not exist")).ok();
    }
    if let Some(words) = fields.optional_texts("audiences") {
        let audiences = Audiences::parse(words.iter().map(String::as_str));
        to.audiences = audiences.map_err(|why| fields.problem("audiences", &why.to_string())).ok();
    }
    if fields.names("allowedAddresses") {
        to.allowed_addresses = fields.addresses("allowedAddresses");
    }
    fields.finish()?;
    Ok(to)
}

async fn show(request: &HttpRequest, app: &App, me: &Member, id: CredentialId) -> Result<HttpResponse, ApiError> {
    let found = service::find(&app.ctx, me, id).await?.ok_or(Code::NotFound)?;
    Ok(answer(request, view(&found)))
}

/// Why a service account stayed as it was.
pub(super) fn unchanged(error: ChangeServiceError) -> ApiError {
    match error {
        ChangeServiceError::Refused(why) => why.into(),
        ChangeServiceError::Ended => ended(),
        ChangeServiceError::MoreScopes(scope) => {
            ApiError::field(Code::Unprocessable, "scopes", format!("names {scope}, which it does not have"))
        }
        ChangeServiceError::UnknownAudience(_) => {
            ApiError::field(Code::Unprocessable, "audiences", "names an audience that does not exist")
        }
        ChangeServiceError::MoreAddresses => {
            ApiError::field(Code::Unprocessable, "allowedAddresses", "would open it to more addresses")
        }
        ChangeServiceError::Unexpected(error) => error.into(),
    }
}

/// `POST /v1/workspaces/{workspace}/service-accounts/{service}/owners`
///
/// # Errors
/// When the other is no member; then nothing has changed.
pub async fn add_owner(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiMember(me), mut fields) = asked;
    let named = owner(&fields.text("owner"));
    if named.is_none() {
        fields.problem("owner", "must name a member of the workspace, by their id or address");
    }
    fields.finish()?;
    let (id, named) = (id_in(&request)?, named.expect("what could not be read was a problem"));
    service::add_owner(&app.ctx, &me, id, &named).await.map_err(owners_stay)?;
    show(&request, &app, &me, id).await
}

/// `DELETE /v1/workspaces/{workspace}/service-accounts/{service}/owners/{account}`
///
/// # Errors
/// 409 when nobody would be left.
pub async fn remove_owner(
    request: HttpRequest,
    app: Data<App>,
    asked: Then<ApiMember, NoFields>,
) -> Result<HttpResponse, ApiError> {
    let (Then(ApiMember(me), NoFields), id) = (asked, id_in(&request)?);
    let account = path_part(&request, "account").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    service::remove_owner(&app.ctx, &me, id, account).await.map_err(owners_stay)?;
    Ok(done())
}

fn owners_stay(error: OwnerError) -> ApiError {
    match error {
        OwnerError::Refused(why) => why.into(),
        OwnerError::Ended => ended(),
        OwnerError::NoMember => {
            ApiError::field(Code::Unprocessable, "owner", "names somebody who does not belong to the workspace")
        }
        OwnerError::Last => {
            ApiError::from(Code::Conflict).detail("reason", "last".into()).fix("Let another member answer for it first.")
        }
        OwnerError::Unexpected(error) => error.into(),
    }
}
