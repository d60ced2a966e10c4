//! What has just happened, as a word in the address of the page that says so.
//!
//! A change is answered with 303, so that a reload repeats nothing; the page it leads to reads the word. A page knows
//! its own words alone and writes the sentences itself: no link can make it say anything else.

use actix_web::HttpRequest;

use super::outcome::WebError;
use crate::domain::Ctx;
use crate::http::extract::query;

/// Something that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// A confirmation mail was sent again.
    MailSent,
    /// The password was changed.
    PasswordChanged,
    /// A session was ended.
    SessionEnded,
    /// All sessions but this one were ended.
    OthersEnded,
    /// A token was revoked.
    TokenRevoked,
    /// Several were.
    TokensRevoked,
    /// A token was revoked because it leaked.
    TokenLeaked,
    /// A token has another name.
    TokenRenamed,
    /// A token may do less.
    TokenNarrowed,
    /// A token is refused for a while.
    TokenPaused,
    /// It works again.
    TokenResumed,
    /// The old secret of a token was ended.
    OverlapEnded,
    /// The token policy was saved.
    PolicySaved,
    /// A scope was added.
    ScopeAdded,
    /// A scope was changed.
    ScopeSaved,
    /// A scope was deleted.
    ScopeDeleted,
    /// A plan was added.
    PlanAdded,
    /// A plan was changed.
    PlanSaved,
    /// A plan was deleted.
    PlanDeleted,
    /// New workspaces get another plan.
    NewPlanChosen,
    /// Somebody's account was suspended.
    AccountSuspended,
    /// A suspension was ended.
    AccountRestored,
    /// Somebody's roles were saved.
    RolesSaved,
    /// All of somebody's sessions were ended.
    SignedOutEverywhere,
    /// An administrator revoked tokens.
    RevokedByUs,
    /// Nothing was ticked that could be revoked.
    NothingSelected,
    /// A test mail is in the outbox.
    TestMailSent,
    /// A mail that was given up is back in the outbox.
    MailSentAgain,
    /// It is not, because there is no such mail any more.
    MailStays,
    /// An invitation was mailed.
    InvitationSent,
    /// An invitation was made that no mail server brings to its reader.
    InvitationMade,
    /// An invitation was taken back.
    InvitationCancelled,
    /// Somebody was mailed a way to a new password.
    SetPasswordLinkSent,
    /// Somebody's second factor was removed.
    FactorTaken,
    /// The session of this browser was ended.
    SignedOut,
    /// The first administrator was made.
    SetUp,
    /// An account was set up from its invitation.
    AccountSetUp,
    /// A new password was set by the mailed link.
    PasswordRecovered,
    /// The second step took too long, or too many attempts.
    CodeGivenUp,
    /// The authenticator app is on.
    FactorOn,
    /// The authenticator app is off.
    FactorOff,
    /// The recovery codes count.
    CodesStored,
    /// The sign-in policy was saved.
    SignInPolicySaved,
    /// Somebody has another name.
    Renamed,
    /// An account was deleted by its owner.
    AccountDeleted,
    /// A workspace was made.
    WorkspaceCreated,
    /// A workspace has another name.
    WorkspaceRenamed,
    /// What a workspace's keys may do was saved.
    KeysPolicySaved,
    /// Somebody was invited to a workspace.
    MemberInvited,
    /// An invitation to a workspace was taken back.
    MemberInvitationCancelled,
    /// One has joined a workspace.
    Joined,
    /// One has declined an invitation to a workspace.
    Declined,
    /// A member's roles were saved.
    MemberRolesSaved,
    /// A member was removed.
    MemberRemoved,
    /// One has left a workspace.
    Left,
    /// A workspace was deleted.
    WorkspaceDeleted,
    /// A workspace was suspended.
    WorkspaceSuspended,
    /// A suspension of a workspace was ended.
    WorkspaceRestored,
    /// A workspace has another plan.
    WorkspacePlanSaved,
    /// Who may create workspaces was saved.
    CreatorsSaved,
    /// A key was revoked.
    KeyRevoked,
    /// A key was revoked because it leaked.
    KeyLeaked,
    /// A key has another name, or may do less.
    KeyChanged,
    /// A key is refused for a while.
    KeyPaused,
    /// It works again.
    KeyResumed,
    /// The old secret of a key was ended.
    KeyOverlapEnded,
    /// A service account has another name, or may do less.
    ServiceChanged,
    /// One of the secrets of a service account was ended.
    ServiceSecretEnded,
    /// Somebody else answers for a service account, too.
    ServiceOwnerAdded,
    /// Somebody answers for it no more.
    ServiceOwnerRemoved,
    /// A service account was deleted.
    ServiceDeleted,
    /// An app was registered.
    AppRegistered,
    /// An app was changed.
    AppSaved,
    /// An app was disabled.
    AppDisabled,
    /// An app may be used again.
    AppEnabled,
    /// An app was deleted.
    AppDeleted,
    /// An app may not act for somebody any more.
    GrantRevoked,
    /// A device was let in.
    DeviceAllowed,
    /// A device was kept out.
    DeviceDenied,
    /// An audience was added.
    AudienceAdded,
    /// An audience was removed.
    AudienceRemoved,
}

impl Done {
    #[expect(clippy::too_many_lines, reason = "one arm for each word, and no more than that")]
    fn word(self) -> &'static str {
        match self {
            Self::MailSent => "sent",
            Self::PasswordChanged => "changed",
            Self::SessionEnded => "ended",
            Self::OthersEnded => "others",
            Self::TokenRevoked => "revoked",
            Self::PolicySaved | Self::ScopeSaved => "saved",
            Self::ScopeAdded => "added",
            Self::ScopeDeleted => "deleted",
            Self::PlanAdded => "added",
            Self::PlanSaved => "saved",
            Self::PlanDeleted => "deleted",
            Self::NewPlanChosen => "new-plan",
            Self::AccountSuspended => "suspended",
            Self::AccountRestored => "restored",
            Self::RolesSaved => "roles",
            Self::SignedOutEverywhere => "out",
            Self::TokensRevoked => "revoked-many",
            Self::TokenLeaked => "leaked",
            Self::TokenRenamed => "renamed",
            Self::TokenNarrowed => "narrowed",
            Self::TokenPaused => "paused",
            Self::TokenResumed => "resumed",
            Self::OverlapEnded => "overlap-ended",
            Self::RevokedByUs => "ended-by-us",
            Self::NothingSelected => "nothing",
            Self::TestMailSent => "test",
            Self::MailSentAgain => "again",
            Self::MailStays => "stays",
            Self::InvitationSent => "invited",
            Self::InvitationMade => "made",
            Self::InvitationCancelled => "cancelled",
            Self::SetPasswordLinkSent => "link",
            Self::FactorTaken => "factor-taken",
            Self::SignedOut => "signed-out",
            Self::SetUp => "set-up",
            Self::AccountSetUp => "account-set-up",
            Self::PasswordRecovered => "recovered",
            Self::CodeGivenUp => "again",
            Self::FactorOn => "app-on",
            Self::FactorOff => "app-off",
            Self::CodesStored => "codes",
            Self::SignInPolicySaved => "sign-in",
            Self::Renamed => "renamed",
            Self::AccountDeleted => "account-deleted",
            Self::WorkspaceCreated => "created",
            Self::WorkspaceRenamed => "renamed",
            Self::KeysPolicySaved => "saved",
            Self::MemberInvited => "invited",
            Self::MemberInvitationCancelled => "cancelled",
            Self::Joined => "joined",
            Self::Declined => "declined",
            Self::MemberRolesSaved => "roles",
            Self::MemberRemoved => "removed",
            Self::Left => "left",
            Self::WorkspaceDeleted => "deleted",
            Self::WorkspaceSuspended => "suspended",
            Self::WorkspaceRestored => "restored",
            Self::WorkspacePlanSaved => "plan",
            Self::CreatorsSaved => "creators",
            Self::KeyRevoked => "revoked",
            Self::KeyLeaked => "leaked",
            Self::KeyChanged => "changed",
            Self::KeyPaused => "paused",
            Self::KeyResumed => "resumed",
            Self::KeyOverlapEnded => "overlap-ended",
            Self::ServiceChanged => "changed",
            Self::ServiceSecretEnded => "secret-ended",
            Self::ServiceOwnerAdded => "owner-added",
            Self::ServiceOwnerRemoved => "owner-removed",
            Self::ServiceDeleted => "deleted",
            Self::AppRegistered | Self::AudienceAdded => "added",
            Self::AppSaved => "saved",
            Self::GrantRevoked => "revoked",
            Self::DeviceAllowed => "allowed",
            Self::DeviceDenied => "denied",
            Self::AppDisabled => "disabled",
            Self::AppEnabled => "enabled",
            Self::AppDeleted => "deleted",
            Self::AudienceRemoved => "removed",
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each sentence, and no more than that")]
    fn sentence(self) -> &'static str {
        match self {
            Self::MailSent => "The mail is on its way.",
            Self::PasswordChanged => "Your password is changed. All your other sessions have ended.",
            Self::SessionEnded => "The session is ended.",
            Self::OthersEnded => "All your other sessions are ended.",
            Self::TokenRevoked => "The token is revoked. It is refused from its next request on.",
            Self::TokensRevoked => "The tokens are revoked. Each is refused from its next request on.",
            Self::TokenLeaked => "The token is revoked. Whoever has it is refused; look below whether anybody else has used it.",
            Self::TokenRenamed => "The token is renamed.",
            Self::TokenNarrowed => "The token is narrowed. It binds from its next request on.",
            Self::TokenPaused => "The token is paused. It is refused from its next request on.",
            Self::TokenResumed => "The token works again.",
            Self::OverlapEnded => "The old secret has ended. It is refused from its next request on.",
            Self::PolicySaved => "The token policy is saved. It binds from now on.",
            Self::ScopeAdded => "The scope is added. People can tick it from now on.",
            Self::ScopeSaved => "The scope is saved. It binds every token on its next request.",
            Self::ScopeDeleted => "The scope is deleted.",
            Self::PlanAdded => "The plan is added. Workspaces can be given it from now on.",
            Self::PlanSaved => "The plan is saved. It binds every workspace that has it on its next request.",
            Self::PlanDeleted => "The plan is deleted.",
            Self::NewPlanChosen => "The plan of new workspaces is saved.",
            Self::AccountSuspended => "The account is suspended. Everything of it is refused from its next request on.",
            Self::AccountRestored => "The account is restored. Its owner can sign in again.",
            Self::RolesSaved => "The roles are saved. They bind from the next request on.",
            Self::InvitationSent => "The invitation is on its way. Its link works for 72 hours.",
            Self::InvitationMade => "The invitation is made. Show its link below and hand it over; it works for 72 hours.",
            Self::InvitationCancelled => "The invitation is cancelled. Its link leads nowhere.",
            Self::FactorTaken => {
                "The second factor is removed, and all sessions of this account are ended. Its owner is told by mail."
            }
            Self::SetPasswordLinkSent => "The mail with the link is on its way.",
            Self::SignedOutEverywhere => "All sessions of this account are ended.",
            Self::RevokedByUs => {
                "What you selected is revoked and refused from its next request on. The owners of API tokens are told why by mail."
            }
            Self::NothingSelected => "Nothing was revoked: select tokens that are still good first.",
            Self::TestMailSent => "The test mail is on its way to you. Reload this page to see whether it went out.",
            Self::MailSentAgain => "The mail is on its way again. Reload this page to see whether it went out.",
            Self::MailStays => "Nothing was sent: this mail is on its way already, or what it says is over.",
            Self::SignedOut => "You have signed out.",
            Self::SetUp => "Latchkey is set up. Sign in as its administrator.",
            Self::PasswordRecovered => {
                "Your password is changed and all your sessions have ended. Sign in with the new password."
            }
            Self::Renamed => "Your name is changed.",
            Self::AccountDeleted => "Your account is deleted.",
            Self::WorkspaceCreated => "The workspace is created. You own it.",
            Self::WorkspaceRenamed => "The workspace is renamed.",
            Self::MemberInvited => "The invitation is on its way. Its link works for 7 days.",
            Self::MemberInvitationCancelled => "The invitation is cancelled. Its link leads nowhere.",
            Self::Joined => "You have joined the workspace.",
            Self::Declined => "You have declined the invitation.",
            Self::MemberRolesSaved => "The roles are saved. They bind from the next request on.",
            Self::MemberRemoved => "The member is removed. What their tokens could do here has ended.",
            Self::Left => "You have left the workspace. What your tokens could do there has ended.",
            Self::WorkspaceSuspended => "The workspace is suspended. Everything of it is refused from its next request on.",
            Self::WorkspaceRestored => "The workspace is restored. What has not ended works again.",
            Self::WorkspacePlanSaved => "The plan is saved. It binds from the next request on.",
            Self::CreatorsSaved => "The roles are saved. They bind whoever wants to create a workspace from now on.",
            Self::WorkspaceDeleted => "The workspace is deleted, with everything in it.",
            Self::KeysPolicySaved => "The setting is saved. It binds every key on its next request.",
            Self::KeyRevoked => "The key is revoked. It is refused from its next request on.",
            Self::KeyLeaked => "The key is revoked. Whoever has it is refused; look below whether anybody else has used it.",
            Self::KeyChanged => "The key is changed. It binds from its next request on.",
            Self::KeyPaused => "The key is paused. It is refused from its next request on.",
            Self::KeyResumed => "The key works again.",
            Self::KeyOverlapEnded => "The old secret has ended. It is refused from its next request on.",
            Self::ServiceChanged => "The service account is changed. It binds from its next request on.",
            Self::ServiceSecretEnded => "The secret has ended. It is refused from its next request on.",
            Self::ServiceOwnerAdded => "The owner is added.",
            Self::ServiceOwnerRemoved => "The owner is removed.",
            Self::ServiceDeleted => "The service account is deleted. Its secrets are refused from their next request on.",
            Self::AppRegistered => "The app is registered. Give its client id to those who build it.",
            Self::AppSaved => "The app is saved. It binds from the next request on.",
            Self::AppDisabled => "The app is disabled. What people had allowed it has ended.",
            Self::AppEnabled => "The app is enabled. People can let it in again.",
            Self::AppDeleted => "The app is deleted, with everything that people had allowed it.",
            Self::GrantRevoked => "The app is signed out. Its tokens are refused from their next request on.",
            Self::DeviceAllowed => "The device is allowed. It goes on by itself in a few seconds.",
            Self::DeviceDenied => "The device is denied. It gets nothing.",
            Self::AudienceAdded => "The audience is added. Apps and service accounts can be given it from now on.",
            Self::AudienceRemoved => "The audience is removed. Who has it keeps it.",
            Self::AccountSetUp => "Your account is set up. Sign in with the password that you have chosen.",
            Self::CodeGivenUp => "The code was not entered in time, or too many were wrong. Sign in again.",
            Self::FactorOn => "Your authenticator app is on. From now on signing in asks for its code.",
            Self::FactorOff => "Your authenticator app is off, and its recovery codes have ended.",
            Self::CodesStored => "Your recovery codes count from now on. Each is good once.",
            Self::SignInPolicySaved => "The sign-in policy is saved. It binds from now on.",
        }
    }

    /// What has become of an invitation, as mail goes here.
    pub fn invited(ctx: &Ctx) -> Self {
        if ctx.mail.folder_path().is_some() { Self::InvitationMade } else { Self::InvitationSent }
    }

    /// The address of the page that says so.
    pub fn address(self, path: &str) -> String {
        format!("{path}?done={}", self.word())
    }

    /// 303 to the page that says so.
    pub fn on(self, path: &str) -> WebError {
        WebError::see_other(self.address(path))
    }

    /// What the request's address says was done, if it is one of these.
    pub fn told(request: &HttpRequest, known: &[Self]) -> Option<String> {
        let word = query(request, "done")?;
        known.iter().find(|done| done.word() == word).map(|done| done.sentence().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_page_says_only_what_it_knows() {
        let told = |address: &str| Done::told(&TestRequest::with_uri(address).to_http_request(), &[Done::TokenRevoked]);
        assert_eq!(told("/a?done=revoked").as_deref(), Some(Done::TokenRevoked.sentence()));
        for other in ["/a", "/a?done=", "/a?done=changed", "/a?done=Revoked", "/a?done=Call+0900+123"] {
            assert_eq!(told(other), None, "{other}");
        }
    }
}
