//! `/v1/workspaces/{workspace}/service-accounts`: identities of machines. Members alone manage them; whatever may read the
//! workspace sees them.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{TAG, service_change};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::domain::access::Scopes;
use crate::domain::credentials::service::{self, SecretError, ServiceAccount, client_id};
use crate::domain::repeats::NotDone;
use crate::domain::workspaces::Inside as _;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer, created, done, replayed};
use crate::http::api::fields::{NoFields, NoFieldsOnce, Then};
use crate::http::api::member::{ApiMember, ApiReader};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::schema;
use crate::http::extract::path_part;

/// The operations.
pub fn operations() -> Vec<Operation> {
    let added = schema::object(&[
        ("id", schema::id("sct", "The id of the secret.")),
        ("clientId", schema::told("The client id of the service account.")),
        ("clientSecret", schema::told("The secret. It is here and nowhere else, ever.")),
    ]);
    let example_added = json!({
        "id": "sct_019ab3c1d2e37f4089ab12cd34ef5678",
        "clientId": "svc_019ab3c1d2e37f4089ab12cd34ef5678",
        "clientSecret": "lk_svc_…",
    });
    let known = schema::object(&[
        ("id", schema::id("sct", "The id of the secret.")),
        ("clientId", schema::told("The client id of the service account.")),
    ]);
    let example_known =
        json!({ "id": "sct_019ab3c1d2e37f4089ab12cd34ef5678", "clientId": "svc_019ab3c1d2e37f4089ab12cd34ef5678" });
    vec![
        Operation::get("/workspaces/{workspace}/service-accounts", list)
            .named(TAG, "listServiceAccounts", "List the service accounts of a workspace")
            .by(Who::READERS)
            .scope(Scopes::WORKSPACE_READ)
            .lists("The service accounts.", shape(), example()),
        Operation::get("/workspaces/{workspace}/service-accounts/{service}", show)
            .named(TAG, "getServiceAccount", "Show a service account")
            .by(Who::READERS)
            .scope(Scopes::WORKSPACE_READ)
            .answers("The service account.", shape(), example()),
        Operation::delete("/workspaces/{workspace}/service-accounts/{service}", delete)
            .named(TAG, "deleteServiceAccount", "Delete a service account")
            .about("Its secrets are refused from the next request on.")
            .by(&[Who::Session])
            .ends("It is gone.")
            .refuses(&[Code::Conflict]),
        Operation::post("/workspaces/{workspace}/service-accounts/{service}/secrets", add_secret)
            .named(TAG, "addServiceSecret", "Give a service account another secret")
            .about("It has two at the most, so that one can be replaced without a gap.")
            .by(&[Who::Session])
            .creates("The secret.", added, example_added)
            .once(known, example_known)
            .refuses(&[Code::Conflict]),
        Operation::delete("/workspaces/{workspace}/service-accounts/{service}/secrets/{secret}", revoke_secret)
            .named(TAG, "revokeServiceSecret", "Revoke a secret of a service account")
            .by(&[Who::Session])
            .ends("It is good for nothing any more.")
            .refuses(&[Code::Conflict]),
    ]
}

/// A service account, as lists and answers show it.
pub(super) fn shape() -> Value {
    let secret = schema::object(&[
        ("id", schema::id("sct", "The id of the secret.")),
        ("prefix", schema::told("Its beginning.")),
        ("lastFour", schema::told("Its end.")),
        ("createdAt", schema::time("When it was made.")),
        ("lastUsedAt", schema::or_null(schema::time("When it was last used."))),
    ]);
    let owner = schema::object(&[
        ("id", schema::id("usr", "The id of the account.")),
        ("email", schema::told("Its address.")),
        ("active", schema::flag("Whether they still belong to the workspace.")),
    ]);
    schema::object(&[
        ("id", schema::id("key", "The id of the service account.")),
        ("name", schema::told("Its name.")),
        ("clientId", schema::told("What it signs in as.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        ("audiences", schema::list(schema::told("An audience."), 20, "For whom its access tokens may be made.")),
        ("owners", schema::list(owner, 1_000, "The people who answer for it.")),
        ("orphaned", schema::flag("Whether none of them belongs to the workspace any more.")),
        ("secrets", schema::list(secret, 2, "Its living secrets.")),
        ("createdAt", schema::time("When it was made.")),
        ("lastUsedAt", schema::or_null(schema::time("When it was last used."))),
        ("uses", schema::count("How often it has been used.")),
    ])
}

/// An example of one.
pub(super) fn example() -> Value {
    let secret = json!({
        "id": "sct_019ab3c1d2e37f4089ab12cd34ef5678",
        "prefix": "lk_svc_4fGh",
        "lastFour": "9xQz",
        "createdAt": "2026-11-22T09:00:00.000Z",
        "lastUsedAt": null,
    });
    json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "Indexer",
        "clientId": "svc_019ab3c1d2e37f4089ab12cd34ef5678",
        "scopes": ["documents:read"],
        "audiences": ["platform"],
        "owners": [{ "id": "usr_019ab3c1d2e37f4089ab12cd34ef5678", "email": "anna@example.com", "active": true }],
        "orphaned": false,
        "secrets": [secret],
        "createdAt": "2026-11-22T09:00:00.000Z",
        "lastUsedAt": null,
        "uses": 0,
    })
}

/// A service account for an answer.
pub(super) fn view(account: &ServiceAccount) -> Value {
    let secrets: Vec<Value> = account
        .secrets
        .iter()
        .map(|secret| {
            json!({ "id": secret.id, "prefix": secret.prefix, "lastFour": secret.last_four, "createdAt": secret.created_at,
                    "lastUsedAt": secret.last_used_at })
        })
        .collect();
    let owner = |owner: &service::ServiceOwner| json!({ "id": owner.account, "email": owner.email, "active": owner.is_active });
    json!({
        "id": account.id,
        "name": account.name,
        "clientId": client_id(account.id),
        "scopes": account.scopes.iter().flat_map(Scopes::words).collect::<Vec<_>>(),
        "audiences": account.audiences.words().collect::<Vec<_>>(),
        "owners": account.owners.iter().map(owner).collect::<Vec<_>>(),
        "orphaned": account.is_orphaned(),
        "secrets": secrets,
        "createdAt": account.created_at,
        "lastUsedAt": account.last_used_at,
        "uses": account.uses,
    })
}

/// The service account that the path names; what is no id is none.
pub(super) fn id_in(request: &HttpRequest) -> Result<CredentialId, ApiError> {
    path_part(request, "service").parse().map_err(|_| Code::NotFound.into())
}

/// `GET /v1/workspaces/{workspace}/service-accounts`
///
/// # Errors
/// 404 also when the caller does not belong to the workspace.
pub async fn list(request: HttpRequest, app: Data<App>, reader: ApiReader) -> Result<HttpResponse, ApiError> {
    let paging = Paging::of(&request, &app, &format!("service-accounts/{}", reader.0.workspace().id))?;
    let page = paging.cut(service::list(&app.ctx, &reader.0).await?, |account| account.id.to_db());
    Ok(paging.answer(&request, &app, &page, view))
}

/// `GET /v1/workspaces/{workspace}/service-accounts/{service}`
///
/// # Errors
/// 404 also when it is another workspace's.
pub async fn show(request: HttpRequest, app: Data<App>, reader: ApiReader) -> Result<HttpResponse, ApiError> {
    let found = service::find(&app.ctx, &reader.0, id_in(&request)?).await?.ok_or(Code::NotFound)?;
    Ok(answer(&request, view(&found)))
}

/// `DELETE /v1/workspaces/{workspace}/service-accounts/{service}`
///
/// # Errors
/// 404 also when it is another workspace's.
pub async fn delete(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, NoFields>) -> Result<HttpResponse, ApiError> {
    let (Then(ApiMember(me), NoFields), id) = (asked, id_in(&request)?);
    service::delete(&app.ctx, &me, id).await.map_err(service_change::unchanged)?;
    Ok(done())
}

/// `POST /v1/workspaces/{workspace}/service-accounts/{service}/secrets`
///
/// # Errors
/// 409 when it has two.
pub async fn add_secret(
    request: HttpRequest,
    app: Data<App>,
    asked: Then<ApiMember, NoFieldsOnce>,
) -> Result<HttpResponse, ApiError> {
    let (Then(ApiMember(me), nothing), id) = (asked, id_in(&request)?);
    let (repeat, client) = (nothing.once(me.person().id()), client_id(id));
    match service::add_secret_once(&app.ctx, &me, id, repeat.as_ref()).await {
        Ok(added) => Ok(created(&request, json!({ "id": added.id, "clientId": client, "clientSecret": added.secret.reveal() }))),
        Err(NotDone::Before(made)) => Ok(replayed(&request, json!({ "id": made, "clientId": client }))),
        Err(NotDone::OtherRequest) => Err(ApiError::key_used()),
        Err(NotDone::Refused(error)) => Err(unchanged(error)),
    }
}

/// `DELETE /v1/workspaces/{workspace}/service-accounts/{service}/secrets/{secret}`
///
/// # Errors
/// 409 when it is the only one.
pub async fn revoke_secret(
    request: HttpRequest,
    app: Data<App>,
    asked: Then<ApiMember, NoFields>,
) -> Result<HttpResponse, ApiError> {
    let (Then(ApiMember(me), NoFields), id) = (asked, id_in(&request)?);
    let secret = path_part(&request, "secret").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    service::revoke_secret(&app.ctx, &me, id, secret).await.map_err(unchanged)?;
    Ok(done())
}

fn unchanged(error: SecretError) -> ApiError {
    let conflict = |reason: &'static str, fix| ApiError::from(Code::Conflict).detail("reason", reason.into()).fix(fix);
    match error {
        SecretError::Refused(why) => why.into(),
        SecretError::Ended => ended(),
        SecretError::TooMany => conflict("too_many", "Revoke one of the two secrets first."),
        SecretError::Last => conflict("last", "Add another secret first, or delete the service account."),
        SecretError::AlreadyAdded(_) => ApiError::key_used(),
        SecretError::Unexpected(error) => error.into(),
    }
}

/// Nothing about a service account changes that was deleted.
pub(super) fn ended() -> ApiError {
    ApiError::from(Code::Conflict).detail("reason", "ended".into()).fix("This service account was deleted. Create a new one.")
}
