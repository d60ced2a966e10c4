//! Who may call an operation, as its document says it.

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// A person who signed in by `POST /v1/auth/login`.
    Session,
    /// A person who did so within the last half hour, unless the operator chose another span.
    FreshSession,
    /// An administrator with a session.
    Administrator,
    /// A personal token.
    PersonalToken,
    /// A secret key of a workspace.
    SecretKey,
    /// A publishable key of a workspace.
    PublishableKey,
    /// A service account.
    ServiceAccount,
}

impl Who {
    /// Any live credential, and any session.
    pub const ANYBODY_KNOWN: &[Self] =
        &[Self::Session, Self::PersonalToken, Self::SecretKey, Self::PublishableKey, Self::ServiceAccount];
    /// Whoever may look into a workspace.
    pub const READERS: &[Self] = &[Self::Session, Self::PersonalToken, Self::SecretKey, Self::ServiceAccount];
    /// Any live credential.
    pub const CREDENTIALS: &[Self] = &[Self::PersonalToken, Self::SecretKey, Self::PublishableKey, Self::ServiceAccount];

    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::FreshSession => "fresh-session",
            Self::Administrator => "administrator",
            Self::PersonalToken => "personal",
            Self::SecretKey => "secret",
            Self::PublishableKey => "publishable",
            Self::ServiceAccount => "service",
        }
    }

    /// The same for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Session => "a session token",
            Self::FreshSession => "a session token of the last 30 minutes",
            Self::Administrator => "a session token of an administrator",
            Self::PersonalToken => "a personal token",
            Self::SecretKey => "a secret key",
            Self::PublishableKey => "a publishable key",
            Self::ServiceAccount => "a service account",
        }
    }
}
