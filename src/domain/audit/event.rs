//! The events.

use serde_json::Value;

use crate::base::id::{AccountId, CredentialId, WorkspaceId};
use crate::base::net::Origin;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person in a session.
    Account(AccountId),
    /// Whoever held this credential.
    Credential(CredentialId),
    /// Latchkey itself, or its operator on the command line.
    System,
    /// Somebody who is not signed in.
    Nobody,
}

impl Actor {
    /// The columns `actor_kind` and `actor_id`.
    pub(super) fn columns(self) -> (&'static str, Option<String>) {
        match self {
            Self::Account(id) => ("account", Some(id.to_db())),
            Self::Credential(id) => ("credential", Some(id.to_db())),
            Self::System => ("system", None),
            Self::Nobody => ("nobody", None),
        }
    }
}

/// Whether it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was tried and refused.
    Refused,
}

impl Outcome {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Done, Self::Refused].into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// Defines the actions with the word that is stored and the sentence that is shown.
macro_rules! actions {
    ($($name:ident $word:literal $sentence:literal)*) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action {
            $(#[doc = $sentence] $name,)*
        }

        impl Action {
            /// All of them, in the order of a filter's choices.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in the database and in filters.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What a person reads.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence),* }
            }

            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

actions! {
    SetUp "instance.set_up" "Latchkey set up"
    AccountCreated "account.created" "Account created"
    AccountVerified "account.verified" "Email address confirmed"
    ConfirmationSent "account.confirmation_sent" "Confirmation mail sent"
    PasswordChanged "account.password_changed" "Password changed"
    RecoverySent "account.recovery_sent" "Recovery mail sent"
    PasswordRecovered "account.password_recovered" "Password recovered by mail"
    AccountRenamed "account.renamed" "Name changed"
    ProfileChanged "account.profile_changed" "Profile changed"
    ConfigurationChanged "configuration.changed" "Configuration of a product changed"
    AddressAsked "account.address_asked" "Change of email address asked for"
    AddressChanged "account.address_changed" "Email address changed"
    AddressRestored "account.address_restored" "Change of email address undone"
    AccountExported "account.exported" "Data of the account exported"
    AccountDeleted "account.deleted" "Account deleted"
    Invited "invitation.created" "Invitation sent"
    InvitationSent "invitation.sent_again" "Invitation sent again"
    InvitationLinkShown "invitation.link_shown" "Invitation link shown to an administrator"
    InvitationCancelled "invitation.cancelled" "Invitation cancelled"
    InvitationAccepted "invitation.accepted" "Account set up from an invitation"
    SignedIn "session.signed_in" "Signed in"
    CodeAsked "session.code_asked" "Code of the second factor asked for"
    Confirmed "session.confirmed" "Password confirmed"
    SignedOut "session.signed_out" "Signed out"
    SessionEnded "session.ended" "Session ended"
    RefreshReused "session.refresh_reused" "Old refresh token presented again"
    TokenCreated "token.created" "API token created"
    TokenRevoked "token.revoked" "API token revoked"
    TokenRotated "token.rotated" "API token rotated"
    OverlapEnded "token.overlap_ended" "Old secret of an API token ended"
    TokenPaused "token.paused" "API token paused"
    TokenResumed "token.resumed" "API token resumed"
    TokenRenamed "token.renamed" "API token renamed"
    TokenNarrowed "token.narrowed" "API token narrowed"
    WorkspaceCreated "workspace.created" "Workspace created"
    WorkspaceRenamed "workspace.renamed" "Workspace renamed"
    WorkspaceChanged "workspace.changed" "Workspace settings changed"
    WorkspaceDeleted "workspace.deleted" "Workspace deleted"
    WorkspaceActivated "session.workspace_activated" "Workspace activated for a session"
    WorkspaceSuspended "workspace.suspended" "Workspace suspended"
    WorkspaceRestored "workspace.restored" "Workspace restored"
    MemberInvited "member.invited" "Member invited to a workspace"
    MemberInvitationEnded "member.invitation_cancelled" "Invitation to a workspace cancelled"
    MemberDeclined "member.declined" "Invitation to a workspace declined"
    MemberJoined "member.joined" "Member joined a workspace"
    MemberRolesChanged "member.roles_changed" "Roles in a workspace changed"
    MemberRemoved "member.removed" "Member removed from a workspace"
    MemberLeft "member.left" "Member left a workspace"
    KeyCreated "key.created" "API key created"
    KeyRevoked "key.revoked" "API key revoked"
    KeyRotated "key.rotated" "API key rotated"
    KeyOverlapEnded "key.overlap_ended" "Old secret of an API key ended"
    KeyPaused "key.paused" "API key paused"
    KeyResumed "key.resumed" "API key resumed"
    KeyChanged "key.changed" "API key changed"
    ServiceAccountCreated "service_account.created" "Service account created"
    ServiceAccountChanged "service_account.changed" "Service account changed"
    ServiceAccountDeleted "service_account.deleted" "Service account deleted"
    ServiceSecretAdded "service_account.secret_added" "Secret added to a service account"
    ServiceSecretRevoked "service_account.secret_revoked" "Secret of a service account revoked"
    PlanAdded "plan.added" "Plan added"
    PlanChanged "plan.changed" "Plan changed"
    PlanDeleted "plan.deleted" "Plan deleted"
    WorkspacePolicyChanged "policy.workspaces_changed" "Workspace policy changed"
    PolicyChanged "policy.changed" "Token policy changed"
    ScopeAdded "scope.added" "Scope added"
    ScopeChanged "scope.changed" "Scope changed"
    ScopeDeleted "scope.deleted" "Scope deleted"
    AudienceAdded "audience.added" "Audience added"
    AudienceRemoved "audience.removed" "Audience removed"
    AppRegistered "app.registered" "App registered"
    AppChanged "app.changed" "App changed"
    AppDisabled "app.disabled" "App disabled"
    AppEnabled "app.enabled" "App enabled"
    AppDeleted "app.deleted" "App deleted"
    AppAllowed "app.allowed" "App allowed to act for an account"
    CodeReused "app.code_reused" "Code of an app presented again"
    AppDenied "app.denied" "App not allowed to act for an account"
    AccountViewed "account.viewed" "Account viewed"
    AccountSuspended "account.suspended" "Account suspended"
    AccountRestored "account.restored" "Account restored"
    RolesChanged "account.roles_changed" "Roles changed"
    SignedOutEverywhere "account.signed_out" "Signed out everywhere"
    FactorAdded "factor.added" "Second factor added"
    FactorRemoved "factor.removed" "Second factor removed"
    RecoveryCodesMade "factor.codes_made" "Recovery codes made"
    RecoveryCodesConfirmed "factor.codes_confirmed" "Recovery codes stored"
    SignInPolicyChanged "policy.sign_in_changed" "Sign-in policy changed"
    SignedTokenGivenUp "token.given_up" "Signed token given up"
    SigningKeyRotated "signing_key.rotated" "Key that signs tokens rotated"
    MailSentAgain "mail.sent_again" "Mail sent again"
    TestMailSent "mail.test_sent" "Test mail sent"
}

/// One event, before it is written.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// Who.
    pub actor: Actor,
    /// From where.
    pub origin: &'a Origin,
    /// What.
    pub action: Action,
    /// Whether it came about.
    pub outcome: Outcome,
    /// Whose account it concerns, if anybody's.
    pub account: Option<AccountId>,
    /// Which workspace it concerns, if any.
    pub workspace: Option<WorkspaceId>,
    /// What it was done to, as the wire spells it; empty if that is the account itself.
    pub target: String,
    /// Facts worth keeping; never a secret, never a raw body.
    pub details: Value,
}

impl<'a> Event<'a> {
    /// Something that was done to an account.
    pub fn done(actor: Actor, origin: &'a Origin, action: Action, account: AccountId) -> Self {
        Self {
            actor,
            origin,
            action,
            outcome: Outcome::Done,
            account: Some(account),
            workspace: None,
            target: String::new(),
            details: Value::Null,
        }
    }

    /// Something that was done in a workspace.
    pub fn done_in(actor: Actor, origin: &'a Origin, action: Action, workspace: WorkspaceId) -> Self {
        let (outcome, account, workspace) = (Outcome::Done, None, Some(workspace));
        Self { actor, origin, action, outcome, account, workspace, target: String::new(), details: Value::Null }
    }

    /// The same, about this person.
    pub fn about(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// The same, in this workspace.
    pub fn within(mut self, workspace: Option<WorkspaceId>) -> Self {
        self.workspace = workspace;
        self
    }

    /// The same, about a thing of that account.
    pub fn of(mut self, target: impl ToString) -> Self {
        self.target = target.to_string();
        self
    }

    /// The same, with facts.
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// The same, but refused.
    pub fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }

    /// Something that was tried by somebody unknown, and refused.
    pub fn refused_to_nobody(origin: &'a Origin, action: Action) -> Self {
        let (actor, outcome) = (Actor::Nobody, Outcome::Refused);
        Self { actor, origin, action, outcome, account: None, workspace: None, target: String::new(), details: Value::Null }
    }
}
