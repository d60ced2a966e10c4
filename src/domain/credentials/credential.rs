//! The words of credentials.

use super::addresses::AddressList;
use super::origins::OriginList;
use crate::base::id::{AccountId, CredentialId, MembershipId, WorkspaceId};
use crate::base::metadata::Metadata;
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::domain::access::Scopes;

/// What kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Acts as its owner; "API token" on the pages.
    Personal,
    /// A workspace's key that is kept secret.
    Secret,
    /// A workspace's key that is written into what browsers and apps are sent.
    Publishable,
    /// A machine's identity in a workspace.
    Service,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Personal, Self::Secret, Self::Publishable, Self::Service];

    /// The part of a secret that tells the kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Personal => "pat",
            Self::Secret => "sec",
            Self::Publishable => "pub",
            Self::Service => "svc",
        }
    }

    /// Reads that part.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Whether such a credential belongs to an environment.
    pub fn has_environment(self) -> bool {
        match self {
            Self::Secret | Self::Publishable => true,
            Self::Personal | Self::Service => false,
        }
    }

    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Secret => "secret",
            Self::Publishable => "publishable",
            Self::Service => "service",
        }
    }

    /// Reads that word.
    pub fn from_db(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// Which data a workspace's key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Made up, to try things out.
    Test,
    /// Real.
    Live,
}

impl Environment {
    /// Both.
    pub const ALL: &[Self] = &[Self::Test, Self::Live];

    /// The word in secrets, in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|environment| environment.as_str() == word)
    }
}

/// Whose a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A person's, for whom it acts.
    Account(AccountId),
    /// A workspace's: it outlives whoever made it.
    Workspace(WorkspaceId),
}

impl Owner {
    /// The account, if it is a person's.
    pub fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(id) => Some(id),
            Self::Workspace(_) => None,
        }
    }

    /// Reads the columns `account_id` and `workspace_id`, of which one is there.
    pub(super) fn from_db(account: Option<&str>, workspace: Option<&str>) -> Option<Self> {
        match (account, workspace) {
            (Some(id), None) => AccountId::from_db(id).ok().map(Self::Account),
            (None, Some(id)) => WorkspaceId::from_db(id).ok().map(Self::Workspace),
            _ => None,
        }
    }

    /// The workspace, if it is a workspace's.
    pub fn workspace(self) -> Option<WorkspaceId> {
        match self {
            Self::Account(_) => None,
            Self::Workspace(id) => Some(id),
        }
    }
}

/// The workspace that a personal token is locked to, by its owner's membership: the token ends with that one, not with
/// one that begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The membership.
    pub membership: MembershipId,
}

/// Who made a credential of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// A member.
    Account(AccountId),
    /// A key that may manage keys.
    Key(CredentialId),
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
    /// A member of its workspace.
    Member,
    /// A key of its workspace that may manage keys.
    Key,
}

impl RevokedBy {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Holder => "holder",
            Self::Policy => "policy",
            Self::Member => "member",
            Self::Key => "key",
        }
    }

    /// Reads that word.
    pub fn from_db(word: &str) -> Option<Self> {
        const ALL: [RevokedBy; 6] =
            [RevokedBy::Owner, RevokedBy::Admin, RevokedBy::Holder, RevokedBy::Policy, RevokedBy::Member, RevokedBy::Key];
        ALL.into_iter().find(|by| by.as_str() == word)
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
    pub owner: Owner,
    /// The workspace that it is locked to, if it is a person's.
    pub lock: Option<Lock>,
    /// The environment of a key.
    pub environment: Option<Environment>,
    /// What its owner calls it.
    pub name: Label,
    /// What it may be used for.
    pub scopes: Scopes,
    /// From where it may be used.
    pub allowed_addresses: AddressList,
    /// The web pages that may use it, if it is publishable.
    pub origins: OriginList,
    /// How many requests a minute it may make, within what its owner may.
    pub requests_per_minute: Option<u32>,
    /// What verification tells about it.
    pub metadata: Metadata,
    /// Who made it, if it is a workspace's.
    pub maker: Option<Maker>,
    /// Until when it is good.
    pub expiry: Expiry,
    /// When it was made.
    pub created_at: Timestamp,
}
