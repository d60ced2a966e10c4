//! `POST /w/{slug}/keys`: makes a key and shows it, in this answer alone.

use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::created::{KeyAlreadyPage, KeyCreatedPage};
use super::form::KeyForm;
use super::{environment, kind};
use crate::app::App;
use crate::domain::access;
use crate::domain::credentials::Issued;
use crate::domain::credentials::keys::{self, IssueKeyError, KEYS_AT_MOST, Key, KeyKind, KeyManager};
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::created::Story;
use crate::http::web::tokens::draft::{UNKNOWN_SCOPE, Unread};
use crate::http::web::tokens::row::{places, shown, words};
use crate::http::web::workspaces::within::ConfirmedInWorkspace;

/// `POST /w/{slug}/keys`
///
/// # Errors
/// When the form is none of ours, or nothing can be said of what it asks for.
pub async fn create(app: Data<App>, me: ConfirmedInWorkspace) -> Answer {
    let form = KeyForm::of(me.form());
    let (status, problems) = match form.parse(app.ctx.now()) {
        Ok(draft) => {
            let of = draft.kind;
            match keys::issue(&app.ctx, KeyManager::Member(me.member()), draft).await {
                Ok(issued) => return reveal(&app, &me, of, &issued),
                Err(IssueKeyError::AlreadyCreated(made)) => return already(&me, "created", &made),
                Err(error) => refused(error, &form)?,
            }
        }
        Err(Unread::Wrong(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Err(Unread::Foreign(trouble)) => return Err(trouble.into()),
    };
    let terms = access::terms(&app.ctx.db).await?;
    form.page(me.chrome(), me.view(), &terms, problems).with_status(status)
}

/// Rendered straight from the verb's outcome, which goes out of existence with this answer.
fn reveal(app: &App, me: &ConfirmedInWorkspace, of: KeyKind, issued: &Issued) -> Answer {
    let key = &issued.credential;
    KeyCreatedPage {
        chrome: me.chrome(),
        of: me.view(),
        story: Story::Created,
        id: key.id.to_string(),
        name: key.name.as_str().to_owned(),
        kind: kind(of),
        environment: key.environment.map_or("", environment),
        secret: issued.secret.reveal(),
        shown: shown(&issued.prefix, &issued.last_four),
        scopes: words(Some(&key.scopes)),
        allowed_from: places(Some(&key.allowed_addresses)),
        origins: key.origins.words().map(str::to_owned).collect(),
        expires: key.expiry.at(),
        base_url: app.ctx.settings.public_url.clone(),
    }
    .ok()
}

/// The page for a form that was sent before.
pub(super) fn already(me: &ConfirmedInWorkspace, word: &'static str, made: &Key) -> Answer {
    let (summary, current) = (&made.detail.summary, &made.detail.current);
    KeyAlreadyPage {
        chrome: me.chrome(),
        of: me.view(),
        word,
        name: summary.name.clone(),
        id: summary.id.to_string(),
        shown: shown(&current.prefix, &current.last_four),
        at: current.created_at,
    }
    .ok()
}

/// What is said of a refusal, and at which field.
fn refused(error: IssueKeyError, form: &KeyForm) -> Result<(StatusCode, Problems), WebError> {
    let (status, field, message) = match error {
        IssueKeyError::Manager(error) => return Err(error.into()),
        IssueKeyError::UnknownScope(_) => (StatusCode::UNPROCESSABLE_ENTITY, "scopes", UNKNOWN_SCOPE.to_owned()),
        IssueKeyError::ClosedScope(scope) => {
            let message = format!("A key of this kind cannot have the scope {scope}. Leave it out.");
            (StatusCode::UNPROCESSABLE_ENTITY, "scopes", message)
        }
        IssueKeyError::Forbidden(_) => {
            let message = "The token policy does not allow a life as long as this. Choose an earlier end.";
            (StatusCode::UNPROCESSABLE_ENTITY, form.end_field(), message.to_owned())
        }
        IssueKeyError::ExpiryPassed => {
            let message = "This day has begun already. Choose a later one.";
            (StatusCode::UNPROCESSABLE_ENTITY, form.end_field(), message.to_owned())
        }
        IssueKeyError::OriginsOfSecret => {
            let message = "A secret key is not for web pages. Empty this field, or make the key publishable.";
            (StatusCode::UNPROCESSABLE_ENTITY, "origins", message.to_owned())
        }
        IssueKeyError::TooMany => {
            let message = format!("This workspace has {KEYS_AT_MOST} keys, which is the most. Revoke one that it does not need.");
            (StatusCode::CONFLICT, "name", message)
        }
        IssueKeyError::AlreadyCreated(_) => unreachable!("a form that was sent before is answered with its own page"),
        IssueKeyError::Grown(error) => unreachable!("people are bound by no key: {error}"),
    };
    Ok((status, Problems::one(field, message)))
}
