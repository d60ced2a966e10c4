//! Client credentials: an access token for a service account that presented a secret (RFC 6749 §4.4). It lives by that
//! secret, and there is no refresh token: the secret is asked for again.

use super::access::{audiences_of, new_id};
use super::store;
use super::tokens::{ACCESS_LIFE, Tokens};
use crate::base::secret::PlainSecret;
use crate::db::{self, Error};
use crate::domain::Ctx;
use crate::domain::access::{ScopeName, Scopes};
use crate::domain::credentials::{Granted, Kind, service};
use crate::domain::signing::{self, Claims, Class, Sid};

/// Why a service account gets no access token.
#[derive(Debug, thiserror::Error)]
pub enum ServiceTokenError {
    /// Only service accounts get tokens so; a key is presented as it is.
    #[error("this is no service account")]
    NoService,
    /// This scope is none of the account's.
    #[error("the service account does not reach to the scope {0}")]
    Scope(String),
    /// Its tokens may not be meant for this audience.
    #[error("the service account may not be used for this audience")]
    Audience,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Signs an access token for a service account, for the scopes that are asked for, or all that it has, and for one
/// audience that its owners named, or Latchkey itself.
///
/// # Errors
/// Why there is none.
pub async fn for_service(
    ctx: &Ctx,
    account: &Granted,
    asked: Option<&Scopes>,
    audience: Option<&str>,
) -> Result<Tokens, ServiceTokenError> {
    let (Kind::Service, Some(workspace)) = (account.kind(), account.workspace()) else {
        return Err(ServiceTokenError::NoService);
    };
    let scope = narrowed(account, asked).map_err(ServiceTokenError::Scope)?;
    if let Some(audience) = audience {
        let audiences = store::audiences(&mut ctx.db.read().await?, account.credential()).await?;
        let audiences = audiences.ok_or(Error::corrupt("audiences"))?;
        if !audiences.words().any(|known| known == audience) {
            return Err(ServiceTokenError::Audience);
        }
    }
    let (now, client) = (ctx.now(), service::client_id(account.credential()));
    let expires_at = account.ends_at().map_or(now + ACCESS_LIFE, |end| end.min(now + ACCESS_LIFE));
    let claims = Claims {
        subject: client.clone(),
        audiences: audiences_of(ctx, audience.into_iter()),
        expires_at,
        issued_at: now,
        id: new_id(ctx),
        client,
        scope: Some(scope.clone()),
        session: Sid::Secret(account.secret()),
        workspace: Some(workspace.id()),
        roles: Vec::new(),
        actor: None,
    };
    let access = PlainSecret::new(signing::sign(ctx, Class::Access, &claims).await?);
    let allowance = Some(account.allowance());
    Ok(Tokens { access, life: expires_at.since(now), refresh: None, scope: Some(scope), person: None, allowance, facts: None })
}

/// The scopes that are asked for, or all that a credential has, with spaces between them.
///
/// # Errors
/// The first scope that is beyond it.
pub(super) fn narrowed(of: &Granted, asked: Option<&Scopes>) -> Result<String, String> {
    let Some(asked) = asked else { return Ok(of.scopes().collect::<Vec<_>>().join(" ")) };
    match asked.names().iter().map(ScopeName::as_str).find(|name| !of.allows(name)) {
        Some(beyond) => Err(beyond.to_owned()),
        None => Ok(asked.words().collect::<Vec<_>>().join(" ")),
    }
}
