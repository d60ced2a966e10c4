//! A token as the pages show it.

use super::list::{Creating, LastUse, TokenRow, TokenStatus};
use crate::base::time::{Span, Timestamp};
use crate::domain::Ctx;
use crate::domain::access::{Forbidden, Scopes, TokenPolicy};
use crate::domain::accounts::{Account, Person};
use crate::domain::credentials::{RevokedBy, State, Summary};
use crate::http::web::agent::agent_name;
use crate::http::web::profile::mail_folder;

/// How long before its end a token is said to end soon.
const SOON: Span = Span::days(14);

impl TokenRow {
    /// Of its owner under this policy.
    pub(super) fn of(token: &Summary, owner: &Account, policy: &TokenPolicy, now: Timestamp) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name.clone(),
            shown: shown(&token.prefix, &token.last_four),
            scopes: words(token.scopes.as_ref()),
            created: token.created_at,
            expires: token.expires_at,
            last_used: token.last_used_at.map(|at| LastUse {
                at,
                address: token.last_used_address.clone().unwrap_or_default(),
                agent: agent_name(token.last_used_agent.as_deref().unwrap_or_default()),
            }),
            uses: token.uses,
            status: status(token, owner, policy, now),
        }
    }
}

/// What may be shown of a secret.
pub(super) fn shown(prefix: &str, last_four: &str) -> String {
    format!("{prefix}…{last_four}")
}

/// The names of scopes; none when what is stored of them cannot be read, because then they allow nothing.
pub(super) fn words(scopes: Option<&Scopes>) -> Vec<String> {
    scopes.iter().flat_map(|scopes| scopes.words()).map(str::to_owned).collect()
}

fn status(token: &Summary, owner: &Account, policy: &TokenPolicy, now: Timestamp) -> TokenStatus {
    match (token.state(now), token.revoked_at) {
        (State::Revoked, at) => TokenStatus::Revoked { at: at.unwrap_or(now), by: revoker(token.revoked_by).to_owned() },
        (State::Expired, _) => TokenStatus::Expired,
        (State::Paused, _) => TokenStatus::Paused,
        (State::Active, _) if policy.permits_use(owner, token.created_at, token.expires_at).is_err() => TokenStatus::Refused,
        (State::Active, _) if token.expires_at.is_some_and(|end| end <= now + SOON) => TokenStatus::EndsSoon,
        (State::Active, _) => TokenStatus::Active,
    }
}

fn revoker(by: Option<RevokedBy>) -> &'static str {
    match by {
        Some(RevokedBy::Owner) => "you",
        Some(RevokedBy::Admin) => "an administrator",
        Some(RevokedBy::Holder) => "whoever held it",
        Some(RevokedBy::Policy) => "the token policy",
        None => "nobody we know",
    }
}

impl Creating {
    /// Whether this person may create a token under this policy.
    pub(super) fn by(person: &Person, policy: &TokenPolicy, ctx: &Ctx) -> Self {
        if !person.is_verified() {
            return Self::Unverified { email: person.email().as_str().to_owned(), mail_folder: mail_folder(ctx) };
        }
        match policy.permits(person.account()) {
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
        Forbidden::LivesTooLong => "Your tokens would live longer than the token policy allows.",
    }
}
