//! `POST /auth/token/refresh` and `POST /auth/token/revoke`: the next pair, and the end of all of them.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::answer::DoorError;
use super::body::Body;
use super::pair;
use crate::app::App;
use crate::base::id::{AccountId, RefreshId};
use crate::base::text::Reason;
use crate::domain::grants::{self, Presenter, RefreshForError};
use crate::http::api::{AnyCaller, ApiError, Code};
use crate::http::caller::presented;
use crate::http::edge::origin_of;

/// `POST /auth/token/refresh`
///
/// # Errors
/// One answer for everything that is wrong with the token.
pub async fn refresh(request: HttpRequest, app: Data<App>, body: Body) -> Result<HttpResponse, DoorError> {
    let (token, audience) = (body.text("refreshToken")?, body.optional_text("audience")?);
    let origin = origin_of(&request);
    match grants::refresh_for(&app.ctx, token, Presenter::Unnamed, audience, &origin).await {
        Ok(tokens) => Ok(pair::answer(&request, &tokens)),
        Err(RefreshForError::Audience) => Err(DoorError::audience()),
        Err(RefreshForError::Refresh(error)) => Err(not_renewed(ApiError::from(error))),
    }
}

fn not_renewed(error: ApiError) -> DoorError {
    let wrong_token = error.code() == Code::BadCredential;
    let told = DoorError::from(error);
    if wrong_token { told.told("This refresh token is not good any more. Sign in again.") } else { told }
}

/// `POST /auth/token/revoke`. A refresh token proves itself; its id is taken from its person alone.
///
/// # Errors
/// When an id is sent by nobody whose token it could be; never because of what is named.
pub async fn revoke(request: HttpRequest, app: Data<App>, body: Body) -> Result<HttpResponse, DoorError> {
    let (ctx, origin) = (&app.ctx, origin_of(&request));
    let reason = match body.optional_text("reason")?.filter(|words| !words.trim().is_empty()) {
        Some(words) => Some(Reason::parse(words).map_err(|why| DoorError::from(Code::Invalid).told(format!("reason: {why}")))?),
        None => None,
    };
    match (body.optional_text("refreshToken")?, body.optional_text("tokenId")?) {
        (Some(token), None) => grants::revoke_for(ctx, token, Presenter::Unnamed, reason.as_ref(), &origin).await?,
        (None, Some(_)) => {
            let id = body.id("tokenId", RefreshId::from_either)?;
            let person = person(&request, &app).await?;
            grants::revoke_named(ctx, person, id, reason.as_ref(), &origin).await?;
        }
        (None, None) | (Some(_), Some(_)) => {
            return Err(DoorError::from(Code::Invalid).told("Send refreshToken or tokenId, and not both."));
        }
    }
    Ok(HttpResponse::NoContent().finish())
}

/// The person who asks, by a token for all that they may: everywhere, or in the workspace that they signed in to.
async fn person(request: &HttpRequest, app: &App) -> Result<AccountId, DoorError> {
    let caller = match AnyCaller::from_request(request, &mut Payload::None).await? {
        AnyCaller::Session(person) => return Ok(person.id()),
        AnyCaller::Credential(caller) => caller,
    };
    let token = presented(request.headers())?.unwrap_or_default();
    let person = grants::in_person(&app.ctx, token, &caller.granted).await?;
    person.ok_or_else(|| DoorError::from(Code::NotAllowed).told("Sign in as the person whose token it is, and use that token."))
}
