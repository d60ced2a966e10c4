//! `POST /oauth2/introspect`: whether a token that somebody presented is good, and what it is (RFC 7662).
//!
//! Whoever asks is a service account, or presents any token, and holds the scope `introspect`. They learn of every kind of
//! secret that Latchkey makes. Of what is not good, unknown, or another workspace's they learn that it is not active, and
//! nothing else. A secret that is bound to addresses is not active here, for nobody says from where it was presented.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use super::client::{Client, client_of};
use super::error::OAuthError;
use super::form::OAuthForm;
use crate::app::App;
use crate::base::jwt;
use crate::base::net::Origin;
use crate::domain::access::Scopes;
use crate::domain::credentials::service::client_id;
use crate::domain::credentials::{self, Demand, Granted, Kind, Owner, Refusal, Unverified};
use crate::domain::grants;
use crate::domain::sessions;
use crate::domain::signing::{self, Claims, Class, MeantFor};
use crate::http::caller::presented;
use crate::http::edge::origin_of;

/// The handler.
///
/// # Errors
/// When nobody asks who may; never because of the token.
pub async fn introspect(request: HttpRequest, app: Data<App>, form: OAuthForm) -> Result<HttpResponse, OAuthError> {
    let origin = origin_of(&request);
    let asker = asker(&app, &request, &form, &origin).await?;
    if !asker.allows(Scopes::INTROSPECT) {
        return Err(OAuthError::insufficient_scope(Scopes::INTROSPECT));
    }
    let told = seen(&app, &asker, form.need("token")?, &origin).await?;
    Ok(HttpResponse::Ok().json(told.map_or_else(|| json!({ "active": false }), Value::Object)))
}

/// Who asks: a service account that authenticates as a client, or whoever presents a token of their own.
async fn asker(app: &App, request: &HttpRequest, form: &OAuthForm, origin: &Origin) -> Result<Granted, OAuthError> {
    if !presents_a_token(request.headers()) {
        return match client_of(app, request, form).await? {
            Client::Service(granted) => Ok(granted),
            Client::App(_) | Client::Unnamed => Err(OAuthError::invalid_client()),
        };
    }
    let token = presented(request.headers()).ok().flatten().ok_or_else(OAuthError::invalid_token)?;
    match credentials::authenticate(&app.ctx, token, &Demand::default(), origin).await {
        Ok(granted) => {
            request.extensions_mut().insert(granted.allowance());
            Ok(granted)
        }
        Err(Unverified::Refused { refusal: Refusal::RateLimited(exhausted) | Refusal::TooManyUnknown(exhausted), .. }) => {
            Err(exhausted.into())
        }
        Err(Unverified::Refused { .. }) => Err(OAuthError::invalid_token()),
        Err(Unverified::Stale(stale)) => Err(stale.into()),
        Err(Unverified::Unexpected(error)) => Err(error.into()),
    }
}

fn presents_a_token(headers: &HeaderMap) -> bool {
    let bearer = |value: &str| value.trim_start().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
    let by_header = headers.get_all(AUTHORIZATION).any(|value| value.to_str().is_ok_and(bearer));
    by_header || headers.contains_key("x-api-key")
}

/// What the asker may know of a token that is good; nothing of any other.
async fn seen(app: &App, asker: &Granted, token: &str, origin: &Origin) -> Result<Option<Map<String, Value>>, OAuthError> {
    let ctx = &app.ctx;
    if let Some(session) = sessions::look(ctx, token).await? {
        return Ok(Some(of_claims(app, &session.claims, session.email.as_str())));
    }
    if let Some(held) = grants::find(ctx, token).await? {
        let good = credentials::grant_is_good_for(ctx, asker, held.session).await.or_else(nothing_of)?;
        return Ok(good.then(|| of_refresh_token(app, &held)));
    }
    let demand = Demand { cost: 0, ..Demand::default() };
    let granted = match credentials::verify(ctx, Some(asker), token, &demand, origin, None).await {
        Ok(granted) => granted,
        // A signed token that was not read is not good; a secret that was not looked up may be.
        Err(Unverified::Refused { refusal: Refusal::TooManyUnknown(exhausted), .. }) if !jwt::looks_like_one(token) => {
            return Err(exhausted.into());
        }
        Err(refused) => return nothing_of(refused).map(|_| None),
    };
    if let Ok(claims) = signing::read(ctx, Class::Access, token, MeantFor::Anybody).await {
        let mut told = of_claims(app, &claims, granted.email().unwrap_or_default());
        told.insert("scope".to_owned(), scope_of(&granted));
        return Ok(Some(told));
    }
    Ok(Some(of_credential(app, &granted)))
}

fn nothing_of(unverified: Unverified) -> Result<bool, OAuthError> {
    match unverified {
        Unverified::Refused { .. } => Ok(false),
        Unverified::Stale(stale) => Err(stale.into()),
        Unverified::Unexpected(error) => Err(error.into()),
    }
}

fn scope_of(granted: &Granted) -> Value {
    granted.scopes().collect::<Vec<_>>().join(" ").into()
}

fn active(app: &App, members: Value) -> Map<String, Value> {
    let mut told = Map::from_iter([
        ("active".to_owned(), Value::Bool(true)),
        ("iss".to_owned(), Value::from(app.ctx.settings.public_url.as_str())),
    ]);
    if let Value::Object(members) = members {
        told.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
    }
    told
}

/// A signed token says itself what it is.
fn of_claims(app: &App, claims: &Claims, email: &str) -> Map<String, Value> {
    let members = json!({
        "token_type": "Bearer",
        "sub": claims.subject,
        "aud": claims.audiences,
        "exp": claims.expires_at.unix_seconds(),
        "iat": claims.issued_at.unix_seconds(),
        "jti": claims.id,
        "client_id": claims.client,
        "scope": claims.scope,
        "sid": claims.session.to_string(),
        "tenant_id": claims.workspace,
        "roles": claims.roles,
        "act": claims.actor.as_ref().map(|actor| json!({ "sub": actor })),
        "username": Some(email).filter(|email| !email.is_empty()),
    });
    active(app, members)
}

fn of_refresh_token(app: &App, held: &grants::HeldGrant) -> Map<String, Value> {
    let members = json!({
        "sub": held.account,
        "client_id": held.client.map(|id| id.to_string()),
        "scope": held.scopes.as_ref().map(|scopes| scopes.words().collect::<Vec<_>>().join(" ")),
        "sid": held.session,
        "iat": held.began_at.unix_seconds(),
        "exp": held.expires_at.unix_seconds(),
    });
    active(app, members)
}

/// A secret that is presented as it is.
fn of_credential(app: &App, granted: &Granted) -> Map<String, Value> {
    let (subject, client) = match (granted.owner(), granted.kind()) {
        (Owner::Account(id), _) => (id.to_string(), None),
        (Owner::Workspace(_), Kind::Service) => {
            let id = client_id(granted.credential());
            (id.clone(), Some(id))
        }
        (Owner::Workspace(_), _) => (granted.wire_id(), None),
    };
    let members = json!({
        "token_type": "Bearer",
        "sub": subject,
        "client_id": client,
        "scope": scope_of(granted),
        "exp": granted.expires_at().map(|end| end.unix_seconds()),
        "tenant_id": granted.workspace().map(|workspace| workspace.id()),
        "roles": granted.roles().map(|roles| roles.words().collect::<Vec<_>>()),
        "username": granted.email(),
        "kind": granted.kind_word(),
    });
    active(app, members)
}
