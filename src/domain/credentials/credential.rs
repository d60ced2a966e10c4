//! The words of credentials.

use super::addresses::AddressList;
use crate::base::id::{AccountId, CredentialId};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::domain::access::Scopes;

/// What kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Acts as its owner; "API token" on the pages.
    Personal,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Personal];

    /// The part of a secret that tells the kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Personal => "pat",
        }
    }

    /// Reads that part.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
        }
    }

    /// Reads that word.
    pub fn from_db(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// Until when a credential is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// For ever.
    Never,
    /// Until this instant.
    At(Timestamp),
}

impl Expiry {
    /// The instant, if there is one.
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::At(at) => Some(at),
        }
    }
}

/// Who revoked a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedBy {
    /// Its owner, on the page.
    Owner,
    /// An administrator.
    Admin,
    /// Whoever held its secret gave it up.
    Holder,
    /// The token policy, because it was not used for too long.
    Policy,
}

impl RevokedBy {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Holder => "holder",
            Self::Policy => "policy",
        }
    }

    /// Reads that word.
    pub fn from_db(word: &str) -> Option<Self> {
        [Self::Owner, Self::Admin, Self::Holder, Self::Policy].into_iter().find(|by| by.as_str() == word)
    }
}

/// Where a credential is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Good.
    Active,
    /// Refused until its owner resumes it.
    Paused,
    /// Its time is over.
    Expired,
    /// Somebody ended it.
    Revoked,
}

/// A credential before it is kept.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Its identity, for ever.
    pub id: CredentialId,
    /// What kind.
    pub kind: Kind,
    /// Whose.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: Label,
    /// What it may be used for.
    pub scopes: Scopes,
    /// From where it may be used.
    pub allowed_addresses: AddressList,
    /// Until when it is good.
    pub expiry: Expiry,
    /// When it was made.
    pub created_at: Timestamp,
}
