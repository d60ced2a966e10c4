//! The words of sessions.

use crate::base::id::{AccountId, ClientId, MembershipId, SessionId, WorkspaceId};
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::domain::SessionLimits;
use crate::domain::access::{Audiences, Scopes};
use crate::domain::second_factor::Method;

/// A session that is alive.
pub(super) struct Alive {
    pub id: SessionId,
    pub account: AccountId,
    pub last_seen_at: Timestamp,
    pub confirmed_at: Timestamp,
}

/// What presents a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A browser, by its cookie.
    Browser,
    /// A program, by a session token.
    Api,
    /// An app or a program, by access and refresh tokens.
    Grant,
}

impl Kind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
            Self::Grant => "grant",
        }
    }

    pub(super) fn from_db(word: &str) -> Option<Self> {
        [Self::Browser, Self::Api, Self::Grant].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A session before it is kept.
pub(super) struct NewSession {
    pub id: SessionId,
    pub account: AccountId,
    pub kind: Kind,
    /// The digest of its key, where it has one.
    pub key: Option<Digest>,
    pub limits: SessionLimits,
    /// The second factor that was shown, if it was shown at once.
    pub method: Option<Method>,
    pub terms: GrantTerms,
}

/// What a grant may be used for.
#[derive(Debug, Clone, Default)]
pub(in crate::domain) struct GrantTerms {
    /// The app that holds it; nothing for a program that signed in by password.
    pub client: Option<ClientId>,
    /// What it may be used for; without, for all that the person may.
    pub scopes: Option<Scopes>,
    /// For whom its access tokens are meant; when there are none, for Latchkey.
    pub audiences: Audiences,
    /// The workspace that it acts in, by the person's membership.
    pub place: Option<(WorkspaceId, MembershipId)>,
}
