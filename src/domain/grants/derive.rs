//! Tokens derived from a token (RFC 8693), for agents and jobs: never more than what they are derived from, and dead with
//! it. There is no impersonation: the subject stays, and `act` names who has the token in hand.

use super::access::{audiences_of, new_id};
use super::service::narrowed;
use super::store;
use super::tokens::{ACCESS_LIFE, Tokens};
use crate::base::secret::PlainSecret;
use crate::db::{self, Error};
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::credentials::{Granted, Kind, service};
use crate::domain::signing::{self, Claims, Class, Sid};

/// How much less a derived token is, and who gets it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Narrowing<'a> {
    /// The scopes; without, all of the parent's.
    pub scopes: Option<&'a Scopes>,
    /// For whom it is meant; without, for Latchkey.
    pub audience: Option<&'a str>,
    /// The service account that will hold it, where one asks; without, whoever holds the parent.
    pub actor: Option<&'a Granted>,
}

/// Why nothing is derived.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// Everybody has a publishable key, and a token of it would be no secret either.
    #[error("nothing is derived from a publishable key")]
    Publishable,
    /// Whoever would hold it belongs to another workspace than what it is derived from.
    #[error("the parent belongs to another workspace")]
    Foreign,
    /// This scope is none of the parent's.
    #[error("the parent does not reach to the scope {0}")]
    Scope(String),
    /// The parent may not be used for this audience.
    #[error("the parent may not be used for this audience")]
    Audience,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Signs an access token that lives by what `parent` lives by, for no more than it may, and no longer.
///
/// # Errors
/// Why there is none.
pub async fn derive(ctx: &Ctx, parent: &Granted, less: Narrowing<'_>) -> Result<Tokens, DeriveError> {
    if parent.kind() == Kind::Publishable {
        return Err(DeriveError::Publishable);
    }
    let (home, its) = (parent.workspace().map(|home| home.id()), less.actor.map(|actor| actor.workspace().map(|home| home.id())));
    if its.is_some_and(|its| its != home) {
        return Err(DeriveError::Foreign);
    }
    let scope = narrowed(parent, less.scopes).map_err(DeriveError::Scope)?;
    if let Some(audience) = less.audience {
        reaches(ctx, parent, audience).await?;
    }
    let now = ctx.now();
    let expires_at = parent.ends_at().map_or(now + ACCESS_LIFE, |end| end.min(now + ACCESS_LIFE));
    let actor = name_of(less.actor.unwrap_or(parent));
    let claims = Claims {
        subject: parent.account().map_or_else(|| name_of(parent), |account| account.to_string()),
        audiences: audiences_of(ctx, less.audience.into_iter()),
        expires_at,
        issued_at: now,
        id: new_id(ctx),
        client: actor.clone(),
        scope: Some(scope.clone()),
        session: parent.grant().map_or_else(|| Sid::Secret(parent.secret()), Sid::Session),
        workspace: home,
        roles: roles_of(parent),
        actor: Some(actor),
    };
    let access = PlainSecret::new(signing::sign(ctx, Class::Access, &claims).await?);
    Ok(Tokens {
        access,
        life: expires_at.since(now),
        refresh: None,
        scope: Some(scope),
        person: None,
        allowance: Some(parent.allowance()),
        facts: None,
    })
}

/// Latchkey itself is meant by everything that we take. Other audiences are those that the owners of a service account
/// named, for as long as it shows its secret: a token is for the audience it has.
async fn reaches(ctx: &Ctx, parent: &Granted, audience: &str) -> Result<(), DeriveError> {
    if audience == ctx.settings.public_url {
        return Ok(());
    }
    if parent.kind() != Kind::Service || !parent.is_secret() {
        return Err(DeriveError::Audience);
    }
    let audiences = store::audiences(&mut ctx.db.read().await?, parent.credential()).await?;
    let named = audiences.ok_or(Error::corrupt("audiences"))?.words().any(|known| known == audience);
    if named { Ok(()) } else { Err(DeriveError::Audience) }
}

/// What a holder is called in a token.
fn name_of(holder: &Granted) -> String {
    match holder.kind() {
        Kind::Service => service::client_id(holder.credential()),
        Kind::Personal | Kind::Secret | Kind::Publishable => holder.wire_id(),
    }
}

/// What the person is in the parent's workspace; without one, what they are everywhere. A workspace has no roles.
fn roles_of(parent: &Granted) -> Vec<String> {
    let there = parent.workspace().and_then(|home| home.roles());
    match (there, parent.roles()) {
        (Some(member), _) => member.words().map(str::to_owned).collect(),
        (None, Some(roles)) if parent.workspace().is_none() => roles.words().map(str::to_owned).collect(),
        (None, _) => Vec::new(),
    }
}
