//! A credential as an administrator sees it.

use crate::base::time::Timestamp;
use crate::domain::access::TokenPolicy;
use crate::domain::credentials::governed::{Governed, Standing};
use crate::domain::credentials::{Kind, Owner, RevokedBy};
use crate::http::web::agent::agent_name;
use crate::http::web::tokens::list::LastUse;

/// One credential.
#[derive(Debug, Clone)]
pub struct GovernedRow {
    /// Its id on the wire.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind it is: `API token`.
    pub kind: &'static str,
    /// What may be shown of its secret: `lk_pat_Ab3d…x9Qz`.
    pub shown: String,
    /// Its owner's address, or the workspace that owns it.
    pub owner: String,
    /// Its owner's id on the wire.
    pub owner_id: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// When it was created.
    pub created: Timestamp,
    /// When it ends; nothing for never.
    pub expires: Option<Timestamp>,
    /// Its last use.
    pub last_used: Option<LastUse>,
    /// How often it was used.
    pub uses: i64,
    /// Whether it works.
    pub standing: Standing,
    /// How it ended, when somebody ended it.
    pub ended: Option<Ended>,
}

/// How a credential was ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// By whom: `its owner`.
    pub by: &'static str,
    /// Why, if somebody said so.
    pub reason: Option<String>,
}

impl GovernedRow {
    /// Under this policy.
    pub(super) fn of(it: &Governed, policy: &TokenPolicy, now: Timestamp) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.name.clone(),
            kind: kind(it.kind),
            shown: format!("{}…{}", it.prefix, it.last_four),
            owner: it.owner_called.clone(),
            owner_id: owner_id(it.owner),
            scopes: it.scopes.clone(),
            created: it.created_at,
            expires: it.expires_at,
            last_used: it.last_used_at.map(|at| LastUse {
                at,
                address: it.last_used_address.clone().unwrap_or_default(),
                agent: agent_name(it.last_used_agent.as_deref().unwrap_or_default()),
            }),
            uses: it.uses,
            standing: it.standing(policy, now),
            ended: it.revoked_at.map(|at| Ended { at, by: revoker(it.revoked_by), reason: it.revoked_reason.clone() }),
        }
    }

    /// Whether it is over for good.
    pub fn has_ended(&self) -> bool {
        matches!(self.standing, Standing::Expired | Standing::Revoked)
    }

    /// Whether it can still be revoked: an expired one needs it no more.
    pub fn is_revocable(&self) -> bool {
        !self.has_ended()
    }
}

/// The owner's id on the wire.
pub(super) fn owner_id(owner: Owner) -> String {
    match owner {
        Owner::Account(id) => id.to_string(),
        Owner::Workspace(id) => id.to_string(),
    }
}

/// A kind as the pages call it.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Personal => "API token",
        Kind::Secret => "Secret key",
        Kind::Publishable => "Publishable key",
        Kind::Service => "Service account",
    }
}

/// A standing as the page and the file call it.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "Active",
        Standing::EndsSoon => "Ends soon",
        Standing::Paused => "Paused",
        Standing::OwnerSuspended => "Owner suspended",
        Standing::Homeless => "Membership ended",
        Standing::Refused => "Refused",
        Standing::Expired => "Expired",
        Standing::Revoked => "Revoked",
    }
}

pub(super) fn revoker(by: Option<RevokedBy>) -> &'static str {
    match by {
        Some(RevokedBy::Owner) => "its owner",
        Some(RevokedBy::Admin) => "an administrator",
        Some(RevokedBy::Holder) => "whoever held it",
        Some(RevokedBy::Policy) => "the token policy",
        Some(RevokedBy::Member) => "a member of the workspace",
        Some(RevokedBy::Key) => "a key of the workspace",
        None => "nobody we know",
    }
}
