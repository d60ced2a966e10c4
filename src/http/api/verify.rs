//! `POST /v1/verify`: a product's API asks whether what it was presented is good. 200 for every verdict.

use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::envelope::{ApiError, answer};
use super::fields::{Fields, Then};
use super::operation::{Operation, Who};
use super::schema;
use crate::app::App;
use crate::base::net::Origin;
use crate::base::time::Timestamp;
use crate::domain::access::{Requirement, Scopes};
use crate::domain::credentials::{self, Demand, Environment, Granted, GrantedIn, Kind, Metadata, Owner, Refusal, Unverified};
use crate::domain::limits::{Allowance, Exhausted};
use crate::http::caller::{Caller, insufficient_scope, presented};
use crate::http::edge::origin_of;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::post("/verify", verify)
        .named("Verification", "verify", "Ask whether a secret is good")
        .about(
            "200 for every verdict: `valid` and `code` tell it. Of secrets that are none of the caller's business it learns \
             only whether they are good. Networks that the operator listed may ask without a credential.",
        )
        .by(Who::CREDENTIALS)
        .scope(Scopes::VERIFY)
        .takes(question(), json!({ "token": "lk_pat_…", "scopes": "documents:read AND (export OR admin)", "ip": "198.51.100.7" }))
        .answers("The verdict.", verdict(), json!({ "valid": false, "code": "NOT_FOUND" }))
}

fn question() -> Value {
    schema::object_of(
        &[("token", schema::text(1, 4_096, "The secret that was presented."))],
        &[
            (
                "scopes",
                schema::or_null(schema::text(
                    0,
                    4_096,
                    "What it must be good for: names joined by AND and OR, with parentheses.",
                )),
            ),
            ("environment", schema::or_null(schema::word(&["test", "live"], "The environment that it must belong to."))),
            ("kinds", schema::or_null(schema::list(schema::word(&KINDS, "A kind."), 10, "The kinds that it may be of."))),
            ("ip", schema::or_null(schema::text(2, 45, "The address that it was presented from."))),
            ("cost", schema::or_null(schema::whole(0, 1_000, "How much of its limit the request costs. Usually 1."))),
        ],
    )
}

const KINDS: [&str; 4] = ["personal", "secret", "publishable", "service"];

fn verdict() -> Value {
    const CODES: [&str; 12] = [
        "VALID",
        "NOT_FOUND",
        "EXPIRED",
        "REVOKED",
        "DISABLED",
        "SUSPENDED",
        "FORBIDDEN",
        "INSUFFICIENT_SCOPE",
        "WRONG_ENVIRONMENT",
        "WRONG_KIND",
        "IP_NOT_ALLOWED",
        "RATE_LIMITED",
    ];
    let words = |about| schema::list(schema::told("A word."), 1_000, about);
    let limit = schema::object(&[
        ("limit", schema::count("How many requests fit in a minute.")),
        ("remaining", schema::count("How many are left.")),
        ("reset", schema::count("When all of them are left again, in unix seconds.")),
    ]);
    schema::object_of(
        &[("valid", schema::flag("Whether it is good.")), ("code", schema::word(&CODES, "Why, or why not."))],
        &[
            ("keyId", schema::told("The id of the credential.")),
            ("kind", schema::word(&KINDS, "What kind it is.")),
            ("name", schema::told("Its name.")),
            ("subject", schema::told("Whom it acts as.")),
            ("scopes", words("What it may be used for now.")),
            ("roles", words("The roles of its owner.")),
            ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
            ("missingScope", schema::told("The scope that is missing.")),
            ("rateLimit", limit),
        ],
    )
}

/// Who may ask: a credential with the scope `verify`, or anybody in a network that the operator listed.
pub struct Asker {
    granted: Option<Granted>,
    origin: Origin,
}

impl FromRequest for Asker {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        let silent = matches!(presented(request.headers()), Ok(None));
        let origin = origin_of(request);
        if silent && app.verify_networks.iter().any(|network| network.contains(&origin.address)) {
            return Box::pin(async move { Ok(Self { granted: None, origin }) });
        }
        let caller = Caller::from_request(request, payload);
        Box::pin(async move {
            let Caller { granted, origin } = caller.await?;
            if granted.allows(Scopes::VERIFY) {
                Ok(Self { granted: Some(granted), origin })
            } else {
                Err(insufficient_scope("verify"))
            }
        })
    }
}

/// The question.
struct Question {
    token: String,
    demand: Demand,
    address: Option<IpAddr>,
}

impl Question {
    fn parse(mut fields: Fields) -> Result<Self, ApiError> {
        let token = fields.text("token");
        let scopes = Requirement::parse(&fields.optional_text("scopes").unwrap_or_default());
        let scopes = scopes.unwrap_or_else(|why| {
            fields.problem("scopes", &why.to_string());
            Requirement::Nothing
        });
        let environment = fields.optional_text("environment").and_then(|word| {
            let parsed = Environment::parse(&word);
            if parsed.is_none() {
                fields.problem("environment", "must be \"test\" or \"live\"");
            }
            parsed
        });
        let web_origin = fields.optional_text("origin");
        let words = fields.texts("kinds");
        let kinds: Vec<Kind> = words.iter().filter_map(|word| Kind::from_db(word)).collect();
        if kinds.len() != words.len() {
            fields.problem("kinds", "names a kind that does not exist");
        }
        let address = fields.optional_text("ip").and_then(|text| {
            let parsed = text.parse().ok();
            if parsed.is_none() {
                fields.problem("ip", "must be an IPv4 or IPv6 address");
            }
            parsed
        });
        let cost = fields.number("cost", 0..=1_000).unwrap_or(1);
        fields.finish()?;
        Ok(Self { token, demand: Demand { scopes, kinds, environment, web_origin, cost }, address })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict<'a> {
    valid: bool,
    code: &'static str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    known: Option<Known<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit: Option<RateLimit>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known<'a> {
    key_id: String,
    kind: &'static str,
    name: &'a str,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'static str>,
    scopes: Vec<&'a str>,
    roles: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Map<String, Value>>,
    expires_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct RateLimit {
    limit: u32,
    remaining: u32,
    reset: i64,
}

/// Answers.
///
/// # Errors
/// When the question cannot be read, or nobody can say.
pub async fn verify(request: HttpRequest, app: Data<App>, asked: Then<Asker, Fields>) -> Result<HttpResponse, ApiError> {
    let Then(asker, fields) = asked;
    let question = Question::parse(fields)?;
    let origin = match question.address {
        Some(address) => Origin { address: address.to_canonical(), ..asker.origin },
        None => asker.origin,
    };
    let Question { token, demand, address } = question;
    let verified = credentials::verify(&app.ctx, asker.granted.as_ref(), &token, &demand, &origin, address).await;
    match verified {
        Ok(granted) => Ok(answer(&request, Verdict::of(&granted))),
        Err(Unverified::Refused { refusal, known }) => Ok(answer(&request, Verdict::refused(refusal, known.as_ref()))),
        Err(other) => Err(other.into()),
    }
}

impl<'a> Verdict<'a> {
    fn of(granted: &'a Granted) -> Self {
        let Allowance { limit, remaining, reset_at, .. } = granted.allowance();
        let rate_limit = Some(RateLimit { limit, remaining, reset: reset_at.unix_seconds() + 1 });
        Self { valid: true, code: "VALID", known: Some(Known::of(granted)), missing_scope: None, rate_limit }
    }

    fn refused(refusal: Refusal, known: Option<&'a Granted>) -> Self {
        let limited = |exhausted: Exhausted| RateLimit {
            limit: exhausted.limit,
            remaining: 0,
            reset: exhausted.reset_at.unix_seconds() + 1,
        };
        let (code, missing_scope, rate_limit) = match refusal {
            Refusal::NotFound => ("NOT_FOUND", None, None),
            Refusal::Expired => ("EXPIRED", None, None),
            Refusal::Revoked | Refusal::Replaced => ("REVOKED", None, None),
            Refusal::Paused | Refusal::Homeless => ("DISABLED", None, None),
            Refusal::Suspended => ("SUSPENDED", None, None),
            Refusal::Forbidden(_) | Refusal::Unreadable | Refusal::WrongOrigin => ("FORBIDDEN", None, None),
            Refusal::WrongAddress => ("IP_NOT_ALLOWED", None, None),
            Refusal::WrongKind => ("WRONG_KIND", None, None),
            Refusal::WrongEnvironment => ("WRONG_ENVIRONMENT", None, None),
            Refusal::InsufficientScope(scope) => ("INSUFFICIENT_SCOPE", Some(scope), None),
            Refusal::RateLimited(exhausted) | Refusal::TooManyUnknown(exhausted) => {
                ("RATE_LIMITED", None, Some(limited(exhausted)))
            }
        };
        Self { valid: false, code, known: known.map(Known::of), missing_scope, rate_limit }
    }
}

impl<'a> Known<'a> {
    fn of(granted: &'a Granted) -> Self {
        let subject = match granted.owner() {
            Owner::Account(id) => id.to_string(),
            Owner::Workspace(_) => granted.credential().to_string(),
        };
        Self {
            key_id: granted.credential().to_string(),
            kind: granted.kind().as_str(),
            name: granted.name(),
            subject,
            workspace: granted.workspace().map(|workspace| workspace.id().to_string()),
            environment: granted.environment().map(Environment::as_str),
            scopes: granted.scopes().collect(),
            roles: roles(granted),
            metadata: Some(granted.metadata()).filter(|metadata| !metadata.is_empty()).map(Metadata::members),
            expires_at: granted.expires_at(),
        }
    }
}

/// What the owner is: in the workspace that a token is locked to, else everywhere; a workspace is nothing but itself.
fn roles(granted: &Granted) -> Vec<&str> {
    match granted.workspace().and_then(GrantedIn::roles) {
        Some(member) => member.words().collect(),
        None => granted.roles().into_iter().flat_map(|roles| roles.words()).collect(),
    }
}
