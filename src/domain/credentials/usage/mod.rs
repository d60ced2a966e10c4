//! Counting uses without a write per request.
//!
//! Each secret counts in memory what it was used for and what it was refused; every few seconds, and at shutdown, what
//! has been counted is added to the database with one statement for each table. A crash loses the last few seconds of
//! counts and nothing else.
//!
//! | module | what it is |
//! |---|---|
//! | [`counter`] | what one secret has counted since the last flush |
//! | [`mod@flush`] | writes it, and tells owners of old secrets that are still tried |
//! | [`history`], [`workspace`] | read it back, for the pages of a token and of a workspace |

mod counter;
mod flush;
mod history;
mod store;
mod workspace;

pub use flush::{Flushed, flush};
pub use history::{Point, RecentUse, UsageSeries, recent, sweep, usage};
pub use workspace::{Busy, recent_in, usage_in, usage_of_workspace};

pub(super) use counter::{Counter, Usage};

use super::verify::Refusal;

/// Why a known secret was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Denial {
    /// Its time was over.
    Expired,
    /// It was revoked.
    Revoked,
    /// A newer secret had taken its place.
    Replaced,
    /// Its owner had paused it.
    Paused,
    /// Its owner or its workspace was suspended.
    Suspended,
    /// The membership that it was locked to had ended.
    Membership,
    /// The token policy did not allow it.
    Policy,
    /// It came from an address that is not on its list.
    Address,
    /// It was used by a web page that is not on its list.
    Origin,
    /// A web page presented what is to be kept secret.
    Browser,
    /// What is stored of its scopes could not be read.
    Unreadable,
    /// Another kind was asked for.
    Kind,
    /// Another environment was asked for.
    Environment,
    /// A scope was missing.
    Scope,
    /// The limit was reached.
    Limit,
}

impl Denial {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Expired,
        Self::Revoked,
        Self::Replaced,
        Self::Paused,
        Self::Suspended,
        Self::Membership,
        Self::Policy,
        Self::Address,
        Self::Origin,
        Self::Browser,
        Self::Unreadable,
        Self::Kind,
        Self::Environment,
        Self::Scope,
        Self::Limit,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
            Self::Paused => "paused",
            Self::Suspended => "suspended",
            Self::Membership => "membership",
            Self::Policy => "policy",
            Self::Address => "address",
            Self::Origin => "origin",
            Self::Browser => "browser",
            Self::Unreadable => "unreadable",
            Self::Kind => "kind",
            Self::Environment => "environment",
            Self::Scope => "scope",
            Self::Limit => "limit",
        }
    }

    /// Reads that word.
    pub fn from_db(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|denial| denial.as_str() == word)
    }

    /// What the owner reads.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Expired => "The token had expired.",
            Self::Revoked => "The token had been revoked.",
            Self::Replaced => "The old secret had ended.",
            Self::Paused => "The token was paused.",
            Self::Suspended => "The account or the workspace was suspended.",
            Self::Membership => "The membership that it was locked to had ended.",
            Self::Policy => "The token policy did not allow it.",
            Self::Address => "The address is not one of those it may be used from.",
            Self::Origin => "The web page is not one of those that may use it.",
            Self::Browser => "A web page used it, where everybody can read it.",
            Self::Unreadable => "Its scopes could not be read.",
            Self::Kind => "Another kind of credential was asked for.",
            Self::Environment => "Another environment was asked for.",
            Self::Scope => "A scope was missing.",
            Self::Limit => "The limit was reached.",
        }
    }

    /// Why a verification refused a secret that it knows; nothing for one that is nobody's.
    pub(super) fn of(refusal: &Refusal) -> Option<Self> {
        Some(match refusal {
            Refusal::NotFound | Refusal::TooManyUnknown(_) => return None,
            Refusal::Expired => Self::Expired,
            Refusal::Revoked => Self::Revoked,
            Refusal::Replaced => Self::Replaced,
            Refusal::Paused => Self::Paused,
            Refusal::Suspended => Self::Suspended,
            Refusal::Homeless => Self::Membership,
            Refusal::Forbidden(_) => Self::Policy,
            Refusal::WrongAddress => Self::Address,
            Refusal::WrongOrigin => Self::Origin,
            Refusal::InBrowser => Self::Browser,
            Refusal::Unreadable => Self::Unreadable,
            Refusal::WrongKind => Self::Kind,
            Refusal::WrongEnvironment => Self::Environment,
            Refusal::InsufficientScope(_) => Self::Scope,
            Refusal::RateLimited(_) => Self::Limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read_as_it_is_written() {
        for denial in Denial::ALL {
            assert_eq!(Denial::from_db(denial.as_str()), Some(*denial));
        }
        assert_eq!(Denial::from_db("Expired"), None);
    }
}
