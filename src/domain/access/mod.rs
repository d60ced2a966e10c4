//! What may be done, and by whom: scopes, audiences, the token policy, administrators.

mod administrator;
mod audiences;
mod catalogue;
mod configuration;
mod create_account;
mod edit_scope;
mod expression;
mod invite;
mod outbox;
mod people;
mod plans;
mod policy;
mod scopes;
mod set_up;
mod sign_in_policy;
mod store;
mod workspaces;

pub use administrator::{Administrator, ConfirmedAdministrator};
pub use audiences::{
    AUDIENCES_AT_MOST, Audience, AudienceError, AudienceName, Audiences, BadAudiences, add_audience, audience_of_people,
    audiences, remove_audience,
};
pub use catalogue::{Beyond, Catalogue, EffectiveScopes, Holder, Holders, Scope, ScopeOrigin, Terms, catalogue, terms};
pub use create_account::{CreateAccountError, create_account};
pub use edit_scope::{SCOPES_AT_MOST, SENTENCE_MAX, ScopeDraft, ScopeError, add_scope, change_scope};
pub use expression::{BadExpression, Requirement};
pub use invite::{
    InvitationError, InvitationLink, InvitationLinkError, InviteError, NewInvitation, cancel_invitation, invitation_link, invite,
    resend_invitation,
};
pub use outbox::{send_mail_again, send_test_mail};
pub use people::{Invitation, Listing, Viewed, count_accounts, existing_roles, list_accounts, set_roles, view_account};
pub use plans::{
    AddPlanError, ChangePlanError, DeletePlanError, PLANS_AT_MOST, SetPlanError, add_plan, change_plan, choose_new_plan,
    delete_plan, set_plan,
};
pub use policy::{
    AllowedRoles, Forbidden, Idle, Longest, NoExpiry, Owner, PolicyDraft, PolicyProblem, Switch, TokenPolicy, policy,
    policy_changed_at,
};
pub use scopes::{ScopeName, ScopePattern, Scopes};
pub use set_up::{SetUpDraft, SetUpError, open_setup, set_up, setup_open_until};
pub use sign_in_policy::{FactorRoles, factor_roles, require_factor};
pub use workspaces::{
    ChangeWorkspaceError, let_create_workspaces, list_members, restore_workspace, suspend_workspace, workspace_creators,
};

pub(in crate::domain) use audiences::unknown_audience_in;
pub(in crate::domain) use catalogue::{catalogue_in, terms_in};
pub(in crate::domain) use configuration::{configuration_in, save_configuration_in};
pub(in crate::domain) use edit_scope::{delete_scope_in, editable};
pub(in crate::domain) use people::set_roles_in;
pub(in crate::domain) use policy::{check_policy, save_policy_in};
pub(in crate::domain) use sign_in_policy::needs_factor_in;
pub(in crate::domain) use store::policy as policy_in;
