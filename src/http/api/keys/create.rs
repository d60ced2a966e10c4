//! `POST /v1/auth/api-keys`: a new key, whose secret is in this answer and nowhere else.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{KeyCaller, MANAGERS, Managing, TAG, example, managing, repeat_of, shape, view};
use crate::app::App;
use crate::base::text::Label;
use crate::domain::access::{Forbidden, Scopes};
use crate::domain::credentials::keys::{self, Grown, IssueKeyError, KeyDraft, KeyKind};
use crate::domain::credentials::{Environment, Expiry, Issued, Metadata, OriginList, Spelling};
use crate::domain::repeats::NotDone;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, created, replayed};
use crate::http::api::fields::{Fields, Given, Then};
use crate::http::api::operation::Operation;
use crate::http::api::schema;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::post("/auth/api-keys", create)
        .named(TAG, "createKey", "Create an API key")
        .about(
            "A secret key without `scopes` holds everything that its workspace may do, managing keys included; one with \
             `scopes` holds those alone. What a key makes is never more than itself.",
        )
        .by(MANAGERS)
        .scope(Scopes::KEYS_MANAGE)
        .takes(asked(), json!({ "name": "Backend", "type": "secret", "environment": "live", "scopes": ["documents:read"] }))
        .creates("The key, with its secret.", made(), made_example())
        .once(shape(), example())
        .refuses(&[Code::NotFound, Code::Conflict])
}

fn asked() -> Value {
    let list = |item, most, about| schema::or_null(schema::list(item, most, about));
    schema::object_of(
        &[
            ("name", schema::text(1, 100, "What to call it.")),
            ("type", schema::word(&["publishable", "secret"], "Whether it is kept secret.")),
            ("environment", schema::word(&["test", "live"], "Which data it is for.")),
        ],
        &[
            ("scopes", list(schema::text(1, 100, "A scope."), 100, "What it may be used for.")),
            ("expiresAt", schema::or_null(schema::time("When it ends; null for never. Usually as late as the policy allows."))),
            ("workspace", schema::or_null(schema::text(2, 50, "The id or the slug of the workspace. Usually one's own."))),
            (
                "allowedAddresses",
                list(
                    schema::text(2, 60, "An address, or a network in CIDR notation."),
                    50,
                    "From where it may be used. Usually from anywhere.",
                ),
            ),
            (
                "origins",
                list(schema::text(8, 300, "An origin."), 50, "The web pages that may use it, if it is publishable. Usually any."),
            ),
            (
                "requestsPerMinute",
                schema::or_null(schema::whole(1, 1_000_000, "A limit of its own, within that of its workspace.")),
            ),
            (
                "metadata",
                json!({ "type": ["object", "null"], "maxProperties": 50, "description": "What verification tells about it." }),
            ),
        ],
    )
}

fn made() -> Value {
    schema::object(&[
        ("id", schema::id("key", "The id of the key.")),
        ("name", schema::told("Its name.")),
        ("type", schema::word(&["secret", "publishable"], "Whether it is kept secret.")),
        ("environment", schema::word(&["test", "live"], "Which data it is for.")),
        ("key", schema::told("Its secret. It is here and nowhere else, ever.")),
        ("prefix", schema::told("The beginning of its secret.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
        ("createdAt", schema::time("When it was made.")),
    ])
}

fn made_example() -> Value {
    json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "Backend",
        "type": "secret",
        "environment": "live",
        "key": "lk_sec_live_…",
        "prefix": "lk_sec_live_4fGh",
        "scopes": ["documents:read"],
        "expiresAt": null,
        "createdAt": "2026-11-22T09:00:00.000Z",
    })
}

/// `POST /v1/auth/api-keys`
///
/// # Errors
/// When a field is wrong, or a rule forbids it; then there is no key.
pub async fn create(request: HttpRequest, app: Data<App>, asked: Then<KeyCaller, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(KeyCaller(caller), mut fields) = asked;
    let repeat = repeat_of(&caller, &fields);
    let workspace = fields.optional_text("workspace");
    let draft = parse(fields)?;
    let managing = managing(&app, caller, workspace.as_deref()).await?;
    match keys::issue_once(&app.ctx, managing.by(), draft, repeat.as_ref()).await {
        Ok(issued) => Ok(created(&request, reveal(&issued))),
        Err(NotDone::Before(made)) => again(&request, &app, &managing, &made).await,
        Err(NotDone::OtherRequest) => Err(ApiError::key_used()),
        Err(NotDone::Refused(error)) => Err(refused(error)),
    }
}

fn reveal(issued: &Issued) -> Value {
    let key = &issued.credential;
    json!({
        "id": key.id,
        "name": key.name.as_str(),
        "type": key.kind.as_str(),
        "environment": key.environment.map(Environment::as_str),
        "key": issued.secret.reveal(),
        "prefix": issued.prefix,
        "scopes": key.scopes.words().collect::<Vec<_>>(),
        "expiresAt": key.expiry.at(),
        "createdAt": key.created_at,
    })
}

/// What an earlier request with the same key of idempotency made, as it is now.
async fn again(request: &HttpRequest, app: &App, by: &Managing, made: &str) -> Result<HttpResponse, ApiError> {
    let id = made.parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let key = keys::find(&app.ctx, by.by(), id).await?;
    Ok(replayed(request, view(&key, app.ctx.now())))
}

fn parse(mut fields: Fields) -> Result<KeyDraft, ApiError> {
    let name = fields.text("name");
    let name = Label::parse(&name).map_err(|why| fields.problem("name", &why.to_string())).ok();
    let kind = fields.word("type", "must be \"secret\" or \"publishable\"", KeyKind::parse);
    let environment = fields.word("environment", "must be \"test\" or \"live\"", Environment::parse);
    let words = fields.optional_texts("scopes");
    let scopes = words.as_ref().and_then(|words| Scopes::parse(words.iter().map(String::as_str)).ok());
    if words.is_some() && scopes.is_none() {
        fields.problem("scopes", "names a scope that does not exist");
    }
    let expiry = match fields.time("expiresAt") {
        Given::Missing => None,
        Given::Null => Some(Expiry::Never),
        Given::Value(at) => Some(Expiry::At(at)),
    };
    let allowed_addresses = fields.addresses("allowedAddresses");
    let origins = fields.texts("origins");
    let origins =
        OriginList::parse(origins.iter().map(String::as_str)).map_err(|why| fields.problem("origins", &why.to_string())).ok();
    let requests_per_minute = fields.number("requestsPerMinute", 1..=1_000_000);
    let metadata = Metadata::parse(fields.object("metadata")).map_err(|why| fields.problem("metadata", &why.to_string())).ok();
    fields.finish()?;
    const READ: &str = "what could not be read was a problem";
    Ok(KeyDraft {
        name: name.expect(READ),
        kind: kind.expect(READ),
        environment: environment.expect(READ),
        scopes,
        allowed_addresses: allowed_addresses.expect(READ),
        origins: origins.expect(READ),
        requests_per_minute,
        metadata: metadata.expect(READ),
        expiry,
        spelling: Spelling::Native,
        nonce: None,
    })
}

fn refused(error: IssueKeyError) -> ApiError {
    let wrong = |field, reason: String| ApiError::field(Code::Unprocessable, field, reason);
    match error {
        IssueKeyError::Manager(why) => why.into(),
        IssueKeyError::UnknownScope(_) => wrong("scopes", "names a scope that does not exist".to_owned()),
        IssueKeyError::ClosedScope(scope) => wrong("scopes", format!("names {scope}, which no key of this type can have")),
        IssueKeyError::Grown(grown) => outgrown(&grown),
        IssueKeyError::Forbidden(Forbidden::LivesTooLong) => wrong("expiresAt", "is later than the policy allows".to_owned()),
        IssueKeyError::Forbidden(why) => ApiError::not_allowed("policy", &why.to_string()).fix("Ask an administrator."),
        IssueKeyError::ExpiryPassed => wrong("expiresAt", "must be in the future".to_owned()),
        IssueKeyError::OriginsOfSecret => wrong("origins", "are for publishable keys alone".to_owned()),
        IssueKeyError::AlreadyCreated(_) => ApiError::key_used(),
        IssueKeyError::TooMany => ApiError::from(Code::Conflict)
            .detail("reason", "too_many".into())
            .detail("most", keys::KEYS_AT_MOST.into())
            .fix("Revoke a key that the workspace does not need."),
    }
}

/// In what a key would be more than the one that makes it: AUTH_003 naming the field.
fn outgrown(grown: &Grown) -> ApiError {
    let field = match grown {
        Grown::Environment => "environment",
        Grown::Scope(_) => "scopes",
        Grown::Life => "expiresAt",
        Grown::Addresses => "allowedAddresses",
        Grown::Limit => "requestsPerMinute",
    };
    ApiError::not_allowed("beyond_the_key", &grown.to_string())
        .detail("field", field.into())
        .fix("Ask for no more than the key that you present, or let a member make the key.")
}
