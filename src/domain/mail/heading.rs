//! What every message has: whom it greets, its subject, and what caused it.

use super::cause::Cause;
use super::grant_ended::GrantEnded;
use super::membership::{MemberRolesChanged, MembershipEnded, WorkspaceInvitation};
use super::messages::Message;
use super::phrases::days_until;
use super::workspace_credential::WorkspaceCredential;
use crate::base::text::PersonName;
use crate::base::time::Timestamp;

impl Message {
    /// Whom it greets.
    pub(super) fn name(&self) -> &PersonName {
        match self {
            Self::VerifyAddress { name, .. }
            | Self::AlreadyRegistered { name, .. }
            | Self::Invitation { name, .. }
            | Self::ResetPassword { name, .. }
            | Self::ConfirmNewAddress { name, .. }
            | Self::AddressChanged { name, .. }
            | Self::AccountDeleted { name, .. }
            | Self::AccountDeletedByAdmin { name, .. }
            | Self::PasswordChanged { name, .. }
            | Self::Test { name, .. }
            | Self::TokenCreated { name, .. }
            | Self::TokenRevoked { name, .. }
            | Self::TokensRevoked { name, .. }
            | Self::TokenRotated { name, .. }
            | Self::TokenExpiring { name, .. }
            | Self::TokenExpired { name, .. }
            | Self::OldSecretUsed { name, .. }
            | Self::PolicyAffects { name, .. }
            | Self::FactorAdded { name, .. }
            | Self::FactorRemoved { name, .. }
            | Self::FactorRemovedByAdmin { name, .. }
            | Self::RecoveryCodeUsed { name, .. }
            | Self::NewSignIn { name, .. }
            | Self::SignedInAfterFailures { name, .. }
            | Self::WorkspaceInvitation(WorkspaceInvitation { name, .. })
            | Self::MemberRolesChanged(MemberRolesChanged { name, .. })
            | Self::MembershipEnded(MembershipEnded { name, .. })
            | Self::GrantEnded(GrantEnded { name, .. })
            | Self::WorkspaceCredential(WorkspaceCredential { name, .. }) => name,
        }
    }

    /// What caused it.
    pub(super) fn cause(&self) -> &Cause {
        match self {
            Self::VerifyAddress { cause, .. }
            | Self::AlreadyRegistered { cause, .. }
            | Self::Invitation { cause, .. }
            | Self::ResetPassword { cause, .. }
            | Self::ConfirmNewAddress { cause, .. }
            | Self::AddressChanged { cause, .. }
            | Self::AccountDeleted { cause, .. }
            | Self::AccountDeletedByAdmin { cause, .. }
            | Self::PasswordChanged { cause, .. }
            | Self::Test { cause, .. }
            | Self::TokenCreated { cause, .. }
            | Self::TokenRevoked { cause, .. }
            | Self::TokensRevoked { cause, .. }
            | Self::TokenRotated { cause, .. }
            | Self::TokenExpiring { cause, .. }
            | Self::TokenExpired { cause, .. }
            | Self::OldSecretUsed { cause, .. }
            | Self::PolicyAffects { cause, .. }
            | Self::FactorAdded { cause, .. }
            | Self::FactorRemoved { cause, .. }
            | Self::FactorRemovedByAdmin { cause, .. }
            | Self::RecoveryCodeUsed { cause, .. }
            | Self::NewSignIn { cause, .. }
            | Self::SignedInAfterFailures { cause, .. }
            | Self::WorkspaceInvitation(WorkspaceInvitation { cause, .. })
            | Self::MemberRolesChanged(MemberRolesChanged { cause, .. })
            | Self::MembershipEnded(MembershipEnded { cause, .. })
            | Self::GrantEnded(GrantEnded { cause, .. })
            | Self::WorkspaceCredential(WorkspaceCredential { cause, .. }) => cause,
        }
    }

    /// The subject, one line, as this service writes it at `now`.
    pub(in crate::domain) fn subject(&self, service: &str, now: Timestamp) -> String {
        match self {
            Self::VerifyAddress { .. } => "Verify your address".into(),
            Self::AlreadyRegistered { .. } => "You already have an account".into(),
            Self::Invitation { .. } => format!("You're invited to {service}"),
            Self::ResetPassword { .. } => "Reset your password".into(),
            Self::ConfirmNewAddress { .. } => "Confirm your new address".into(),
            Self::AddressChanged { .. } => "Your address was changed".into(),
            Self::AccountDeleted { .. } | Self::AccountDeletedByAdmin { .. } => "Account deleted".into(),
            Self::PasswordChanged { .. } => "Password changed".into(),
            Self::Test { .. } => "Test mail".into(),
            Self::TokenCreated { token_name, .. } => format!("Token \"{}\" created", token_name.as_str()),
            Self::TokenRevoked { token_name, .. } => format!("Token \"{}\" revoked", token_name.as_str()),
            Self::TokensRevoked { tokens, .. } => format!("{} tokens revoked", tokens.len()),
            Self::TokenRotated { token_name, .. } => format!("Token \"{}\" rotated", token_name.as_str()),
            Self::TokenExpiring { token_name, ends_at, .. } => {
                format!("Token \"{}\" expires in {}", token_name.as_str(), days_until(*ends_at, now))
            }
            Self::TokenExpired { token_name, .. } => format!("Token \"{}\" expired", token_name.as_str()),
            Self::OldSecretUsed { token_name, .. } => {
                format!("Old secret of \"{}\" used after it ended", token_name.as_str())
            }
            Self::PolicyAffects { .. } => "A policy change affects your tokens".into(),
            Self::FactorAdded { .. } => "Second factor added".into(),
            Self::FactorRemoved { .. } | Self::FactorRemovedByAdmin { .. } => "Second factor removed".into(),
            Self::RecoveryCodeUsed { .. } => "A recovery code was used".into(),
            Self::NewSignIn { .. } => "New sign-in".into(),
            Self::SignedInAfterFailures { .. } => "Signed in after wrong attempts".into(),
            Self::WorkspaceInvitation(invitation) => invitation.subject(),
            Self::MemberRolesChanged(change) => change.subject(),
            Self::MembershipEnded(ended) => ended.subject(),
            Self::GrantEnded(ended) => ended.subject(),
            Self::WorkspaceCredential(told) => told.subject(now),
        }
    }
}
