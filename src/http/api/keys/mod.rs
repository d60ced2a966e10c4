//! `/v1/auth/api-keys`: the keys of a workspace. For its members' sessions, and for secret keys that may manage keys,
//! which see and make nothing beyond themselves.

mod change;
mod create;
mod edit;
mod list;
mod rotate;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::code::Code;
use super::envelope::ApiError;
use super::fields::Fields;
use super::member::member_of;
use super::operation::{Operation, Who};
use super::person::AnyCaller;
use super::schema;
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::time::Timestamp;
use crate::domain::access::Scopes;
use crate::domain::credentials::keys::{self, Key, KeyManager, NotManager};
use crate::domain::credentials::{Kind, State};
use crate::domain::repeats::Repeat;
use crate::domain::workspaces::{self, Member, Which};
use crate::http::caller::{Caller, refused};
use crate::http::extract::path_part;

/// The chapter of the document.
const TAG: &str = "API keys";
/// Who manages keys.
const MANAGERS: &[Who] = &[Who::Session, Who::SecretKey];

/// The operations.
pub fn operations() -> Vec<Operation> {
    let mut all = vec![create::operation()];
    all.extend(list::operations());
    all.extend([rotate::operation(), edit::operation()]);
    all.extend(change::operations());
    all
}

/// A person with a session, or a secret key: whoever else is known manages no keys, and is told so before anything is read
/// of what they send.
pub struct KeyCaller(pub AnyCaller);

impl FromRequest for KeyCaller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let known = AnyCaller::from_request(request, payload);
        Box::pin(async move {
            match known.await? {
                AnyCaller::Credential(caller) if caller.granted.kind() != Kind::Secret => Err(NotManager::Kind.into()),
                known => Ok(Self(known)),
            }
        })
    }
}

/// Somebody who says that they may manage keys, in the one workspace that they mean.
enum Managing {
    Member(Box<Member>),
    Key(Caller),
}

impl Managing {
    fn by(&self) -> KeyManager<'_> {
        match self {
            Self::Member(member) => KeyManager::Member(member),
            Self::Key(caller) => KeyManager::Key(&caller.granted, &caller.origin),
        }
    }
}

/// The caller in the workspace that they name; without a name a person means their own, and a key can only mean its own.
async fn managing(app: &App, caller: AnyCaller, named: Option<&str>) -> Result<Managing, ApiError> {
    match (caller, named) {
        (AnyCaller::Session(person), Some(named)) => Ok(Managing::Member(Box::new(member_of(app, &person, named).await?))),
        (AnyCaller::Session(person), None) => {
            let own = workspaces::personal(&app.ctx, &person).await?;
            Ok(Managing::Member(Box::new(member_of(app, &person, &own.id.to_string()).await?)))
        }
        (AnyCaller::Credential(caller), named) => {
            let own = caller.granted.workspace();
            let same = |which: Which| {
                own.as_ref().is_some_and(|own| match which {
                    Which::Id(id) => own.id() == id,
                    Which::Slug(slug) => own.slug() == slug.as_str(),
                })
            };
            if named.is_some_and(|named| !Which::parse(named).is_some_and(same)) {
                return Err(Code::NotFound.into());
            }
            Ok(Managing::Key(caller))
        }
    }
}

/// What makes sure that a request of this caller, sent again, is carried out once; nothing if it does not ask for that.
fn repeat_of(caller: &AnyCaller, fields: &Fields) -> Option<Repeat> {
    match caller {
        AnyCaller::Session(person) => fields.once(person.id()),
        AnyCaller::Credential(caller) => fields.once(caller.granted.credential()),
    }
}

/// The caller in the workspace of the key that the path names, and which key that is.
async fn managing_one(app: &App, caller: AnyCaller, request: &HttpRequest) -> Result<(Managing, CredentialId), ApiError> {
    let id = path_part(request, "key").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let managing = match caller {
        AnyCaller::Session(person) => {
            let home = keys::home(&app.ctx, id).await?.ok_or(Code::NotFound)?;
            Managing::Member(Box::new(member_of(app, &person, &home.to_string()).await?))
        }
        AnyCaller::Credential(caller) => Managing::Key(caller),
    };
    Ok((managing, id))
}

impl From<NotManager> for ApiError {
    fn from(why: NotManager) -> Self {
        match why {
            NotManager::Member(why) => why.into(),
            NotManager::Kind => Self::not_allowed("token_management_forbidden", &NotManager::Kind.to_string())
                .fix("Use a session token, or a secret key with the scope keys:manage."),
            NotManager::Policy => Self::not_allowed("keys_manage_forbidden", &NotManager::Policy.to_string())
                .fix("Ask one of the workspace's admins."),
            NotManager::Refused(why) => refused(why),
            NotManager::NoSuchKey => Code::NotFound.into(),
            NotManager::Unexpected(error) => error.into(),
        }
    }
}

/// A key, as lists and answers show it.
fn members() -> Vec<(&'static str, Value)> {
    vec![
        ("id", schema::id("key", "The id of the key. It stays when the secret is rotated.")),
        ("name", schema::told("Its name.")),
        ("type", schema::word(&["secret", "publishable"], "Whether it is kept secret.")),
        ("environment", schema::word(&["test", "live"], "Which data it is for.")),
        ("state", schema::word(&["active", "paused", "expired", "revoked"], "Where it is in its life.")),
        ("prefix", schema::told("The beginning of its secret.")),
        ("lastFour", schema::told("The end of its secret.")),
        ("scopes", schema::list(schema::told("A scope."), 1_000, "What it may be used for.")),
        (
            "allowedAddresses",
            schema::list(schema::told("An address or a network."), 50, "From where it may be used; empty for anywhere."),
        ),
        ("origins", schema::list(schema::told("An origin."), 50, "The web pages that may use it; empty for any.")),
        ("requestsPerMinute", schema::or_null(schema::count("Its own limit; null for that of its workspace alone."))),
        ("metadata", json!({ "type": "object", "description": "What verification tells about it." })),
        ("createdAt", schema::time("When it was made.")),
        ("expiresAt", schema::or_null(schema::time("When it ends; null for never."))),
        ("lastUsedAt", schema::or_null(schema::time("When it was last used."))),
        ("uses", schema::count("How often it has been used.")),
    ]
}

fn shape() -> Value {
    schema::object(&members())
}

fn example() -> Value {
    json!({
        "id": "key_019ab3c1d2e37f4089ab12cd34ef5678",
        "name": "Backend",
        "type": "secret",
        "environment": "live",
        "state": "active",
        "prefix": "lk_sec_live_4fGh",
        "lastFour": "9xQz",
        "scopes": ["documents:read"],
        "allowedAddresses": [],
        "origins": [],
        "requestsPerMinute": null,
        "metadata": {},
        "createdAt": "2026-11-22T09:00:00.000Z",
        "expiresAt": null,
        "lastUsedAt": null,
        "uses": 0,
    })
}

fn view(key: &Key, now: Timestamp) -> Value {
    let summary = &key.detail.summary;
    let state = match summary.state(now) {
        State::Active => "active",
        State::Paused => "paused",
        State::Expired => "expired",
        State::Revoked => "revoked",
    };
    json!({
        "id": summary.id,
        "name": summary.name,
        "type": key.kind.as_str(),
        "environment": key.environment.as_str(),
        "state": state,
        "prefix": summary.prefix,
        "lastFour": summary.last_four,
        "scopes": summary.scopes.iter().flat_map(Scopes::words).collect::<Vec<_>>(),
        "allowedAddresses": key.detail.allowed_addresses.iter().flat_map(|list| list.words()).collect::<Vec<_>>(),
        "origins": key.origins.iter().flat_map(|list| list.words()).collect::<Vec<_>>(),
        "requestsPerMinute": key.requests_per_minute,
        "metadata": key.metadata.members(),
        "createdAt": summary.created_at,
        "expiresAt": summary.expires_at,
        "lastUsedAt": summary.last_used_at,
        "uses": summary.uses,
    })
}
