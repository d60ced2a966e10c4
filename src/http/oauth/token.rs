//! `POST /oauth2/token` (RFC 6749 §3.2): tokens, for what each grant type shows.

use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::client::{Client, client_of};
use super::error::{OAuthError, Problem};
use super::form::OAuthForm;
use super::{exchange, redeem};
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::grants::{self, Presenter, RefreshError, ServiceTokenError, Tokens};
use crate::http::edge::origin_of;

/// The grant type of RFC 8628.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The grant types that work here, in the order of the metadata document.
pub const GRANT_TYPES: &[&str] =
    &["client_credentials", "refresh_token", "authorization_code", DEVICE_CODE, exchange::GRANT_TYPE];

/// The handler.
///
/// # Errors
/// In the words of RFC 6749 §5.2.
pub async fn token(request: HttpRequest, app: Data<App>, form: OAuthForm) -> Result<HttpResponse, OAuthError> {
    let tokens = match form.need("grant_type")? {
        "client_credentials" => client_credentials(&request, &app, &form).await?,
        "refresh_token" => refresh_token(&request, &app, &form).await?,
        "authorization_code" => redeem::authorization_code(&request, &app, &form).await?,
        DEVICE_CODE => redeem::device_code(&request, &app, &form).await?,
        exchange::GRANT_TYPE => exchange::token_exchange(&request, &app, &form).await?,
        _ => return Err(OAuthError::new(Problem::UnsupportedGrantType, "This grant type does not work here.")),
    };
    if let Some(left) = tokens.allowance {
        request.extensions_mut().insert(left);
    }
    let mut body = answer(&tokens);
    if form.get("grant_type") == Some(exchange::GRANT_TYPE) {
        body["issued_token_type"] = exchange::ACCESS_TOKEN.into();
    }
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache")).json(body))
}

fn answer(tokens: &Tokens) -> Value {
    let mut body = json!({
        "access_token": tokens.access.reveal(),
        "token_type": "Bearer",
        "expires_in": tokens.life.seconds_up(),
    });
    if let Some(scope) = &tokens.scope {
        body["scope"] = scope.as_str().into();
    }
    if let Some(refresh) = &tokens.refresh {
        body["refresh_token"] = refresh.reveal().into();
    }
    body
}

async fn client_credentials(request: &HttpRequest, app: &App, form: &OAuthForm) -> Result<Tokens, OAuthError> {
    let Client::Service(account) = client_of(app, request, form).await? else {
        return Err(OAuthError::new(Problem::UnauthorizedClient, "Only service accounts get tokens for their own secret."));
    };
    let asked = scopes(form)?;
    grants::for_service(&app.ctx, &account, asked.as_ref(), form.get("audience")).await.map_err(|error| match error {
        ServiceTokenError::NoService => OAuthError::invalid_client(),
        ServiceTokenError::Scope(name) => beyond(&name),
        ServiceTokenError::Audience => {
            OAuthError::new(Problem::InvalidTarget, "The owners of the service account did not name this audience.")
        }
        ServiceTokenError::Unexpected(error) => error.into(),
    })
}

async fn refresh_token(request: &HttpRequest, app: &App, form: &OAuthForm) -> Result<Tokens, OAuthError> {
    let by = match client_of(app, request, form).await? {
        Client::App(id) => Presenter::App(id),
        Client::Unnamed => Presenter::Unnamed,
        Client::Service(_) => return Err(not_good()),
    };
    let asked = scopes(form)?;
    let presented = form.need("refresh_token")?;
    grants::refresh(&app.ctx, presented, by, asked.as_ref(), &origin_of(request)).await.map_err(|error| match error {
        RefreshError::Invalid => not_good(),
        RefreshError::Scope(name) => beyond(&name),
        RefreshError::RateLimited(exhausted) | RefreshError::TooManyUnknown(exhausted) => exhausted.into(),
        RefreshError::Unexpected(error) => error.into(),
    })
}

fn not_good() -> OAuthError {
    OAuthError::new(Problem::InvalidGrant, "The refresh token is not good any more. Sign in again.")
}

/// The scopes that are asked for, if any are.
pub(super) fn scopes(form: &OAuthForm) -> Result<Option<Scopes>, OAuthError> {
    let asked = form.get("scope").map(str::split_ascii_whitespace).map(Scopes::parse).transpose();
    asked.map_err(beyond)
}

pub(super) fn beyond(name: &str) -> OAuthError {
    OAuthError::new(Problem::InvalidScope, &format!("The scope {name} is unknown, or more than there is to give."))
}
