//! From a message to what the person reads. Links are built from the configured public URL and nothing else, and
//! the secret in them exists only from here to the transport.

use askama::Template;

use crate::base::secret::{Keys, base62_of_32};
use crate::base::text::{Label, Sender};
use crate::base::time::Timestamp;
use crate::base::url::PublicUrl;

use super::cause::{Asker, NamedToken, Revoker};
use super::messages::Message;
use super::phrases::{days_until, greeting, moment, revoked_too};

/// Who writes.
#[derive(Debug, Clone)]
pub struct Service {
    /// What people call this service.
    pub name: String,
    /// Where it is reached: every link begins with it.
    pub public_url: PublicUrl,
    /// What every mail is from.
    pub sender: Sender,
}

/// A message in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, one line.
    pub subject: String,
    /// For a reader of plain text; it says everything.
    pub text: String,
    /// The same as HTML, without images.
    pub html: String,
}

/// Writes the message, as seen at `now`.
pub fn render(message: &Message, service: &Service, keys: &Keys, now: Timestamp) -> Rendered {
    let (name, cause) = (message.name(), message.cause());
    let frame = Frame {
        subject: message.subject(&service.name, now),
        greeting: greeting(name),
        service: &service.name,
        url: service.public_url.as_str(),
        when: moment(cause.at, now),
        address: cause.address.to_string(),
    };
    let (text, html) = words(message, &frame, keys, now);
    Rendered { subject: frame.subject, text, html }
}

#[expect(clippy::too_many_lines, reason = "one short arm for each message, and no more than that")]
fn words(message: &Message, frame: &Frame<'_>, keys: &Keys, now: Timestamp) -> (String, String) {
    match message {
        Message::VerifyAddress { seed, expires_at, code_expires_at, .. } => {
            let page = format!("{}/verify", frame.url);
            let link = format!("{page}/{}", base62_of_32(&keys.link_secret(seed)));
            let (ends, code_ends) = (moment(*expires_at, now), moment(*code_expires_at, now));
            let it = Verification { page, link, code: keys.link_code(seed), ends, code_ends };
            both(Text::VerifyAddress { frame, it: &it }, Html::VerifyAddress { frame, it: &it })
        }
        Message::AlreadyRegistered { .. } => both(Text::AlreadyRegistered { frame }, Html::AlreadyRegistered { frame }),
        Message::Invitation { inviter, seed, expires_at, .. } => {
            let it = Linked::new(frame, "invite", seed, keys, moment(*expires_at, now));
            both(Text::Invitation { frame, it: &it, inviter }, Html::Invitation { frame, it: &it, inviter })
        }
        Message::ResetPassword { seed, expires_at, asker, .. } => {
            let it = Linked::new(frame, "recover", seed, keys, moment(*expires_at, now));
            both(Text::ResetPassword { frame, it: &it, asker: *asker }, Html::ResetPassword { frame, it: &it, asker: *asker })
        }
        Message::ConfirmNewAddress { old, seed, expires_at, .. } => {
            let it = Linked::new(frame, "confirm-address", seed, keys, moment(*expires_at, now));
            both(Text::ConfirmNewAddress { frame, it: &it, old }, Html::ConfirmNewAddress { frame, it: &it, old })
        }
        Message::AddressChanged { new, seed, expires_at, cause, .. } => {
            let it = Linked::new(frame, "undo-address", seed, keys, moment(*expires_at, now));
            let agent = cause.agent.as_str();
            both(Text::AddressChanged { frame, it: &it, new, agent }, Html::AddressChanged { frame, it: &it, new, agent })
        }
        Message::AccountDeleted { cause, .. } => {
            let agent = cause.agent.as_str();
            both(Text::AccountDeleted { frame, agent }, Html::AccountDeleted { frame, agent })
        }
        Message::AccountDeletedByAdmin { .. } => {
            both(Text::AccountDeletedByAdmin { frame }, Html::AccountDeletedByAdmin { frame })
        }
        Message::PasswordChanged { tokens_revoked, cause, .. } => {
            let (agent, tokens) = (cause.agent.as_str(), revoked_too(*tokens_revoked));
            let tokens = tokens.as_str();
            both(Text::PasswordChanged { frame, agent, tokens }, Html::PasswordChanged { frame, agent, tokens })
        }
        Message::Test { cause, .. } => {
            let agent = cause.agent.as_str();
            both(Text::Test { frame, agent }, Html::Test { frame, agent })
        }
        Message::TokenCreated { token_name, token_prefix, expires_at, cause, .. } => {
            let (name, prefix) = (token_name.as_str(), token_prefix.as_str());
            let it = NewToken { name, prefix, ends: expires_at.map(|end| moment(end, now)) };
            let agent = cause.agent.as_str();
            both(Text::TokenCreated { frame, it: &it, agent }, Html::TokenCreated { frame, it: &it, agent })
        }
        Message::TokenRevoked { token_name, token, token_prefix, by, reason, cause, .. } => {
            let page = token_page(frame, token);
            let (name, prefix, reason) = (token_name.as_str(), token_prefix.as_str(), reason.as_deref());
            let it = EndedToken { name, prefix, by: *by, reason, page };
            let agent = cause.agent.as_str();
            both(Text::TokenRevoked { frame, it: &it, agent }, Html::TokenRevoked { frame, it: &it, agent })
        }
        Message::TokensRevoked { tokens, by, reason, cause, .. } => {
            let it = EndedTokens { tokens, by: *by, reason: reason.as_deref() };
            let agent = cause.agent.as_str();
            both(Text::TokensRevoked { frame, it: &it, agent }, Html::TokensRevoked { frame, it: &it, agent })
        }
        Message::TokenRotated { token_name, token, token_prefix, old_ends_at, cause, .. } => {
            let (name, prefix, page) = (token_name.as_str(), token_prefix.as_str(), token_page(frame, token));
            let it = RotatedToken { name, prefix, old_ends: old_ends_at.map(|end| moment(end, now)), page };
            let agent = cause.agent.as_str();
            both(Text::TokenRotated { frame, it: &it, agent }, Html::TokenRotated { frame, it: &it, agent })
        }
        Message::TokenExpiring { token_name, token, token_prefix, ends_at, last_used_at, .. } => {
            let it = EndingToken::of((token_name, token_prefix), token_page(frame, token), (*ends_at, *last_used_at), now);
            both(Text::TokenExpiring { frame, it: &it }, Html::TokenExpiring { frame, it: &it })
        }
        Message::TokenExpired { token_name, token, token_prefix, ends_at, last_used_at, .. } => {
            let it = EndingToken::of((token_name, token_prefix), token_page(frame, token), (*ends_at, *last_used_at), now);
            both(Text::TokenExpired { frame, it: &it }, Html::TokenExpired { frame, it: &it })
        }
        Message::OldSecretUsed { token_name, token, token_prefix, ended_at, cause, .. } => {
            let it = EndingToken::of((token_name, token_prefix), token_page(frame, token), (*ended_at, None), now);
            let agent = cause.agent.as_str();
            both(Text::OldSecretUsed { frame, it: &it, agent }, Html::OldSecretUsed { frame, it: &it, agent })
        }
        Message::PolicyAffects { tokens, more, why, .. } => {
            let it = RefusedTokens { tokens, more: *more, why };
            both(Text::PolicyAffects { frame, it: &it }, Html::PolicyAffects { frame, it: &it })
        }
        Message::FactorAdded { cause, .. } => {
            let agent = cause.agent.as_str();
            both(Text::FactorAdded { frame, agent }, Html::FactorAdded { frame, agent })
        }
        Message::FactorRemovedByAdmin { .. } => both(Text::FactorRemovedByAdmin { frame }, Html::FactorRemovedByAdmin { frame }),
        Message::FactorRemoved { cause, .. } => {
            let agent = cause.agent.as_str();
            both(Text::FactorRemoved { frame, agent }, Html::FactorRemoved { frame, agent })
        }
        Message::RecoveryCodeUsed { left, cause, .. } => {
            let (left, agent) = (*left, cause.agent.as_str());
            both(Text::RecoveryCodeUsed { frame, left, agent }, Html::RecoveryCodeUsed { frame, left, agent })
        }
        Message::WorkspaceInvitation(invitation) => invitation.words(frame, keys, now),
        Message::MemberRolesChanged(change) => change.words(frame),
        Message::MembershipEnded(ended) => ended.words(frame),
        Message::GrantEnded(ended) => ended.words(frame),
        Message::WorkspaceCredential(told) => told.words(frame, now),
        Message::NewSignIn { cause, .. } => {
            let agent = cause.agent.as_str();
            both(Text::NewSignIn { frame, agent }, Html::NewSignIn { frame, agent })
        }
        Message::SignedInAfterFailures { failures, cause, .. } => {
            let (failures, agent) = (*failures, cause.agent.as_str());
            both(Text::SignedInAfterFailures { frame, failures, agent }, Html::SignedInAfterFailures { frame, failures, agent })
        }
    }
}

/// The page of a token; of all tokens, if its id is not known.
fn token_page(frame: &Frame<'_>, token: &str) -> String {
    if token.is_empty() { format!("{}/profile/tokens", frame.url) } else { format!("{}/profile/tokens/{token}", frame.url) }
}

fn both(text: Text<'_>, html: Html<'_>) -> (String, String) {
    let written = "writing to memory does not fail";
    (text.render().expect(written), html.render().expect(written))
}

/// What every mail has.
pub(super) struct Frame<'a> {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) service: &'a str,
    pub(super) url: &'a str,
    pub(super) when: String,
    pub(super) address: String,
}

struct Verification {
    page: String,
    link: String,
    code: String,
    ends: String,
    code_ends: String,
}

/// A mail whose one action is a link that works once.
pub(super) struct Linked {
    pub(super) link: String,
    pub(super) ends: String,
}

impl Linked {
    pub(super) fn new(frame: &Frame<'_>, page: &str, seed: &str, keys: &Keys, ends: String) -> Self {
        Self { link: format!("{}/{page}/{}", frame.url, base62_of_32(&keys.link_secret(seed))), ends }
    }
}

struct NewToken<'a> {
    name: &'a str,
    prefix: &'a str,
    ends: Option<String>,
}

struct EndedToken<'a> {
    name: &'a str,
    prefix: &'a str,
    by: Revoker,
    reason: Option<&'a str>,
    page: String,
}

struct EndedTokens<'a> {
    tokens: &'a [NamedToken],
    by: Revoker,
    reason: Option<&'a str>,
}

struct RotatedToken<'a> {
    name: &'a str,
    prefix: &'a str,
    old_ends: Option<String>,
    page: String,
}

struct RefusedTokens<'a> {
    tokens: &'a [String],
    more: usize,
    why: &'a str,
}

struct EndingToken<'a> {
    name: &'a str,
    prefix: &'a str,
    page: String,
    ends: String,
    left: String,
    last_used: Option<String>,
}

impl<'a> EndingToken<'a> {
    fn of(
        (name, prefix): (&'a Label, &'a str),
        page: String,
        (ends_at, last_used_at): (Timestamp, Option<Timestamp>),
        now: Timestamp,
    ) -> Self {
        let (ends, left) = (moment(ends_at, now), days_until(ends_at, now));
        Self { name: name.as_str(), prefix, page, ends, left, last_used: last_used_at.map(|at| moment(at, now)) }
    }
}

#[derive(Template)]
enum Text<'a> {
    #[template(path = "mails/verify_address.txt")]
    VerifyAddress { frame: &'a Frame<'a>, it: &'a Verification },
    #[template(path = "mails/already_registered.txt")]
    AlreadyRegistered { frame: &'a Frame<'a> },
    #[template(path = "mails/invitation.txt")]
    Invitation { frame: &'a Frame<'a>, it: &'a Linked, inviter: &'a str },
    #[template(path = "mails/reset_password.txt")]
    ResetPassword { frame: &'a Frame<'a>, it: &'a Linked, asker: Asker },
    #[template(path = "mails/confirm_new_address.txt")]
    ConfirmNewAddress { frame: &'a Frame<'a>, it: &'a Linked, old: &'a str },
    #[template(path = "mails/address_changed.txt")]
    AddressChanged { frame: &'a Frame<'a>, it: &'a Linked, new: &'a str, agent: &'a str },
    #[template(path = "mails/account_deleted.txt")]
    AccountDeleted { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/account_deleted_by_admin.txt")]
    AccountDeletedByAdmin { frame: &'a Frame<'a> },
    #[template(path = "mails/password_changed.txt")]
    PasswordChanged { frame: &'a Frame<'a>, agent: &'a str, tokens: &'a str },
    #[template(path = "mails/test.txt")]
    Test { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/token_created.txt")]
    TokenCreated { frame: &'a Frame<'a>, it: &'a NewToken<'a>, agent: &'a str },
    #[template(path = "mails/token_revoked.txt")]
    TokenRevoked { frame: &'a Frame<'a>, it: &'a EndedToken<'a>, agent: &'a str },
    #[template(path = "mails/tokens_revoked.txt")]
    TokensRevoked { frame: &'a Frame<'a>, it: &'a EndedTokens<'a>, agent: &'a str },
    #[template(path = "mails/token_expiring.txt")]
    TokenExpiring { frame: &'a Frame<'a>, it: &'a EndingToken<'a> },
    #[template(path = "mails/token_expired.txt")]
    TokenExpired { frame: &'a Frame<'a>, it: &'a EndingToken<'a> },
    #[template(path = "mails/old_secret_used.txt")]
    OldSecretUsed { frame: &'a Frame<'a>, it: &'a EndingToken<'a>, agent: &'a str },
    #[template(path = "mails/token_rotated.txt")]
    TokenRotated { frame: &'a Frame<'a>, it: &'a RotatedToken<'a>, agent: &'a str },
    #[template(path = "mails/policy_affects.txt")]
    PolicyAffects { frame: &'a Frame<'a>, it: &'a RefusedTokens<'a> },
    #[template(path = "mails/factor_added.txt")]
    FactorAdded { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/factor_removed_by_admin.txt")]
    FactorRemovedByAdmin { frame: &'a Frame<'a> },
    #[template(path = "mails/factor_removed.txt")]
    FactorRemoved { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/recovery_code_used.txt")]
    RecoveryCodeUsed { frame: &'a Frame<'a>, left: i64, agent: &'a str },
    #[template(path = "mails/new_sign_in.txt")]
    NewSignIn { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/signed_in_after_failures.txt")]
    SignedInAfterFailures { frame: &'a Frame<'a>, failures: i64, agent: &'a str },
}

#[derive(Template)]
enum Html<'a> {
    #[template(path = "mails/verify_address.html")]
    VerifyAddress { frame: &'a Frame<'a>, it: &'a Verification },
    #[template(path = "mails/already_registered.html")]
    AlreadyRegistered { frame: &'a Frame<'a> },
    #[template(path = "mails/invitation.html")]
    Invitation { frame: &'a Frame<'a>, it: &'a Linked, inviter: &'a str },
    #[template(path = "mails/reset_password.html")]
    ResetPassword { frame: &'a Frame<'a>, it: &'a Linked, asker: Asker },
    #[template(path = "mails/confirm_new_address.html")]
    ConfirmNewAddress { frame: &'a Frame<'a>, it: &'a Linked, old: &'a str },
    #[template(path = "mails/address_changed.html")]
    AddressChanged { frame: &'a Frame<'a>, it: &'a Linked, new: &'a str, agent: &'a str },
    #[template(path = "mails/account_deleted.html")]
    AccountDeleted { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/account_deleted_by_admin.html")]
    AccountDeletedByAdmin { frame: &'a Frame<'a> },
    #[template(path = "mails/password_changed.html")]
    PasswordChanged { frame: &'a Frame<'a>, agent: &'a str, tokens: &'a str },
    #[template(path = "mails/test.html")]
    Test { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/token_created.html")]
    TokenCreated { frame: &'a Frame<'a>, it: &'a NewToken<'a>, agent: &'a str },
    #[template(path = "mails/token_revoked.html")]
    TokenRevoked { frame: &'a Frame<'a>, it: &'a EndedToken<'a>, agent: &'a str },
    #[template(path = "mails/tokens_revoked.html")]
    TokensRevoked { frame: &'a Frame<'a>, it: &'a EndedTokens<'a>, agent: &'a str },
    #[template(path = "mails/token_expiring.html")]
    TokenExpiring { frame: &'a Frame<'a>, it: &'a EndingToken<'a> },
    #[template(path = "mails/token_expired.html")]
    TokenExpired { frame: &'a Frame<'a>, it: &'a EndingToken<'a> },
    #[template(path = "mails/old_secret_used.html")]
    OldSecretUsed { frame: &'a Frame<'a>, it: &'a EndingToken<'a>, agent: &'a str },
    #[template(path = "mails/token_rotated.html")]
    TokenRotated { frame: &'a Frame<'a>, it: &'a RotatedToken<'a>, agent: &'a str },
    #[template(path = "mails/policy_affects.html")]
    PolicyAffects { frame: &'a Frame<'a>, it: &'a RefusedTokens<'a> },
    #[template(path = "mails/factor_added.html")]
    FactorAdded { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/factor_removed_by_admin.html")]
    FactorRemovedByAdmin { frame: &'a Frame<'a> },
    #[template(path = "mails/factor_removed.html")]
    FactorRemoved { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/recovery_code_used.html")]
    RecoveryCodeUsed { frame: &'a Frame<'a>, left: i64, agent: &'a str },
    #[template(path = "mails/new_sign_in.html")]
    NewSignIn { frame: &'a Frame<'a>, agent: &'a str },
    #[template(path = "mails/signed_in_after_failures.html")]
    SignedInAfterFailures { frame: &'a Frame<'a>, failures: i64, agent: &'a str },
}
