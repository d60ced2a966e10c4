//! `GET /v1/me/tokens` and `GET /v1/me/tokens/{token}`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{TAG, example, id_in, members, shape, view};
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::credentials::{self, AddressList, Detail, ListFilter, Tab};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::person::ApiPerson;
use crate::http::api::schema;
use crate::http::extract::query;

/// What the document says of them.
pub fn operations() -> Vec<Operation> {
    let states = schema::word(&["active", "expired", "revoked"], "Which of them. Usually those that are good.");
    vec![
        Operation::get("/me/tokens", list)
            .named(TAG, "listTokens", "List one's API tokens")
            .about("Newest first. Those that ended stay for 90 days.")
            .by(&[Who::Session])
            .query("state", states)
            .lists("The tokens.", shape(), example()),
        Operation::get("/me/tokens/{token}", show).named(TAG, "getToken", "Show an API token").by(&[Who::Session]).answers(
            "The token.",
            detail_shape(),
            detail_example(),
        ),
    ]
}

fn detail_shape() -> Value {
    let mut all = members();
    all.extend([
        (
            "allowedAddresses",
            schema::list(schema::told("An address or a network."), 50, "From where it may be used; empty for anywhere."),
        ),
        ("revokedReason", schema::or_null(schema::told("Why it was revoked, if somebody said why."))),
        ("oldSecretEndsAt", schema::or_null(schema::time("Until when the secret before this one is still good."))),
    ]);
    schema::object(&all)
}

fn detail_example() -> Value {
    let mut token = example();
    token["allowedAddresses"] = json!(["203.0.113.0/24"]);
    token["revokedReason"] = Value::Null;
    token["oldSecretEndsAt"] = Value::Null;
    token
}

/// `GET /v1/me/tokens`
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(request: HttpRequest, app: Data<App>, me: ApiPerson) -> Result<HttpResponse, ApiError> {
    let state = query(&request, "state");
    let tab = state.map_or(Some(Tab::Active), |word| Tab::parse(&word));
    let tab = tab.ok_or_else(|| ApiError::field(Code::Invalid, "state", "must be active, expired or revoked"))?;
    let paging = Paging::of(&request, &app, &format!("tokens/{}", tab.as_str()))?;
    let filter = ListFilter { tab, ..ListFilter::default() };
    let page = credentials::list(&app.ctx, &me.0, &filter, paging.after.as_ref(), paging.size).await?;
    let now = app.ctx.now();
    Ok(paging.answer(&request, &app, &page, |token| view(token, now)))
}

/// `GET /v1/me/tokens/{token}`
///
/// # Errors
/// 404 also when it is somebody else's.
pub async fn show(request: HttpRequest, app: Data<App>, me: ApiPerson) -> Result<HttpResponse, ApiError> {
    let found = credentials::find(&app.ctx, &me.0, id_in(&request)?).await?.ok_or(Code::NotFound)?;
    Ok(answer(&request, detail(&found, app.ctx.now())))
}

/// A token with all that is known of it.
pub(super) fn detail(token: &Detail, now: Timestamp) -> Value {
    let mut shown = view(&token.summary, now);
    let addresses = token.allowed_addresses.iter().flat_map(AddressList::words).collect::<Vec<_>>();
    shown["allowedAddresses"] = json!(addresses);
    shown["revokedReason"] = json!(token.revoked_reason);
    shown["oldSecretEndsAt"] = json!(token.summary.overlap(now).and_then(|secret| secret.valid_until));
    shown
}
