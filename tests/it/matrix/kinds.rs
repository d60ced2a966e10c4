//! What there is, and where it is made and ended.

use super::presents::At;

/// Everything that can be presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    PersonalToken,
    /// Less of a personal token (RFC 8693).
    DerivedToken,
    SecretKey,
    PublishableKey,
    ServiceSecret,
    /// What a service account bought with its secret.
    ServiceToken,
    SessionToken,
    /// Of a grant that a password began.
    AccessToken,
    /// The same of a sign-in to one workspace.
    TenantToken,
}

/// A door that makes and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Web,
    Native,
    OAuth,
    Qelos,
    Qanatix,
    Qnsp,
    /// Whoever holds it gives it up.
    Holder,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::PersonalToken,
        Self::DerivedToken,
        Self::SecretKey,
        Self::PublishableKey,
        Self::ServiceSecret,
        Self::ServiceToken,
        Self::SessionToken,
        Self::AccessToken,
        Self::TenantToken,
    ];

    /// The doors that make one.
    pub fn makers(self) -> &'static [Door] {
        match self {
            Self::PersonalToken => &[Door::Native, Door::Web, Door::Qelos],
            Self::SecretKey => &[Door::Native, Door::Web, Door::Qanatix],
            Self::PublishableKey | Self::ServiceSecret => &[Door::Native, Door::Web],
            Self::DerivedToken => &[Door::OAuth],
            Self::ServiceToken => &[Door::OAuth, Door::Native, Door::Qnsp],
            Self::SessionToken => &[Door::Native],
            Self::AccessToken => &[Door::Native, Door::Qelos],
            Self::TenantToken => &[Door::Qnsp],
        }
    }

    /// The doors that end one; what was bought or derived ends with what it came from.
    pub fn enders(self) -> &'static [Door] {
        match self {
            Self::PersonalToken => &[Door::Native, Door::Web, Door::OAuth, Door::Qelos, Door::Holder],
            Self::DerivedToken => &[Door::Native, Door::Web, Door::OAuth],
            Self::SecretKey => &[Door::Native, Door::Web, Door::Qanatix, Door::Holder],
            // Of the environment for tests, which a live key at the QANATIX door does not see.
            Self::PublishableKey => &[Door::Native, Door::Web],
            Self::ServiceSecret => &[Door::Native, Door::Web, Door::Holder],
            Self::ServiceToken => &[Door::Native, Door::Web],
            Self::SessionToken => &[Door::Native, Door::Web, Door::OAuth, Door::Qelos, Door::Holder],
            Self::AccessToken => &[Door::Native, Door::Web, Door::OAuth, Door::Qelos, Door::Qnsp, Door::Holder],
            Self::TenantToken => &[Door::Web, Door::OAuth, Door::Qnsp, Door::Holder],
        }
    }

    /// Whether it ends with its person's account.
    pub fn lives_by_the_person(self) -> bool {
        matches!(self, Self::PersonalToken | Self::DerivedToken | Self::SessionToken | Self::AccessToken | Self::TenantToken)
    }

    /// Whether it ends with the workspace.
    pub fn lives_by_the_workspace(self) -> bool {
        matches!(self, Self::SecretKey | Self::PublishableKey | Self::ServiceSecret | Self::ServiceToken | Self::TenantToken)
    }
}

/// What a good one gets, in the order of [`At::ALL`]. 403 is known and not allowed to do that; 401 in a row that lives means
/// that the door does not know the kind at all.
pub const ALIVE: [(Kind, [u16; At::ALL.len()]); Kind::ALL.len()] = [
    (Kind::PersonalToken, [200, 200, 200, 200, 403, 200, 403]),
    (Kind::DerivedToken, [200, 200, 200, 200, 403, 200, 403]),
    (Kind::SecretKey, [200, 200, 200, 200, 200, 200, 200]),
    (Kind::PublishableKey, [200, 200, 200, 200, 403, 200, 403]),
    (Kind::ServiceSecret, [200, 200, 200, 200, 403, 200, 200]),
    (Kind::ServiceToken, [200, 200, 200, 200, 403, 200, 200]),
    (Kind::SessionToken, [200, 200, 401, 200, 401, 200, 401]),
    (Kind::AccessToken, [200, 200, 200, 200, 403, 200, 403]),
    (Kind::TenantToken, [200, 200, 200, 200, 403, 200, 200]),
];
