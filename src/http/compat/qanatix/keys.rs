//! The four calls.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::answer::{DoorError, Problem};
use super::caller::{Asked, By};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access::Scopes;
use crate::domain::credentials::keys::{
    self, Grace, IssueKeyError, Key, KeyDraft, KeyKind, KeyRotation, NotManager, Revocation, RotateKeyError,
};
use crate::domain::credentials::{
    AddressList, Column, Direction, Environment, Expiry, ListFilter, Metadata, OriginList, Sort, Spelling, Tab,
};
use crate::http::api::Code;
use crate::http::caller::refused;
use crate::http::extract::path_part;

const KEEP: &str = "Store this key now. It will not be shown again.";

/// A key with its secret, for the one time that it is shown.
#[derive(Serialize)]
struct Shown<'a> {
    id: CredentialId,
    name: &'a str,
    key: &'a str,
    scopes: Vec<&'a str>,
    expires_at: Option<Timestamp>,
    message: &'static str,
}

/// A key in the list.
#[derive(Serialize)]
struct Row<'a> {
    id: CredentialId,
    name: &'a str,
    scopes: Vec<&'a str>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

impl<'a> Row<'a> {
    fn of(key: &'a Key) -> Self {
        let summary = &key.detail.summary;
        Self {
            id: summary.id,
            name: &summary.name,
            scopes: summary.scopes.iter().flat_map(Scopes::words).collect(),
            created_at: summary.created_at,
            expires_at: summary.expires_at,
            last_used_at: summary.last_used_at,
        }
    }
}

/// `POST /api/v1/auth/keys`
///
/// # Errors
/// When a rule forbids it.
pub async fn create(app: Data<App>, asked: Asked) -> Result<HttpResponse, DoorError> {
    let Asked { by, key } = asked;
    let draft = KeyDraft {
        name: key.name,
        kind: KeyKind::Secret,
        environment: Environment::Live,
        scopes: Some(key.scopes),
        allowed_addresses: AddressList::anywhere(),
        origins: OriginList::default(),
        requests_per_minute: None,
        metadata: Metadata::default(),
        expiry: key.expires_at.map(Expiry::At),
        spelling: Spelling::Plain,
        nonce: None,
    };
    let issued = keys::issue(&app.ctx, by.manager(), draft).await.map_err(|error| not_made(error, &key.sent_scopes))?;
    let made = &issued.credential;
    Ok(HttpResponse::Created().json(Shown {
        id: made.id,
        name: made.name.as_str(),
        key: issued.secret.reveal(),
        scopes: made.scopes.words().collect(),
        expires_at: made.expiry.at(),
        message: KEEP,
    }))
}

/// `GET /api/v1/auth/keys`
///
/// # Errors
/// When they may not look.
pub async fn list(app: Data<App>, by: By) -> Result<HttpResponse, DoorError> {
    let filter = ListFilter::new(Tab::Active, Sort { by: Column::Created, direction: Direction::Up }, "");
    let mut found: Vec<Key> = Vec::new();
    let mut after = None;
    loop {
        let page = keys::list(&app.ctx, by.manager(), &filter, after.as_ref(), PageSize::LARGEST).await.map_err(not_theirs)?;
        found.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Ok(HttpResponse::Ok().json(found.iter().map(Row::of).collect::<Vec<_>>()))
}

/// `POST /api/v1/auth/keys/{id}/rotate`
///
/// # Errors
/// When it is not theirs to manage, or has ended.
pub async fn rotate(app: Data<App>, by: By, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let how = KeyRotation { grace: Grace::NONE, spelling: Spelling::Plain, nonce: None };
    let rotated = match keys::rotate(&app.ctx, by.manager(), named(&request)?, how).await {
        Ok(rotated) => rotated,
        Err(RotateKeyError::Manager(why)) => return Err(not_theirs(why)),
        Err(RotateKeyError::Ended) => return Err(Code::NotFound.into()),
        // No form asks here.
        Err(RotateKeyError::AlreadyRotated(_)) => return Err(Code::Unexpected.into()),
    };
    let summary = &rotated.key.detail.summary;
    Ok(HttpResponse::Ok().json(Shown {
        id: summary.id,
        name: &summary.name,
        key: rotated.secret.reveal(),
        scopes: summary.scopes.iter().flat_map(Scopes::words).collect(),
        expires_at: summary.expires_at,
        message: KEEP,
    }))
}

/// `DELETE /api/v1/auth/keys/{id}`
///
/// # Errors
/// When it is not theirs to manage.
pub async fn revoke(app: Data<App>, by: By, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    keys::revoke(&app.ctx, by.manager(), named(&request)?, Revocation::default()).await.map_err(not_theirs)?;
    Ok(HttpResponse::NoContent().finish())
}

/// The key that the address names.
fn named(request: &HttpRequest) -> Result<CredentialId, DoorError> {
    path_part(request, "id").parse().map_err(|_| Code::NotFound.into())
}

fn not_theirs(why: NotManager) -> DoorError {
    match why {
        NotManager::Member(_) | NotManager::Kind => Code::NotAllowed.into(),
        NotManager::Policy => DoorError::Told(StatusCode::FORBIDDEN, format!("{}.", capital(&why.to_string()))),
        NotManager::Refused(refusal) => refused(refusal).into(),
        NotManager::NoSuchKey => Code::NotFound.into(),
        NotManager::Unexpected(error) => error.into(),
    }
}

fn not_made(error: IssueKeyError, sent: &[String]) -> DoorError {
    let told = format!("{}.", capital(error.to_string().trim_end_matches('.')));
    let at = |place: &[serde_json::Value], told| DoorError::Wrong(vec![Problem::at(place, "value_error", told)]);
    match error {
        IssueKeyError::Manager(why) => not_theirs(why),
        IssueKeyError::UnknownScope(name) | IssueKeyError::ClosedScope(name) => {
            let index = sent.iter().position(|word| *word == name).unwrap_or_default();
            at(&["scopes".into(), index.into()], told)
        }
        IssueKeyError::Grown(_) => DoorError::Told(StatusCode::FORBIDDEN, told),
        IssueKeyError::Forbidden(_) | IssueKeyError::ExpiryPassed => at(&["expires_at".into()], told),
        IssueKeyError::TooMany => DoorError::Told(StatusCode::CONFLICT, told),
        // Nobody asks for origins here, and no form does.
        IssueKeyError::OriginsOfSecret | IssueKeyError::AlreadyCreated(_) => Code::Unexpected.into(),
    }
}

/// A sentence from the words of an error.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
