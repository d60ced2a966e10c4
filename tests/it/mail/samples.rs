//! One message of each kind, with names that are hard to print.

use latchkey::base::net::Origin;
use latchkey::base::text::{Label, PersonName};
use latchkey::base::time::Span;
use latchkey::domain::mail::{
    Asker, Cause, GrantEnded, MemberRolesChanged, MembershipEnd, MembershipEnded, Message, NamedToken, Revoker, Twice,
    WorkspaceInvitation,
};

use super::{start, workspace_samples};

/// A token's id on the wire.
const KEY: &str = "key_0190163d8694739baea5966c26f8ad91";

pub fn cause() -> Cause {
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
    Cause::new(start() - Span::minutes(3), &Origin::new("203.0.113.7".parse().expect("an address"), agent, String::new()))
}

pub fn person(name: &str) -> PersonName {
    PersonName::parse(name).expect("a name")
}

pub fn label(name: &str) -> Label {
    Label::parse(name).expect("a label")
}

pub fn verify(name: &str) -> Message {
    Message::VerifyAddress {
        name: person(name),
        seed: "b1946ac92492d2347c6235b4d2611184".into(),
        expires_at: start() + Span::days(1),
        code_expires_at: start() + Span::minutes(10),
        cause: cause(),
    }
}

pub fn created(name: &str, token: &str) -> Message {
    Message::TokenCreated {
        name: person(name),
        token_name: label(token),
        token_prefix: "lk_pat_4fQx".into(),
        expires_at: Some(start() + Span::days(90)),
        cause: cause(),
    }
}

fn invitation(inviter: &str) -> Message {
    let seed = "0cc175b9c0f1b6a831c399e269772661".into();
    let expires_at = start() + Span::hours(72);
    Message::Invitation { name: person("Anna Berg"), inviter: inviter.into(), seed, expires_at, cause: cause() }
}

fn reset(asker: Asker) -> Message {
    let seed = "92eb5ffee6ae2fec3ad71c777531578f".into();
    let expires_at = start() + Span::minutes(30);
    Message::ResetPassword { name: person("Ada Lovelace"), seed, expires_at, asker, cause: cause() }
}

fn confirm_new_address() -> Message {
    let (name, seed) = (person("Ada Lovelace"), "4a8a08f09d37b73795649038408b5f33".into());
    let (old, expires_at) = ("ada@example.com".into(), start() + Span::hours(2));
    Message::ConfirmNewAddress { name, old, seed, expires_at, cause: cause() }
}

fn address_changed() -> Message {
    let (name, seed) = (person("Ada Lovelace"), "8277e0910d750195b448797616e091ad".into());
    let (new, expires_at) = ("ada@lovelace.example".into(), start() + Span::hours(72));
    Message::AddressChanged { name, new, seed, expires_at, cause: cause() }
}

fn password_changed(tokens_revoked: u64) -> Message {
    Message::PasswordChanged { name: person("Ada Lovelace"), tokens_revoked, cause: cause() }
}

fn revoked(by: Revoker, reason: Option<&str>) -> Message {
    Message::TokenRevoked {
        name: person("Ada"),
        token_name: label("CI deploy"),
        token: KEY.into(),
        token_prefix: "lk_pat_4fQx".into(),
        by,
        reason: reason.map(str::to_owned),
        cause: Cause { agent: String::new(), ..cause() },
    }
}

fn all_revoked(by: Revoker, reason: Option<&str>) -> Message {
    let token = |name: &str, prefix: &str| NamedToken { id: KEY.into(), name: label(name), prefix: prefix.into() };
    Message::TokensRevoked {
        name: person("Ada"),
        tokens: vec![token("CI deploy", "lk_pat_4fQx"), token("Night's <backup> & \"más\"", "lk_pat_0aB1")],
        by,
        reason: reason.map(str::to_owned),
        cause: cause(),
    }
}

fn rotated(overlap: Option<Span>) -> Message {
    Message::TokenRotated {
        name: person("Ada Lovelace"),
        token: KEY.into(),
        token_name: label("CI deploy"),
        token_prefix: "lk_pat_9zYx".into(),
        old_ends_at: overlap.map(|overlap| start() + overlap),
        cause: cause(),
    }
}

fn expiring(left: Span) -> Message {
    Message::TokenExpiring {
        name: person("Ada"),
        token: KEY.into(),
        token_name: label("CI deploy"),
        token_prefix: "lk_pat_4fQx".into(),
        ends_at: start() + left,
        last_used_at: Some(start() - Span::hours(5)),
        cause: cause(),
    }
}

fn expired() -> Message {
    Message::TokenExpired {
        name: person("Ada"),
        token: KEY.into(),
        token_name: label("CI deploy"),
        token_prefix: "lk_pat_4fQx".into(),
        ends_at: start() - Span::minutes(4),
        last_used_at: None,
        cause: cause(),
    }
}

fn late() -> Message {
    Message::OldSecretUsed {
        name: person("Ada"),
        token: KEY.into(),
        token_name: label("CI deploy"),
        token_prefix: "lk_pat_4fQx".into(),
        ended_at: start() - Span::days(2),
        cause: cause(),
    }
}

/// Those that hold a link that works once.
pub const WITH_A_LINK: [&str; 9] = [
    "workspace_invitation",
    "workspace_invitation_advertised",
    "verify_address",
    "invitation",
    "reset_password",
    "reset_password_by_admin",
    "reset_password_after_undo",
    "confirm_new_address",
    "address_changed",
];

/// Those that no request of the person caused: an administrator's address is theirs, and a job has none.
pub const BY_ADMIN: [&str; 10] = [
    "key_ending",
    "member",
    "account_deleted_by_admin",
    "factor_removed_by_admin",
    "token_expir",
    "revoked_by_admin",
    "revoked_by_policy",
    "invitation",
    "policy_affects",
    "reset_password_by_admin",
];

fn policy(tokens: &[&str], more: usize) -> Message {
    let tokens = tokens.iter().map(|token| (*token).to_owned()).collect();
    let why = "API tokens are switched off. Ask an administrator to allow them.".into();
    Message::PolicyAffects { name: person("Ada"), tokens, more, why, cause: cause() }
}

/// Each with the name of its snapshot.
fn workspace_invitation(workspace: &str) -> Message {
    Message::WorkspaceInvitation(WorkspaceInvitation {
        name: person(""),
        workspace: label(workspace),
        inviter: "ada@example.com".into(),
        role: "developer".into(),
        seed: "e4da3b7fbbce2345d7772b0674a318d5".into(),
        expires_at: start() + Span::days(7),
        cause: cause(),
    })
}

fn member_roles_changed() -> Message {
    Message::MemberRolesChanged(MemberRolesChanged {
        name: person("Ada Lovelace"),
        workspace: label("Acme & Co"),
        slug: "acme-co".into(),
        by: "grace@example.com".into(),
        roles: "developer, support".into(),
        cause: cause(),
    })
}

fn membership_ended(end: MembershipEnd) -> Message {
    let (workspace, by) = (label("Acme & Co"), "grace@example.com".into());
    Message::MembershipEnded(MembershipEnded { name: person("Ada Lovelace"), workspace, by, end, cause: cause() })
}

fn grant_ended(app: Option<&str>, twice: Twice) -> Message {
    let (name, app) = (person("Ada Lovelace"), app.map(str::to_owned));
    Message::GrantEnded(GrantEnded { name, app, twice, cause: cause() })
}

pub fn all() -> Vec<(&'static str, Message)> {
    let everlasting = Message::TokenCreated {
        name: person(""),
        token_name: label("Night's <backup> & \"más\""),
        token_prefix: "lk_pat_0aB1".into(),
        expires_at: None,
        cause: cause(),
    };
    let mut all = vec![
        ("verify_address", verify("Ada Lovelace")),
        ("already_registered", Message::AlreadyRegistered { name: person("Zoë"), cause: cause() }),
        ("invitation", invitation("Ada Quist (ada@example.com)")),
        ("reset_password", reset(Asker::Anybody)),
        ("reset_password_by_admin", reset(Asker::Admin)),
        ("reset_password_after_undo", reset(Asker::Undo)),
        ("confirm_new_address", confirm_new_address()),
        ("address_changed", address_changed()),
        ("account_deleted", Message::AccountDeleted { name: person("Ada Lovelace"), cause: cause() }),
        ("account_deleted_by_admin", Message::AccountDeletedByAdmin { name: person("Ada Lovelace"), cause: cause() }),
        ("password_changed", password_changed(0)),
        ("password_recovered", password_changed(3)),
        ("test", Message::Test { name: person("Ada Quist"), cause: cause() }),
        ("token_created", created("Ada Lovelace", "CI deploy")),
        ("token_created_without_end", everlasting),
        ("token_revoked_by_owner", revoked(Revoker::Owner, None)),
        ("token_revoked_by_admin", revoked(Revoker::Admin, None)),
        ("token_revoked_by_holder", revoked(Revoker::Holder, None)),
        ("token_revoked_by_admin_with_a_reason", revoked(Revoker::Admin, Some("Found in a public repository."))),
        ("token_revoked_by_policy", revoked(Revoker::Policy, Some("It was not used for 90 days."))),
        ("token_revoked_as_leaked", revoked(Revoker::Leaked, None)),
        ("tokens_revoked_by_owner", all_revoked(Revoker::Owner, None)),
        ("tokens_revoked_by_admin", all_revoked(Revoker::Admin, Some("Ada has left the team."))),
        ("token_expiring", expiring(Span::days(7))),
        ("token_expiring_tomorrow", expiring(Span::hours(13))),
        ("token_expired", expired()),
        ("old_secret_used", late()),
        ("token_rotated", rotated(None)),
        ("token_rotated_with_overlap", rotated(Some(Span::days(1)))),
        ("policy_affects_by_admin", policy(&["CI deploy"], 0)),
        ("policy_affects_many_by_admin", policy(&["CI deploy", "Night's <backup>"], 3)),
        ("factor_added", Message::FactorAdded { name: person("Ada"), cause: cause() }),
        ("factor_removed", Message::FactorRemoved { name: person("Ada"), cause: cause() }),
        ("factor_removed_by_admin", Message::FactorRemovedByAdmin { name: person("Ada"), cause: cause() }),
        ("recovery_code_used", Message::RecoveryCodeUsed { name: person("Ada"), left: 7, cause: cause() }),
        ("recovery_code_used_last", Message::RecoveryCodeUsed { name: person("Ada"), left: 0, cause: cause() }),
        ("workspace_invitation", workspace_invitation("Acme & Co")),
        ("workspace_invitation_advertised", workspace_invitation("www.evil.example wins")),
        ("member_roles_changed", member_roles_changed()),
        ("membership_ended_removed", membership_ended(MembershipEnd::Removed)),
        ("membership_ended_workspace_deleted", membership_ended(MembershipEnd::WorkspaceDeleted)),
        ("grant_ended", grant_ended(Some("Acme <b>Shop</b>"), Twice::RefreshToken)),
        ("grant_ended_program", grant_ended(None, Twice::RefreshToken)),
        ("grant_ended_code", grant_ended(Some("Acme Notes"), Twice::Code)),
        ("new_sign_in", Message::NewSignIn { name: person("Ada"), cause: cause() }),
        ("signed_in_after_failures", Message::SignedInAfterFailures { name: person("Ada"), failures: 12, cause: cause() }),
    ];
    all.extend(workspace_samples::all());
    all
}
