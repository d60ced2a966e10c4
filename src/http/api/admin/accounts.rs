//! `/v1/admin/accounts`: everybody.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use crate::app::App;
use crate::domain::access;
use crate::domain::accounts::Roles;
use crate::domain::accounts::people::{Among, Found, ListFilter, Order, State};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::person::ApiAdministrator;
use crate::http::api::schema;
use crate::http::extract::{path_part, query};

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/admin/accounts", list)
            .named(TAG, "listAccounts", "List everybody's accounts")
            .about("Newest first.")
            .by(&[Who::Administrator])
            .query("search", json!({ "type": "string", "description": "A part of a name or an address, or an id." }))
            .query("state", schema::word(&words(), "Which of them."))
            .lists("The accounts.", schema::object(&members()), example()),
        Operation::get("/admin/accounts/{account}", show)
            .named(TAG, "getAccount", "Show an account")
            .about("That somebody looked is kept in the audit log.")
            .by(&[Who::Administrator])
            .answers("The account.", detail_shape(), detail_example()),
    ]
}

fn words() -> Vec<&'static str> {
    State::ALL.iter().map(|state| state.as_str()).collect()
}

fn members() -> Vec<(&'static str, Value)> {
    vec![
        ("id", schema::id("usr", "The id of the account.")),
        ("email", schema::told("Its address.")),
        ("name", schema::told("Its name; may be empty.")),
        ("roles", schema::list(schema::told("A role."), 100, "Its roles.")),
        ("state", schema::word(&words(), "Where it is in its life.")),
        ("createdAt", schema::time("When it was made.")),
    ]
}

fn example() -> Value {
    json!({
        "id": "usr_019ab3c1d2e37f4089ab12cd34ef5678",
        "email": "anna@example.com",
        "name": "Anna",
        "roles": ["user"],
        "state": "active",
        "createdAt": "2026-11-22T09:00:00.000Z",
    })
}

fn detail_shape() -> Value {
    let mut all = members();
    all.extend([
        ("verifiedAt", schema::or_null(schema::time("When its address was confirmed."))),
        ("suspendedAt", schema::or_null(schema::time("Since when it is suspended."))),
        ("secondFactorSince", schema::or_null(schema::time("Since when signing in asks for a second factor."))),
    ]);
    schema::object(&all)
}

fn detail_example() -> Value {
    let mut account = example();
    account["verifiedAt"] = json!("2026-11-22T09:05:00.000Z");
    account["suspendedAt"] = Value::Null;
    account["secondFactorSince"] = Value::Null;
    account
}

/// `GET /v1/admin/accounts`
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(request: HttpRequest, app: Data<App>, me: ApiAdministrator) -> Result<HttpResponse, ApiError> {
    let state = query(&request, "state");
    let among = state
        .as_deref()
        .map_or(Some(Among::Everybody), |word| State::ALL.iter().copied().find(|state| state.as_str() == word).map(Among::In));
    let among = among.ok_or_else(|| ApiError::field(Code::Invalid, "state", "is none of the states of an account"))?;
    let search = query(&request, "search").unwrap_or_default();
    let filter = ListFilter::new(among, Order::Newest, &search);
    let paging = Paging::of(&request, &app, &format!("accounts/{}/{search}", among.as_str()))?;
    let page = access::list_accounts(&app.ctx, &me.0, &filter, paging.after.as_ref(), paging.size).await?;
    Ok(paging.answer(&request, &app, &page, view))
}

fn view(row: &Found) -> Value {
    json!({
        "id": row.id,
        "email": row.email,
        "name": row.name,
        "roles": row.roles.words().collect::<Vec<_>>(),
        "state": row.state.as_str(),
        "createdAt": row.created_at,
    })
}

/// `GET /v1/admin/accounts/{account}`
///
/// # Errors
/// 404 when there is none.
pub async fn show(request: HttpRequest, app: Data<App>, me: ApiAdministrator) -> Result<HttpResponse, ApiError> {
    let id = path_part(&request, "account").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let viewed = access::view_account(&app.ctx, &me.0, id).await?.ok_or(Code::NotFound)?;
    let (account, roles): (_, &Roles) = (viewed.account(), &viewed.account().roles);
    Ok(answer(
        &request,
        json!({
            "id": account.id,
            "email": account.email.as_str(),
            "name": account.name.as_str(),
            "roles": roles.words().collect::<Vec<_>>(),
            "state": viewed.state().as_str(),
            "createdAt": account.created_at,
            "verifiedAt": account.verified_at,
            "suspendedAt": account.suspended_at,
            "secondFactorSince": account.second_factor,
        }),
    ))
}
