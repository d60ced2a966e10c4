//! A key as it is kept.

use crate::base::metadata::Metadata;
use crate::domain::credentials::credential::{Environment, Kind, Maker};
use crate::domain::credentials::detail::Detail;
use crate::domain::credentials::origins::OriginList;

/// Which of the two kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// For programs; it is kept secret.
    Secret,
    /// For web pages and apps; whoever reads them can read it.
    Publishable,
}

impl KeyKind {
    /// Both.
    pub const ALL: &[Self] = &[Self::Secret, Self::Publishable];

    /// The word on the wire and in forms.
    pub fn as_str(self) -> &'static str {
        self.kind().as_str()
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// The same among all kinds of credentials.
    pub fn kind(self) -> Kind {
        match self {
            Self::Secret => Kind::Secret,
            Self::Publishable => Kind::Publishable,
        }
    }

    /// This kind of credential as a kind of key.
    pub(super) fn of(kind: Kind) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.kind() == kind)
    }
}

/// A key, with everything that may be known of it.
#[derive(Debug, Clone)]
pub struct Key {
    /// What is known of every credential.
    pub detail: Detail,
    /// Secret or publishable.
    pub kind: KeyKind,
    /// Which data it is for.
    pub environment: Environment,
    /// The web pages that may use it; nothing if what is stored cannot be read, and then none may.
    pub origins: Option<OriginList>,
    /// How many requests a minute it may make, within what its workspace may.
    pub requests_per_minute: Option<u32>,
    /// What verification tells about it.
    pub metadata: Metadata,
    /// Who made it.
    pub maker: Option<Maker>,
    /// The address of that person, while their account is there.
    pub made_by: Option<String>,
}
