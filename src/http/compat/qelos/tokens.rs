//! `/api/me/api-tokens`: one's own API tokens. For people alone: a token manages no tokens.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::answer::DoorError;
use super::body::Asked;
use super::caller::AnyCaller;
use super::fresh::confirmed;
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::page::PageSize;
use crate::base::text::Label;
use crate::domain::Ctx;
use crate::domain::access::Forbidden;
use crate::domain::accounts::Person;
use crate::domain::credentials::{self, Expiry, IssueError, ListFilter, RevokeError, Sort, Summary, Tab, WholeDraft, Why};
use crate::domain::sessions;
use crate::domain::workspaces::Which;
use crate::http::api::{ApiError, Code};
use crate::http::extract::path_part;

/// A person who manages their tokens.
pub struct Manager(pub Person);

impl FromRequest for Manager {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let known = AnyCaller::from_request(request, payload);
        Box::pin(async move {
            match known.await? {
                AnyCaller::Person(me) => Ok(Self(me.person)),
                AnyCaller::Credential(_) => {
                    let told = "API token management is not allowed via token authentication";
                    Err(DoorError::told(Code::NotAllowed, told))
                }
            }
        })
    }
}

fn row(token: &Summary) -> Value {
    json!({
        "_id": token.id,
        "nickname": token.name,
        "tokenPrefix": token.prefix,
        "expiresAt": token.expires_at,
        "lastUsedAt": token.last_used_at,
        "workspace": token.place.as_ref().map(|place| json!({ "_id": place.id, "name": place.name })),
        "created": token.created_at,
        "usageCount": token.uses,
    })
}

/// `GET /api/me/api-tokens`: those that are good, and those whose time ended not long ago.
///
/// # Errors
/// When it is not for whoever asks.
pub async fn list(app: Data<App>, Manager(me): Manager) -> Result<HttpResponse, DoorError> {
    let mut found = every(&app.ctx, &me, Tab::Active).await?;
    found.extend(every(&app.ctx, &me, Tab::Expired).await?);
    found.sort_by_key(|token| std::cmp::Reverse((token.created_at, token.id.to_string())));
    Ok(HttpResponse::Ok().json(found.iter().map(row).collect::<Vec<_>>()))
}

async fn every(ctx: &Ctx, me: &Person, tab: Tab) -> Result<Vec<Summary>, DoorError> {
    let filter = ListFilter::new(tab, Sort::default(), "");
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = credentials::list(ctx, me, &filter, after.as_ref(), PageSize::LARGEST).await?;
        found.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(found),
        }
    }
}

/// `POST /api/me/api-tokens`: the secret is in this answer and nowhere else, ever.
///
/// # Errors
/// When a field is wrong, or a rule forbids it; then there is no token.
pub async fn create(app: Data<App>, asked: Asked<Manager>) -> Result<HttpResponse, DoorError> {
    let Asked(Manager(me), fields) = asked;
    let name = Label::parse(fields.text("nickname")?).map_err(|why| DoorError::field("nickname", &format!("is wrong: {why}")))?;
    let expiry = Expiry::At(fields.time("expiresAt")?);
    let workspace = match fields.optional_text("workspace")? {
        Some(named) => Some(Which::parse(named).ok_or_else(nowhere)?),
        None => None,
    };
    let active = sessions::active(&app.ctx, &me).await?;
    let otherwise = active.map(|member| Which::Id(member.workspace().id));
    let within = app.ctx.settings.session.confirm;
    let by = confirmed(&app.ctx, me, &fields, within).await?;
    let draft = WholeDraft { name, workspace, otherwise, expiry };
    let issued = credentials::issue_whole(&app.ctx, &by, draft).await.map_err(not_made)?;
    let made = credentials::find(&app.ctx, by.person(), issued.credential.id).await?.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Created().json(json!({ "token": issued.secret.reveal(), "apiToken": row(&made.summary) })))
}

fn nowhere() -> DoorError {
    DoorError::told(Code::NotFound, "You belong to no such workspace.")
}

fn not_made(error: IssueError) -> DoorError {
    let told = sentence(&error.to_string());
    match error {
        IssueError::Unverified => DoorError::told(Code::NotAllowed, told),
        IssueError::Forbidden(Forbidden::LivesTooLong) => DoorError::field("expiresAt", "is later than the token policy allows"),
        IssueError::Forbidden(_) => DoorError::told(Code::NotAllowed, told),
        IssueError::NoSuchWorkspace => nowhere(),
        IssueError::ExpiryPassed => DoorError::field("expiresAt", "must be in the future"),
        IssueError::NameTaken | IssueError::TooMany => DoorError::told(Code::Conflict, told),
        // Nobody names scopes here, and no form asks.
        IssueError::UnknownScope(_) | IssueError::ScopeBeyondRole(_) | IssueError::AlreadyCreated(_) => Code::Unexpected.into(),
        IssueError::Unexpected(error) => ApiError::from(error).into(),
    }
}

/// From the words of an error.
fn sentence(words: &str) -> String {
    let mut letters = words.trim_end_matches('.').chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

/// `DELETE /api/me/api-tokens/{token}`
///
/// # Errors
/// 404 also when it is somebody else's, or revoked already.
pub async fn revoke(app: Data<App>, Manager(me): Manager, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let id: CredentialId = path_part(&request, "token").parse().map_err(|_| Code::NotFound)?;
    let known = credentials::find(&app.ctx, &me, id).await?;
    if known.is_none_or(|token| token.summary.revoked_at.is_some()) {
        return Err(Code::NotFound.into());
    }
    credentials::revoke_own(&app.ctx, &me, id, Why::NotNeeded).await.map_err(|error| match error {
        RevokeError::NotFound => DoorError::from(Code::NotFound),
        RevokeError::Unexpected(error) => error.into(),
    })?;
    Ok(HttpResponse::Ok().json(json!({ "message": "The API token is revoked." })))
}
