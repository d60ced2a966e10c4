//! What is answered about a secret.

use serde::Serialize;
use serde_json::{Map, Value};

use super::TOLD_KINDS;
use crate::base::time::Timestamp;
use crate::domain::credentials::{Environment, Granted, GrantedIn, Metadata, Owner, Refusal};
use crate::domain::limits::{Allowance, Exhausted};
use crate::http::api::schema;

/// What the document says of a verdict.
pub(super) fn schema() -> Value {
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
            ("kind", schema::word(&TOLD_KINDS, "What kind it is; a grant is an app's.")),
            ("name", schema::told("Its name.")),
            ("subject", schema::told("Whom it acts as.")),
            ("workspace", schema::told("The id of the workspace that it belongs to, or is locked to.")),
            ("environment", schema::word(&["test", "live"], "The environment of a key.")),
            ("scopes", words("What it may be used for now.")),
            ("roles", words("The roles of its owner: in the workspace that it is locked to, else everywhere.")),
            ("metadata", schema::members("What its owner wants told about it.")),
            ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
            ("missingScope", schema::told("The scope that is missing.")),
            ("rateLimit", limit),
        ],
    )
}

/// What has become of a question.
pub(super) enum Judged {
    /// The secret is good.
    Good(Granted),
    /// It is not, and what it is as far as the asker may know.
    Refused(Refusal, Option<Granted>),
}

/// Whether a secret is good, and what may be told of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verdict<'a> {
    valid: bool,
    code: &'static str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    known: Option<Known<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_scope: Option<&'a str>,
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

impl<'a> Verdict<'a> {
    /// As it was judged.
    pub(super) fn of(judged: &'a Judged) -> Self {
        match judged {
            Judged::Good(granted) => Self::good(granted),
            Judged::Refused(refusal, known) => Self::refused(refusal, known.as_ref()),
        }
    }

    fn good(granted: &'a Granted) -> Self {
        let Allowance { limit, remaining, reset_at, .. } = granted.allowance();
        let rate_limit = Some(RateLimit { limit, remaining, reset: reset_at.unix_seconds() + 1 });
        Self { valid: true, code: "VALID", known: Some(Known::of(granted)), missing_scope: None, rate_limit }
    }

    fn refused(refusal: &'a Refusal, known: Option<&'a Granted>) -> Self {
        let limited = |exhausted: &Exhausted| RateLimit {
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
            Refusal::Forbidden(_) | Refusal::Unreadable | Refusal::WrongOrigin | Refusal::InBrowser => ("FORBIDDEN", None, None),
            Refusal::WrongAddress => ("IP_NOT_ALLOWED", None, None),
            Refusal::WrongKind => ("WRONG_KIND", None, None),
            Refusal::WrongEnvironment => ("WRONG_ENVIRONMENT", None, None),
            Refusal::InsufficientScope(scope) => ("INSUFFICIENT_SCOPE", Some(scope.as_str()), None),
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
            key_id: granted.wire_id(),
            kind: granted.kind_word(),
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
