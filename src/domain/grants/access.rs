//! The access token of a grant: what it may be used for now, signed.

use super::refresh_token::Kept;
use super::tokens::{ACCESS_LIFE, RefreshFacts};
use crate::base::id::{SessionId, WorkspaceId, uuid_v7};
use crate::base::secret::PlainSecret;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Cx};
use crate::domain::Ctx;
use crate::domain::access::{self, Holder, ScopeName, Scopes};
use crate::domain::accounts::Account;
use crate::domain::sessions::GrantTerms;
use crate::domain::signing::{Claims, Class, FIRST_PARTY, Sid, Signer};
use crate::domain::workspaces::{self, Which};

/// What a grant may be used for at this moment.
pub(super) struct Rights {
    /// The scopes; nothing for all that the person may.
    pub scope: Option<String>,
    /// What the person is in the grant's workspace; without one, what they are everywhere.
    roles: Vec<String>,
    workspace: Option<WorkspaceId>,
}

impl Rights {
    /// What may be told of a refresh token of the grant.
    pub fn facts(&self, ctx: &Ctx, account: &Account, terms: &GrantTerms, kept: Kept) -> RefreshFacts {
        RefreshFacts {
            id: kept.id,
            account: account.id,
            workspace: self.workspace,
            roles: self.roles.clone(),
            audiences: audiences_of(ctx, terms.audiences.words()),
            made_at: kept.made_at,
            expires_at: kept.expires_at,
        }
    }
}

/// Why a grant may be used for nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Denied {
    /// The membership that it acts by has ended.
    #[error("the membership of the grant has ended")]
    Homeless,
    /// This scope was asked for, and it is none of the grant's.
    #[error("the grant does not reach to the scope {0}")]
    Scope(String),
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// What a grant may be used for, as far as that is asked for.
pub(super) async fn rights(cx: &mut Cx, account: &Account, terms: &GrantTerms, asked: Option<&Scopes>) -> Result<Rights, Denied> {
    let member = match terms.place {
        Some((workspace, membership)) => {
            let found = workspaces::membership_in(cx, account.id, &Which::Id(workspace)).await?;
            Some(found.filter(|(_, id, _)| *id == membership).ok_or(Denied::Homeless)?)
        }
        None => None,
    };
    let member = member.as_ref().map(|(_, _, roles)| roles);
    let roles = match member {
        Some(member) => member.words().map(str::to_owned).collect(),
        None => account.roles.words().map(str::to_owned).collect(),
    };
    let workspace = terms.place.map(|(workspace, _)| workspace);
    if terms.scopes.is_none() && asked.is_none() {
        return Ok(Rights { scope: None, roles, workspace });
    }
    let catalogue = access::catalogue_in(cx).await?;
    let holder = Holder::Person { roles: &account.roles, member };
    let all = || catalogue.open_to(holder).map(|scope| scope.name.as_str());
    let own = match &terms.scopes {
        Some(scopes) => scopes.clone(),
        None => Scopes::parse(all()).expect("names of the catalogue are names"),
    };
    // A scope that is not in the catalogue any more makes the whole set worthless, as everywhere.
    let effective = catalogue.effective(&own, holder).unwrap_or_default();
    let beyond = asked.and_then(|asked| asked.names().iter().find(|name| !effective.allows(name.as_str())));
    if let Some(beyond) = beyond {
        return Err(Denied::Scope(beyond.as_str().to_owned()));
    }
    let words: Vec<&str> = match asked {
        Some(asked) => asked.names().iter().map(ScopeName::as_str).collect(),
        None => effective.held().collect(),
    };
    Ok(Rights { scope: Some(words.join(" ")), roles, workspace })
}

/// Signs the access token of a grant that ends then, and says how long it is good.
pub(super) fn sign(
    ctx: &Ctx,
    signer: &Signer,
    account: &Account,
    (session, ends_at): (SessionId, Timestamp),
    terms: &GrantTerms,
    rights: &Rights,
) -> (PlainSecret, Span) {
    let now = ctx.now();
    let expires_at = ends_at.min(now + ACCESS_LIFE);
    let claims = Claims {
        subject: account.id.to_string(),
        audiences: audiences_of(ctx, terms.audiences.words()),
        expires_at,
        issued_at: now,
        id: new_id(ctx),
        client: terms.client.map_or_else(|| FIRST_PARTY.to_owned(), |client| client.to_string()),
        scope: rights.scope.clone(),
        session: Sid::Session(session),
        workspace: rights.workspace,
        roles: rights.roles.clone(),
        actor: None,
    };
    (PlainSecret::new(signer.sign(Class::Access, &claims)), expires_at.since(now))
}

/// Those that were asked for; when none were, Latchkey itself.
pub(super) fn audiences_of<'a>(ctx: &Ctx, asked: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut audiences: Vec<String> = asked.map(str::to_owned).collect();
    if audiences.is_empty() {
        audiences.push(ctx.settings.public_url.clone());
    }
    audiences
}

/// Whether the access tokens of a grant are meant for this audience.
pub(super) fn is_for(ctx: &Ctx, terms: &GrantTerms, audience: &str) -> bool {
    audiences_of(ctx, terms.audiences.words()).iter().any(|own| own == audience)
}

/// An id for a token that no row holds.
pub(super) fn new_id(ctx: &Ctx) -> String {
    uuid_v7(ctx.now(), &ctx.rng).simple().to_string()
}
