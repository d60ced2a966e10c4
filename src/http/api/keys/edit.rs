//! `PATCH /v1/auth/api-keys/{key}`: another name, or less of what a key may do.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::change::unchanged;
use super::{KeyCaller, MANAGERS, TAG, example, managing_one, shape, view};
use crate::app::App;
use crate::base::text::Label;
use crate::domain::access::Scopes;
use crate::domain::credentials::keys::{self, KeyChange};
use crate::domain::credentials::{Metadata, OriginList};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::fields::{Fields, Then};
use crate::http::api::operation::Operation;
use crate::http::api::schema;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::patch("/auth/api-keys/{key}", edit)
        .named(TAG, "changeKey", "Change an API key")
        .about(
            "Gives it another name, narrows it, or tells something else about it; what is left out stays as it is. A key \
             gains no scope, no address and no higher limit. It binds on the next request.",
        )
        .by(MANAGERS)
        .scope(Scopes::KEYS_MANAGE)
        .takes(asked(), json!({ "name": "Backend, Frankfurt", "scopes": ["documents:read"] }))
        .answers("The key.", shape(), example())
        .refuses(&[Code::Conflict])
}

fn asked() -> Value {
    let list = |item, most, about| schema::or_null(schema::list(item, most, about));
    schema::object_of(
        &[],
        &[
            ("name", schema::or_null(schema::text(1, 100, "Another name."))),
            ("scopes", list(schema::text(1, 100, "A scope."), 100, "Those that it keeps.")),
            (
                "allowedAddresses",
                list(schema::text(2, 60, "An address, or a network in CIDR notation."), 50, "From where it may still be used."),
            ),
            ("origins", list(schema::text(8, 300, "An origin."), 50, "The web pages that may use it, if it is publishable.")),
            ("requestsPerMinute", schema::or_null(schema::whole(1, 1_000_000, "A lower limit."))),
            (
                "metadata",
                json!({ "type": ["object", "null"], "maxProperties": 50, "description": "What verification tells about it." }),
            ),
        ],
    )
}

/// `PATCH /v1/auth/api-keys/{key}`
///
/// # Errors
/// When a field is wrong, or the key would gain something; then it stays as it was.
pub async fn edit(request: HttpRequest, app: Data<App>, asked: Then<KeyCaller, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(KeyCaller(caller), fields) = asked;
    let to = parse(fields)?;
    let (managing, id) = managing_one(&app, caller, &request).await?;
    let changed = keys::change(&app.ctx, managing.by(), id, to).await.map_err(unchanged)?;
    Ok(answer(&request, view(&changed, app.ctx.now())))
}

fn parse(mut fields: Fields) -> Result<KeyChange, ApiError> {
    let mut to = KeyChange::default();
    if let Some(name) = fields.optional_text("name") {
        to.name = Label::parse(&name).map_err(|why| fields.problem("name", &why.to_string())).ok();
    }
    if let Some(words) = fields.optional_texts("scopes") {
        to.scopes = Scopes::parse(words.iter().map(String::as_str)).ok();
        if to.scopes.is_none() {
            fields.problem("scopes", "names a scope that does not exist");
        }
    }
    if fields.names("allowedAddresses") {
        to.allowed_addresses = fields.addresses("allowedAddresses");
    }
    if let Some(words) = fields.optional_texts("origins") {
        let origins = OriginList::parse(words.iter().map(String::as_str));
        to.origins = origins.map_err(|why| fields.problem("origins", &why.to_string())).ok();
    }
    to.requests_per_minute = fields.number("requestsPerMinute", 1..=1_000_000);
    if fields.names("metadata") {
        let metadata = Metadata::parse(fields.object("metadata"));
        to.metadata = metadata.map_err(|why| fields.problem("metadata", &why.to_string())).ok();
    }
    fields.finish()?;
    Ok(to)
}
