//! A token as the pages show it.

use actix_web::HttpRequest;

use super::list::{Creating, LastUse, OldSecret, TokenRow, TokenStatus};
use crate::base::id::CredentialId;
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::{Forbidden, Owner, Scopes, TokenPolicy};
use crate::domain::accounts::{Account, Person};
use crate::domain::credentials::{AddressList, RevokedBy, SecretFacts, State, Summary};
use crate::domain::workspaces::{self, MemberRoles, Workspace};
use crate::http::extract::path_part;
use crate::http::web::agent::agent_name;
use crate::http::web::error::Trouble;
use crate::http::web::profile::mail_folder;

/// A workspace that somebody belongs to, and what they are there.
pub(super) type Place = (Workspace, MemberRoles);

/// The workspaces that a token of this person can be locked to.
pub(super) async fn places_of(ctx: &Ctx, person: &Person) -> db::Result<Vec<Place>> {
    let all = workspaces::list(&ctx.db, person.id()).await?;
    Ok(all.into_iter().filter(|(workspace, _)| workspace.suspended_at.is_none()).collect())
}

/// How long before its end a token is said to end soon.
const SOON: Span = Span::days(14);

impl TokenRow {
    /// Of its owner under this policy.
    pub(super) fn of(token: &Summary, owner: &Account, policy: &TokenPolicy, now: Timestamp) -> Self {
        let refused = if token.is_homeless() {
            Some(TokenStatus::Homeless)
        } else {
            (!permitted(token, owner, policy)).then_some(TokenStatus::Refused)
        };
        Self::with(token, refused, now)
    }

    /// Of a workspace, which the policy does not judge.
    pub(in crate::http::web) fn of_key(key: &Summary, now: Timestamp) -> Self {
        Self::with(key, None, now)
    }

    fn with(token: &Summary, refused: Option<TokenStatus>, now: Timestamp) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name.clone(),
            shown: shown(&token.prefix, &token.last_four),
            workspace: token.place.as_ref().map(|place| place.name.clone()),
            scopes: words(token.scopes.as_ref()),
            created: token.created_at,
            expires: token.expires_at,
            last_used: used_at_all(token),
            uses: token.uses,
            status: status(token, refused, now),
            old_secret: token.overlap(now).map(|old| OldSecret {
                shown: shown(&old.prefix, &old.last_four),
                until: old.valid_until.unwrap_or(now),
                last_used: used_of(old),
            }),
        }
    }
}

/// The token that the path of a request names.
pub(super) fn id_in(request: &HttpRequest) -> Result<CredentialId, Trouble> {
    path_part(request, "id").parse().map_err(|_| Trouble::NotFound)
}

/// Where all about a token is.
pub(super) fn address_of(id: CredentialId) -> String {
    format!("/profile/tokens/{id}")
}

/// A use, if there was one.
pub(in crate::http::web) fn last_use(at: Option<Timestamp>, address: Option<&str>, agent: Option<&str>) -> Option<LastUse> {
    let (address, agent) = (address.unwrap_or_default().to_owned(), agent_name(agent.unwrap_or_default()));
    at.map(|at| LastUse { at, address, agent })
}

/// The last use of a token, by whichever secret.
pub(super) fn used_at_all(token: &Summary) -> Option<LastUse> {
    last_use(token.last_used_at, token.last_used_address.as_deref(), token.last_used_agent.as_deref())
}

/// The last use of one secret.
pub(super) fn used_of(secret: &SecretFacts) -> Option<LastUse> {
    last_use(secret.last_used_at, secret.last_used_address.as_deref(), secret.last_used_agent.as_deref())
}

/// What may be shown of a secret.
pub(in crate::http::web) fn shown(prefix: &str, last_four: &str) -> String {
    format!("{prefix}…{last_four}")
}

/// The names of scopes; none when what is stored of them cannot be read, because then they allow nothing.
pub(in crate::http::web) fn words(scopes: Option<&Scopes>) -> Vec<String> {
    scopes.iter().flat_map(|scopes| scopes.words()).map(str::to_owned).collect()
}

/// How the addresses of a list are written. One that cannot be read allows none.
pub(in crate::http::web) fn places(list: Option<&AddressList>) -> Vec<String> {
    match list {
        Some(list) => list.words().collect(),
        None => vec!["nowhere".to_owned()],
    }
}

/// How it is; `refused` is what refuses it while nothing about the token itself does.
fn status(token: &Summary, refused: Option<TokenStatus>, now: Timestamp) -> TokenStatus {
    match (token.state(now), token.revoked_at) {
        (State::Revoked, at) => TokenStatus::Revoked { at: at.unwrap_or(now), by: revoker(token.revoked_by).to_owned() },
        (State::Expired, _) => TokenStatus::Expired,
        (State::Paused, _) => TokenStatus::Paused,
        (State::Active, _) if refused.is_some() => refused.unwrap_or(TokenStatus::Refused),
        (State::Active, _) if token.expires_at.is_some_and(|end| end <= now + SOON) => TokenStatus::EndsSoon,
        (State::Active, _) => TokenStatus::Active,
    }
}

fn permitted(token: &Summary, owner: &Account, policy: &TokenPolicy) -> bool {
    let owner = Owner::from(owner).with(token.roles_there());
    policy.permits_use(owner, token.created_at, token.expires_at).is_ok()
}

fn revoker(by: Option<RevokedBy>) -> &'static str {
    match by {
        Some(RevokedBy::Owner) => "you",
        Some(RevokedBy::Admin) => "an administrator",
        Some(RevokedBy::Holder) => "whoever held it",
        Some(RevokedBy::Policy) => "the token policy",
        Some(RevokedBy::Member) => "a member of the workspace",
        Some(RevokedBy::Key) => "a key of the workspace",
        None => "nobody we know",
    }
}

impl Creating {
    /// Whether this person may create a token under this policy.
    pub(super) fn by(person: &Person, places: &[Place], policy: &TokenPolicy, ctx: &Ctx) -> Self {
        if !person.is_verified() {
            return Self::Unverified { email: person.email().as_str().to_owned(), mail_folder: mail_folder(ctx) };
        }
        match policy.permits_any(person.account(), places.iter().map(|(_, roles)| roles)) {
            Ok(()) => Self::Open,
            Err(why) => Self::Forbidden { reason: reason(why).to_owned() },
        }
    }
}

/// Why, without the advice that the page adds.
fn reason(why: Forbidden) -> &'static str {
    match why {
        Forbidden::SwitchedOff => "API tokens are switched off for everyone.",
        Forbidden::Role => "None of your roles is one that may use API tokens.",
        Forbidden::NoSecondFactor => "The token policy asks for a second factor, and you have none.",
        Forbidden::NoWorkspace => "The token policy asks for tokens that are locked to a workspace, and you belong to none.",
        Forbidden::LivesTooLong => "Your tokens would live longer than the token policy allows.",
    }
}
