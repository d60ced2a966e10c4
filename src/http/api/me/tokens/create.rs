//! `POST /v1/me/tokens`: a new token, whose secret is in this answer and nowhere else.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{TAG, example, forbidden, shape, view};
use crate::app::App;
use crate::base::secret::hex;
use crate::base::text::Label;
use crate::base::time::Span;
use crate::domain::Ctx;
use crate::domain::access::{self, Scopes};
use crate::domain::accounts::Person;
use crate::domain::credentials::{self, Expiry, IssueError, Issued, PersonalDraft, TOKENS_AT_MOST};
use crate::domain::repeats::NotDone;
use crate::domain::workspaces::Which;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, created, replayed};
use crate::http::api::fields::{Fields, Given, Then};
use crate::http::api::operation::{Operation, Who};
use crate::http::api::person::ConfirmedPerson;
use crate::http::api::schema;

/// How long a token lives if nobody says how long, and the policy allows as much.
const USUAL: Span = Span::days(90);

/// What the document says of it.
pub fn operation() -> Operation {
    let addresses = schema::list(
        schema::text(2, 60, "An address, or a network in CIDR notation."),
        50,
        "From where it may be used. Usually from anywhere.",
    );
    let body = schema::object_of(
        &[("name", schema::text(1, 100, "What to call it. No two living tokens of a person have the same name."))],
        &[
            (
                "scopes",
                schema::or_null(schema::list(
                    schema::text(1, 100, "A scope."),
                    100,
                    "What it may be used for. Usually nothing but to tell who its owner is.",
                )),
            ),
            (
                "expiresAt",
                schema::or_null(schema::time(
                    "When it ends. Usually in 90 days, or as late as the policy allows; null for never.",
                )),
            ),
            (
                "workspace",
                schema::or_null(schema::text(2, 60, "The id or the slug of the workspace that it is locked to, for ever.")),
            ),
            ("allowedAddresses", schema::or_null(addresses)),
        ],
    );
    let made = schema::object(&[
        ("id", schema::id("key", "The id of the token.")),
        ("name", schema::told("Its name.")),
        ("token", schema::told("Its secret. It is here and nowhere else, ever.")),
        ("prefix", schema::told("The beginning of its secret.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
        ("createdAt", schema::time("When it was made.")),
    ]);
    Operation::post("/me/tokens", create)
        .named(TAG, "createToken", "Create an API token")
        .about("Who may have tokens, and for how long, is decided by the token policy. Store the secret: it is shown once.")
        .by(&[Who::FreshSession])
        .takes(body, json!({ "name": "CI deploy", "scopes": ["profile"], "expiresAt": "2027-02-20T09:00:00Z", "allowedAddresses": ["203.0.113.0/24"] }))
        .creates("The token, with its secret.", made, made_example())
        .once(shape(), example())
        .refuses(&[Code::Conflict, Code::NotFound])
}

fn made_example() -> Value {
    json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "CI deploy",
        "token": "lk_pat_…",
        "prefix": "lk_pat_4fGh",
        "scopes": ["profile"],
        "expiresAt": "2027-02-20T09:00:00.000Z",
        "createdAt": "2026-11-22T09:00:00.000Z",
    })
}

/// `POST /v1/me/tokens`
///
/// # Errors
/// When a field is wrong, or a rule forbids it; then there is no token.
pub async fn create(
    request: HttpRequest,
    app: Data<App>,
    asked: Then<ConfirmedPerson, Fields>,
) -> Result<HttpResponse, ApiError> {
    let Then(ConfirmedPerson(me), fields) = asked;
    let repeat = fields.once(me.person().id());
    let draft = parse(&app.ctx, fields).await?;
    match credentials::issue_personal_once(&app.ctx, &me, draft, repeat.as_ref()).await {
        Ok(issued) => Ok(created(&request, reveal(&issued))),
        Err(NotDone::Before(made)) => again(&request, &app, me.person(), &made).await,
        Err(NotDone::OtherRequest) => Err(ApiError::key_used()),
        Err(NotDone::Refused(error)) => Err(refused(error)),
    }
}

fn reveal(issued: &Issued) -> Value {
    let token = &issued.credential;
    json!({
        "id": token.id,
        "name": token.name.as_str(),
        "token": issued.secret.reveal(),
        "prefix": issued.prefix,
        "scopes": token.scopes.words().collect::<Vec<_>>(),
        "expiresAt": token.expiry.at(),
        "createdAt": token.created_at,
    })
}

/// What an earlier request with the same key made, as it is now.
async fn again(request: &HttpRequest, app: &App, me: &Person, made: &str) -> Result<HttpResponse, ApiError> {
    let id = made.parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let found = credentials::find(&app.ctx, me, id).await?.ok_or(Code::NotFound)?;
    Ok(replayed(request, view(&found.summary, app.ctx.now())))
}

async fn parse(ctx: &Ctx, mut fields: Fields) -> Result<PersonalDraft, ApiError> {
    let name = fields.text("name");
    let name = Label::parse(&name).map_err(|why| fields.problem("name", &why.to_string())).ok();
    let words = fields.texts("scopes");
    let scopes = Scopes::parse(words.iter().map(String::as_str));
    let scopes = scopes.map_err(|_| fields.problem("scopes", "names a scope that does not exist")).ok();
    let expiry = match fields.time("expiresAt") {
        Given::Missing => usual_end(ctx).await?,
        Given::Null => Expiry::Never,
        Given::Value(at) => Expiry::At(at),
    };
    let allowed_addresses = fields.addresses("allowedAddresses");
    let workspace = fields.optional_text("workspace").map(|text| {
        Which::parse(&text).or_else(|| {
            fields.problem("workspace", "is neither the id nor the slug of a workspace");
            None
        })
    });
    fields.finish()?;
    let parsed = name.zip(scopes).zip(allowed_addresses);
    let ((name, scopes), allowed_addresses) = parsed.expect("what could not be read was a problem");
    let (workspace, nonce) = (workspace.flatten(), hex(&ctx.rng.bytes32()[..16]));
    Ok(PersonalDraft { name, workspace, scopes, allowed_addresses, expiry, nonce })
}

async fn usual_end(ctx: &Ctx) -> Result<Expiry, ApiError> {
    let longest = access::policy(&ctx.db).await?.longest.as_days().map_or(USUAL, Span::days);
    Ok(Expiry::At(ctx.now() + longest.min(USUAL)))
}

fn refused(error: IssueError) -> ApiError {
    let wrong = |field, reason: String| ApiError::field(Code::Unprocessable, field, reason);
    match error {
        IssueError::Unverified => {
            ApiError::not_allowed("email_unverified", "The email address of this account is not confirmed.")
                .fix("Open the link that was mailed to you, then try again.")
        }
        IssueError::Forbidden(why) => forbidden(why),
        IssueError::NoSuchWorkspace => Code::NotFound.into(),
        IssueError::UnknownScope(_) => wrong("scopes", "names a scope that does not exist".to_owned()),
        IssueError::ScopeBeyondRole(scope) => wrong("scopes", format!("names {scope}, which your roles do not reach")),
        IssueError::ExpiryPassed => wrong("expiresAt", "must be in the future".to_owned()),
        IssueError::NameTaken => ApiError::field(Code::Conflict, "name", "is that of another living token of yours"),
        IssueError::AlreadyCreated(_) => ApiError::key_used(),
        IssueError::TooMany => ApiError::from(Code::Conflict)
            .detail("reason", "too_many".into())
            .detail("most", TOKENS_AT_MOST.into())
            .fix("Revoke a token that you do not need."),
        IssueError::Unexpected(error) => error.into(),
    }
}
