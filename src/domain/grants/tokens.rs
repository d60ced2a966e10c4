//! What a program is given.

use crate::base::id::{AccountId, RefreshId, WorkspaceId};
use crate::base::secret::PlainSecret;
use crate::base::time::{Span, Timestamp};
use crate::domain::SessionLimits;
use crate::domain::accounts::Person;
use crate::domain::limits::Allowance;

/// How long an access token is good, unless what it lives by ends before.
pub const ACCESS_LIFE: Span = Span::minutes(15);

/// How long a grant lives: without a refresh, and at the most. How long its password counts as just typed is decided for
/// all sessions alike.
pub(super) const LIMITS: SessionLimits =
    SessionLimits { idle: Span::days(30), absolute: Span::days(90), confirm: Span::minutes(30) };

/// What a program is given, to be shown once.
pub struct Tokens {
    /// The access token.
    pub access: PlainSecret,
    /// How long it is good.
    pub life: Span,
    /// The refresh token, where there is one.
    pub refresh: Option<PlainSecret>,
    /// The scopes, with spaces between them; nothing where the token may do all that its person may.
    pub scope: Option<String>,
    /// The person for whose all they are good; nothing where they are good for less, or nobody stands behind them.
    pub person: Option<Box<Person>>,
    /// What is left of the limit that the request counted on, if it counted on one.
    pub allowance: Option<Allowance>,
    /// What may be told of the refresh token, where there is one.
    pub facts: Option<RefreshFacts>,
}

/// A refresh token, which is not the secret.
#[derive(Debug, Clone)]
pub struct RefreshFacts {
    /// Which.
    pub id: RefreshId,
    /// For whom its grant acts.
    pub account: AccountId,
    /// The workspace that the grant is bound to, if it is to one.
    pub workspace: Option<WorkspaceId>,
    /// What the person is there now; without a workspace, what they are everywhere.
    pub roles: Vec<String>,
    /// For whom its access tokens are meant.
    pub audiences: Vec<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends, unless it is replaced before.
    pub expires_at: Timestamp,
}
