//! The grant type of RFC 8693: a token for less than another one may do.

use actix_web::HttpRequest;

use super::client::{Client, client_of};
use super::error::{OAuthError, Problem};
use super::form::OAuthForm;
use super::token::{beyond, scopes};
use crate::app::App;
use crate::domain::credentials::{Demand, Refusal, Unverified, authenticate};
use crate::domain::grants::{self, DeriveError, Narrowing, Tokens};
use crate::http::caller::sender;
use crate::http::edge::origin_of;

/// Its name (RFC 8693 §2.1).
pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// What is presented, and what is given (RFC 8693 §3).
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The parent is presented as `subject_token`, whatever kind of secret it is. A client that authenticates is named as the
/// one who acts; nobody has to.
pub(super) async fn token_exchange(request: &HttpRequest, app: &App, form: &OAuthForm) -> Result<Tokens, OAuthError> {
    let actor = match client_of(app, request, form).await? {
        Client::Service(granted) => Some(granted),
        Client::App(_) => return Err(OAuthError::new(Problem::UnauthorizedClient, "Apps exchange no tokens.")),
        Client::Unnamed => None,
    };
    let unsupported = |name| OAuthError::new(Problem::InvalidRequest, &format!("{name} must be {ACCESS_TOKEN}."));
    if form.need("subject_token_type")? != ACCESS_TOKEN {
        return Err(unsupported("subject_token_type"));
    }
    if form.get("requested_token_type").is_some_and(|wanted| wanted != ACCESS_TOKEN) {
        return Err(unsupported("requested_token_type"));
    }
    if form.get("actor_token").is_some() {
        return Err(OAuthError::new(Problem::InvalidRequest, "Authenticate the client instead of sending an actor_token."));
    }
    let demand = Demand { sender: sender(request.headers()), ..Demand::default() };
    let parent = authenticate(&app.ctx, form.need("subject_token")?, &demand, &origin_of(request)).await.map_err(unverified)?;
    let asked = scopes(form)?;
    let less = Narrowing { scopes: asked.as_ref(), audience: form.get("audience"), actor: actor.as_ref() };
    grants::derive(&app.ctx, &parent, less).await.map_err(|error| match error {
        DeriveError::Publishable | DeriveError::Foreign => {
            OAuthError::new(Problem::InvalidGrant, "Nothing can be derived from this token, or not by this client.")
        }
        DeriveError::Scope(name) => beyond(&name),
        DeriveError::Audience => OAuthError::new(Problem::InvalidTarget, "This token may not be used for this audience."),
        DeriveError::Unexpected(error) => error.into(),
    })
}

fn unverified(unverified: Unverified) -> OAuthError {
    match unverified {
        Unverified::Refused { refusal: Refusal::RateLimited(exhausted) | Refusal::TooManyUnknown(exhausted), .. } => {
            exhausted.into()
        }
        Unverified::Refused { .. } => OAuthError::new(Problem::InvalidGrant, "The subject_token is not good."),
        Unverified::Stale(stale) => stale.into(),
        Unverified::Unexpected(error) => error.into(),
    }
}
