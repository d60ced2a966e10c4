//! What may be done, and by whom: scopes, the token policy, administrators.

mod administrator;
mod expression;
mod policy;
mod scopes;
mod set_up;
mod store;

pub use administrator::{Administrator, ConfirmedAdministrator};
pub use expression::{BadExpression, Requirement};
pub use policy::{
    AllowedRoles, ChangeError, Forbidden, Longest, NoExpiry, PolicyDraft, PolicyProblem, Switch, TokenPolicy, change_policy,
    policy, policy_changed_at,
};
pub use scopes::{CATALOGUE, Scope, ScopeEntry, Scopes};
pub use set_up::{SetUpDraft, SetUpError, open_setup, set_up, setup_open_until};

pub(in crate::domain) use store::policy as policy_in;
