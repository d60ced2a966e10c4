//! `/v1/me`: who am I, what may this credential do, and what is mine?

pub mod invitations;
pub mod sessions;
pub mod tokens;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::envelope::answer;
use super::operation::{Operation, Who};
use super::person::AnyCaller;
use super::schema;
use crate::domain::accounts::Person;
use crate::domain::credentials::Granted;

/// The chapter of the document.
const TAG: &str = "Me";

/// The operations.
pub fn operations() -> Vec<Operation> {
    let mut all = vec![operation()];
    all.extend(sessions::operations());
    all.extend(tokens::operations());
    all.extend(invitations::operations());
    all
}

fn operation() -> Operation {
    Operation::get("/me", me)
        .named(TAG, "whoAmI", "Tell who is calling")
        .about("Answers for any live credential, whatever its scopes, and for any session.")
        .by(Who::ANYBODY_KNOWN)
        .answers("Who is calling.", shape(), example())
}

fn shape() -> Value {
    let roles = || schema::list(schema::told("A role."), 100, "The roles.");
    let workspace = schema::object(&[
        ("id", schema::id("wsp", "The id of the workspace.")),
        ("slug", schema::told("Its name in addresses.")),
        ("name", schema::told("Its name.")),
        ("roles", roles()),
    ]);
    let credential = schema::object(&[
        ("id", schema::told("The id of the credential, or of the session of an app or a program.")),
        (
            "kind",
            schema::word(&["personal", "secret", "publishable", "service", "grant"], "What kind it is; a grant is an app's."),
        ),
        ("name", schema::told("Its name.")),
        ("prefix", schema::told("The beginning of its secret.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for now.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
    ]);
    schema::object(&[
        ("id", schema::told("The id of the account, or of the credential where no account stands behind it.")),
        ("email", schema::or_null(schema::told("The address of the account."))),
        ("name", schema::told("The name of the account, or of the credential.")),
        ("roles", roles()),
        ("workspace", schema::or_null(workspace)),
        ("credential", schema::or_null(credential)),
    ])
}

fn example() -> Value {
    json!({
        "id": "usr_019ab3c1d2e37f4089ab12cd34ef5678",
        "email": "anna@example.com",
        "name": "Anna",
        "roles": ["user"],
        "workspace": null,
        "credential": {
            "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
            "kind": "personal",
            "name": "CI deploy",
            "prefix": "lk_pat_4fGh",
            "scopes": ["profile"],
            "expiresAt": "2027-02-20T09:00:00.000Z",
        },
    })
}

/// `GET /v1/me`
pub async fn me(request: HttpRequest, caller: AnyCaller) -> HttpResponse {
    match caller {
        AnyCaller::Session(person) => answer(&request, of_person(&person)),
        AnyCaller::Credential(caller) => answer(&request, of_credential(&caller.granted)),
    }
}

fn of_person(me: &Person) -> Value {
    json!({
        "id": me.id(),
        "email": me.email().as_str(),
        "name": me.account().name.as_str(),
        "roles": me.account().roles.words().collect::<Vec<_>>(),
        "workspace": null,
        "credential": null,
    })
}

fn of_credential(me: &Granted) -> Value {
    json!({
        "id": me.account().map_or_else(|| me.credential().to_string(), |id| id.to_string()),
        "email": me.email(),
        "name": me.person().unwrap_or_else(|| me.name()),
        "roles": me.roles().into_iter().flat_map(|roles| roles.words()).collect::<Vec<_>>(),
        "workspace": me.workspace().map(|workspace| json!({
            "id": workspace.id(),
            "slug": workspace.slug(),
            "name": workspace.name(),
            "roles": workspace.roles().into_iter().flat_map(|roles| roles.words()).collect::<Vec<_>>(),
        })),
        "credential": {
            "id": me.wire_id(),
            "kind": me.kind_word(),
            "name": me.name(),
            "prefix": me.prefix(),
            "scopes": me.scopes().collect::<Vec<_>>(),
            "expiresAt": me.expires_at(),
        },
    })
}
