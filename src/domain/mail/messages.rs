//! Everything we ever write to somebody. A message is kept as JSON in the outbox until it is rendered, so nothing in
//! it may be a secret: a link is a seed, which says nothing without the master key.

use serde::{Deserialize, Serialize};

use super::cause::{Asker, Cause, NamedToken, Revoker};
use super::grant_ended::GrantEnded;
use super::membership::{MemberRolesChanged, MembershipEnded, WorkspaceInvitation};
use super::stored;
use super::workspace_credential::WorkspaceCredential;
use crate::base::text::{Label, PersonName};
use crate::base::time::Timestamp;

/// One message to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// "Is this your address?", with a link and a code that answer.
    VerifyAddress {
        /// Of the person who signed up.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The seed of the link's secret and of the code.
        seed: String,
        /// When the link ends.
        #[serde(with = "stored::instant")]
        expires_at: Timestamp,
        /// When the code ends: sooner, because six digits can be guessed.
        #[serde(with = "stored::instant")]
        code_expires_at: Timestamp,
        /// The sign-up, or the wish for another mail.
        cause: Cause,
    },
    /// Somebody signed up with an address that has an account.
    AlreadyRegistered {
        /// The account's own name, never the one that was typed: a stranger typed that.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The sign-up.
        cause: Cause,
    },
    /// An administrator made an account for somebody: a link to set it up.
    Invitation {
        /// As the administrator knows the person.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// Who invites, in words.
        inviter: String,
        /// The seed of the link's secret.
        seed: String,
        /// When the link ends.
        #[serde(with = "stored::instant")]
        expires_at: Timestamp,
        /// The invitation.
        cause: Cause,
    },
    /// A link that sets a new password.
    ResetPassword {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The seed of the link's secret.
        seed: String,
        /// When the link ends.
        #[serde(with = "stored::instant")]
        expires_at: Timestamp,
        /// Who wanted it.
        asker: Asker,
        /// The request.
        cause: Cause,
    },
    /// "Is this your address?", to the address that an account is to have.
    ConfirmNewAddress {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The address that the account has.
        old: String,
        /// The seed of the link's secret.
        seed: String,
        /// When the link ends.
        #[serde(with = "stored::instant")]
        expires_at: Timestamp,
        /// The request.
        cause: Cause,
    },
    /// To the address that an account had: a link that puts it back.
    AddressChanged {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The address that the account has now.
        new: String,
        /// The seed of the link's secret.
        seed: String,
        /// When the link ends.
        #[serde(with = "stored::instant")]
        expires_at: Timestamp,
        /// The confirmation of the new address.
        cause: Cause,
    },
    /// The account is gone.
    AccountDeleted {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The deletion.
        cause: Cause,
    },
    /// An administrator has deleted the account.
    AccountDeletedByAdmin {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The deletion.
        cause: Cause,
    },
    /// The password is another one now.
    PasswordChanged {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// How many API tokens were revoked with it.
        #[serde(default)]
        tokens_revoked: u64,
        /// The change.
        cause: Cause,
    },
    /// The account has a new API token.
    TokenCreated {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The token's name.
        #[serde(with = "stored::label")]
        token_name: Label,
        /// What the list shows of it: its beginning, never the token.
        token_prefix: String,
        /// When it ends, if it does.
        #[serde(with = "stored::maybe_instant")]
        expires_at: Option<Timestamp>,
        /// Its creation.
        cause: Cause,
    },
    /// An API token of the account has ended before its time.
    TokenRevoked {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The token's name.
        #[serde(with = "stored::label")]
        token_name: Label,
        /// Its id, for a link to its page; empty in messages of the first version.
        #[serde(default)]
        token: String,
        /// What the list shows of it.
        token_prefix: String,
        /// Who ended it.
        by: Revoker,
        /// Why, if somebody said so.
        reason: Option<String>,
        /// The revocation.
        cause: Cause,
    },
    /// Several API tokens of the account have ended together.
    TokensRevoked {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// Which.
        tokens: Vec<NamedToken>,
        /// Who ended them.
        by: Revoker,
        /// Why, if somebody said so.
        reason: Option<String>,
        /// The revocation.
        cause: Cause,
    },
    /// An API token of the account has a new secret.
    TokenRotated {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The token's id, for a link to its page.
        token: String,
        /// The token's name.
        #[serde(with = "stored::label")]
        token_name: Label,
        /// What the list shows of the new secret.
        token_prefix: String,
        /// Until when the old secret is still good, if it is.
        #[serde(with = "stored::maybe_instant")]
        old_ends_at: Option<Timestamp>,
        /// The rotation.
        cause: Cause,
    },
    /// An API token of the account ends soon.
    TokenExpiring {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The token's id, for a link to its page.
        token: String,
        /// The token's name.
        #[serde(with = "stored::label")]
        token_name: Label,
        /// What the list shows of it.
        token_prefix: String,
        /// When it ends.
        #[serde(with = "stored::instant")]
        ends_at: Timestamp,
        /// When it was last used, if it ever was.
        #[serde(with = "stored::maybe_instant")]
        last_used_at: Option<Timestamp>,
        /// When this was written.
        cause: Cause,
    },
    /// An API token of the account has come to its end.
    TokenExpired {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The token's id, for a link to its page.
        token: String,
        /// The token's name.
        #[serde(with = "stored::label")]
        token_name: Label,
        /// What the list shows of it.
        token_prefix: String,
        /// When it ended.
        #[serde(with = "stored::instant")]
        ends_at: Timestamp,
        /// When it was last used, if it ever was.
        #[serde(with = "stored::maybe_instant")]
        last_used_at: Option<Timestamp>,
        /// When this was written.
        cause: Cause,
    },
    /// Somebody still uses a secret that was replaced and has ended.
    OldSecretUsed {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The token's id, for a link to its page.
        token: String,
        /// The token's name.
        #[serde(with = "stored::label")]
        token_name: Label,
        /// What was shown of the old secret.
        token_prefix: String,
        /// When it ended.
        #[serde(with = "stored::instant")]
        ended_at: Timestamp,
        /// The attempt.
        cause: Cause,
    },
    /// A change of the token policy refuses tokens of the account.
    PolicyAffects {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// What the tokens are called; the first of them, if there are many.
        tokens: Vec<String>,
        /// How many there are beside these.
        more: usize,
        /// Why they are refused, as a sentence or two.
        why: String,
        /// The change.
        cause: Cause,
    },
    /// Signing in asks for a code of an app from now on.
    FactorAdded {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The change.
        cause: Cause,
    },
    /// Signing in asks for the password alone from now on.
    FactorRemoved {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The change.
        cause: Cause,
    },
    /// An administrator has removed the second factor.
    FactorRemovedByAdmin {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The change.
        cause: Cause,
    },
    /// Somebody signed in with a recovery code.
    RecoveryCodeUsed {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// How many codes are left.
        left: i64,
        /// The sign-in.
        cause: Cause,
    },
    /// Somebody signed in from a browser that had not before.
    NewSignIn {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The sign-in.
        cause: Cause,
    },
    /// Somebody signed in after several attempts had failed.
    SignedInAfterFailures {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// How many had failed in a row.
        failures: i64,
        /// The sign-in.
        cause: Cause,
    },
    /// Somebody is invited to a workspace.
    WorkspaceInvitation(WorkspaceInvitation),
    /// A member has other roles.
    MemberRolesChanged(MemberRolesChanged),
    /// A membership has ended.
    MembershipEnded(MembershipEnded),
    /// A refresh token was in two hands.
    GrantEnded(GrantEnded),
    /// Something became of a key or a service account of a workspace.
    WorkspaceCredential(WorkspaceCredential),
    /// Whether mail arrives.
    Test {
        /// Of the account.
        #[serde(with = "stored::person")]
        name: PersonName,
        /// The wish to know.
        cause: Cause,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back_from_its_row_as_it_was_written() {
        let message = Message::TokenCreated {
            name: PersonName::parse("Zoë").expect("a name"),
            token_name: Label::parse("CI \"deploy\"").expect("a label"),
            token_prefix: "lk_pat_4fQx".into(),
            expires_at: None,
            cause: Cause {
                at: Timestamp::from_micros(1_800_000_000_000_001),
                address: "2001:db8::1".parse().expect("an address"),
                agent: "curl/8.5".into(),
            },
        };
        let row = serde_json::to_string(&message).expect("a message is JSON");
        assert!(row.starts_with(r#"{"kind":"token_created","name":"Zoë""#), "{row}");
        assert_eq!(serde_json::from_str::<Message>(&row).expect("the same message"), message);
    }

    #[test]
    fn r55_a_row_cannot_bring_back_a_name_that_breaks_a_header() {
        let row = r#"{"kind":"already_registered","name":"x\r\nBcc: v@example.com","cause":{"at":1,"address":"::1","agent":""}}"#;
        assert!(serde_json::from_str::<Message>(row).is_err());
    }
}
