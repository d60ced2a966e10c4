//! What may be done, and by whom: scopes, the token policy, administrators.

mod administrator;
mod catalogue;
mod expression;
mod invite;
mod policy;
mod scopes;
mod set_up;
mod store;

pub use administrator::{Administrator, ConfirmedAdministrator};
pub use catalogue::{Beyond, Catalogue, EffectiveScopes, Scope, ScopeOrigin, Terms, catalogue, terms};
pub use expression::{BadExpression, Requirement};
pub use invite::{
    InvitationError, InvitationLink, InvitationLinkError, InviteError, NewInvitation, cancel_invitation, invitation_link, invite,
    resend_invitation,
};
pub use policy::{
    AllowedRoles, ChangeError, Forbidden, Idle, Longest, NoExpiry, Owner, PolicyDraft, PolicyProblem, Switch, TokenPolicy,
    change_policy, policy, policy_changed_at,
};
pub use scopes::{ScopeName, ScopePattern, Scopes};
pub use set_up::{SetUpDraft, SetUpError, open_setup, set_up, setup_open_until};

pub(in crate::domain) use catalogue::terms_in;
