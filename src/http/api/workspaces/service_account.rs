//! `POST /v1/workspaces/{workspace}/service-accounts`: a service account with its first secret.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use super::service_accounts::{example, shape, view};
use crate::app::App;
use crate::base::text::{EmailAddress, Label};
use crate::domain::access::{Audiences, Scopes};
use crate::domain::credentials::service::{
    self, CreateServiceError, IssuedService, SERVICES_AT_MOST, ServiceDraft, ServiceOwnerName, client_id,
};
use crate::domain::repeats::NotDone;
use crate::domain::workspaces::Member;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, created, replayed};
use crate::http::api::fields::{Fields, Then};
use crate::http::api::member::ApiMember;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::schema;

/// What the document says of it.
pub fn operation() -> Operation {
    let list = |item, most, about| schema::or_null(schema::list(item, most, about));
    let body = schema::object_of(
        &[("name", schema::text(1, 100, "What to call it."))],
        &[
            ("scopes", list(schema::text(1, 100, "A scope."), 100, "What it may be used for. Usually nothing.")),
            ("audiences", list(schema::text(1, 200, "An audience."), 20, "For whom its access tokens may be made.")),
            (
                "owners",
                list(
                    schema::text(3, 254, "An id or an address."),
                    20,
                    "The members who answer for it. Usually whoever makes it.",
                ),
            ),
            (
                "allowedAddresses",
                list(schema::text(2, 60, "An address, or a network."), 50, "From where it may be used. Usually from anywhere."),
            ),
        ],
    );
    let made = schema::object(&[
        ("id", schema::id("key", "The id of the service account.")),
        ("name", schema::told("Its name.")),
        ("clientId", schema::told("What it signs in as.")),
        ("clientSecret", schema::told("Its secret. It is here and nowhere else, ever.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        ("audiences", schema::list(schema::told("An audience."), 20, "For whom its access tokens may be made.")),
        ("createdAt", schema::time("When it was made.")),
    ]);
    let example_made = json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "Indexer",
        "clientId": "svc_019ab3c1d2e37f4089ab12cd34ef5678",
        "clientSecret": "lk_svc_…",
        "scopes": ["documents:read"],
        "audiences": ["platform"],
        "createdAt": "2026-11-22T09:00:00.000Z",
    });
    Operation::post("/workspaces/{workspace}/service-accounts", create)
        .named(TAG, "createServiceAccount", "Create a service account")
        .by(&[Who::Session])
        .takes(body, json!({ "name": "Indexer", "scopes": ["documents:read"], "audiences": ["platform"] }))
        .creates("The service account, with its first secret.", made, example_made)
        .once(shape(), example())
        .refuses(&[Code::Conflict])
}

/// `POST /v1/workspaces/{workspace}/service-accounts`
///
/// # Errors
/// When a field is wrong, or a rule forbids it; then there is no service account.
pub async fn create(request: HttpRequest, app: Data<App>, asked: Then<ApiMember, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(ApiMember(me), fields) = asked;
    let repeat = fields.once(me.person().id());
    let draft = parse(&me, fields)?;
    match service::create_once(&app.ctx, &me, draft, repeat.as_ref()).await {
        Ok(made) => Ok(created(&request, reveal(&made))),
        Err(NotDone::Before(made)) => {
            let id = made.parse().map_err(|_| ApiError::from(Code::NotFound))?;
            let found = service::find(&app.ctx, &me, id).await?.ok_or(Code::NotFound)?;
            Ok(replayed(&request, view(&found)))
        }
        Err(NotDone::OtherRequest) => Err(ApiError::key_used()),
        Err(NotDone::Refused(error)) => Err(refused(error)),
    }
}

fn reveal(made: &IssuedService) -> Value {
    let account = &made.account;
    json!({
        "id": account.id,
        "name": account.name,
        "clientId": client_id(account.id),
        "clientSecret": made.secret.reveal(),
        "scopes": account.scopes.iter().flat_map(Scopes::words).collect::<Vec<_>>(),
        "audiences": account.audiences.words().collect::<Vec<_>>(),
        "createdAt": account.created_at,
    })
}

fn parse(me: &Member, mut fields: Fields) -> Result<ServiceDraft, ApiError> {
    let name = fields.text("name");
    let name = Label::parse(&name).map_err(|why| fields.problem("name", &why.to_string())).ok();
    let words = fields.texts("scopes");
    let scopes = Scopes::parse(words.iter().map(String::as_str));
    let scopes = scopes.map_err(|_| fields.problem("scopes", "names a scope that does not exist")).ok();
    let words = fields.texts("audiences");
    let audiences = Audiences::parse(words.iter().map(String::as_str));
    let audiences = audiences.map_err(|why| fields.problem("audiences", &why.to_string())).ok();
    let owners = match fields.optional_texts("owners") {
        Some(words) => words.iter().map(|word| owner(word)).collect(),
        None => Some(vec![ServiceOwnerName::Account(me.person().id())]),
    };
    if owners.as_ref().is_none_or(Vec::is_empty) {
        fields.problem("owners", "must name members of the workspace, by their id or address");
    }
    let allowed_addresses = fields.addresses("allowedAddresses");
    fields.finish()?;
    const READ: &str = "what could not be read was a problem";
    Ok(ServiceDraft {
        name: name.expect(READ),
        scopes: scopes.expect(READ),
        audiences: audiences.expect(READ),
        allowed_addresses: allowed_addresses.expect(READ),
        owners: owners.expect(READ),
        nonce: None,
    })
}

/// A member of the workspace, by id or address; nothing if it can be neither.
pub(super) fn owner(word: &str) -> Option<ServiceOwnerName> {
    let id = word.parse().map(ServiceOwnerName::Account).ok();
    id.or_else(|| EmailAddress::parse(word).map(ServiceOwnerName::Email).ok())
}

fn refused(error: CreateServiceError) -> ApiError {
    let wrong = |field, reason: String| ApiError::field(Code::Unprocessable, field, reason);
    match error {
        CreateServiceError::Refused(why) => why.into(),
        CreateServiceError::UnknownScope(_) => wrong("scopes", "names a scope that does not exist".to_owned()),
        CreateServiceError::ClosedScope(scope) => wrong("scopes", format!("names {scope}, which no service account can have")),
        CreateServiceError::UnknownAudience(_) => wrong("audiences", "names an audience that does not exist".to_owned()),
        CreateServiceError::NoMember(_) => wrong("owners", "names somebody who does not belong to the workspace".to_owned()),
        CreateServiceError::AlreadyCreated(_) => ApiError::key_used(),
        CreateServiceError::TooMany => ApiError::from(Code::Conflict)
            .detail("reason", "too_many".into())
            .detail("most", SERVICES_AT_MOST.into())
            .fix("Delete a service account that the workspace does not need."),
        CreateServiceError::Unexpected(error) => error.into(),
    }
}
