//! What is written about keys and service accounts of workspaces, one message of each kind.

use latchkey::base::time::Span;
use latchkey::domain::mail::{CredentialChanger, CredentialEnd, CredentialNews, CredentialSort, Message, WorkspaceCredential};

use super::samples::{cause, label, person};
use super::start;

fn told(sort: CredentialSort, news: CredentialNews, by: CredentialChanger) -> Message {
    let is_key = sort == CredentialSort::Key;
    Message::WorkspaceCredential(WorkspaceCredential {
        name: person("Ada Lovelace"),
        workspace: label("Acme & Co"),
        slug: "acme-co".into(),
        sort,
        credential: "key_0190163d8694739baea5966c26f8ad91".into(),
        credential_name: label(if is_key { "Night's <backup>" } else { "Indexer" }),
        shown: if is_key { "lk_sec_live_4fQx".into() } else { "svc_0190163d8694739baea5966c26f8ad91".into() },
        news,
        by,
        cause: cause(),
    })
}

fn key(news: CredentialNews) -> Message {
    told(CredentialSort::Key, news, CredentialChanger::Member("grace@example.com".into()))
}

fn service(news: CredentialNews) -> Message {
    told(CredentialSort::ServiceAccount, news, CredentialChanger::Member("grace@example.com".into()))
}

fn end(left: Span, last_used: Option<Span>) -> CredentialEnd {
    CredentialEnd { ends_at: start() + left, last_used_at: last_used.map(|span| start() - span) }
}

/// Each with the name of its snapshot.
pub fn all() -> Vec<(&'static str, Message)> {
    let (sort, itself) = (CredentialSort::Key, CredentialChanger::Itself);
    let reason = CredentialNews::Revoked { reason: Some("Found in a public repository.".into()) };
    vec![
        ("key_created", key(CredentialNews::Created { expires_at: Some(start() + Span::days(90)) })),
        (
            "key_created_by_a_key",
            told(sort, CredentialNews::Created { expires_at: None }, CredentialChanger::Key("Parent".into())),
        ),
        ("key_rotated", key(CredentialNews::Rotated { old_ends_at: None })),
        ("key_rotated_with_overlap", key(CredentialNews::Rotated { old_ends_at: Some(start() + Span::days(1)) })),
        ("key_revoked", key(CredentialNews::Revoked { reason: None })),
        ("key_revoked_by_admin", told(sort, reason, CredentialChanger::Admin)),
        ("key_revoked_by_holder", told(sort, CredentialNews::Revoked { reason: None }, CredentialChanger::Holder)),
        ("key_ending", told(sort, CredentialNews::Expiring(end(Span::days(7), Some(Span::hours(5)))), itself.clone())),
        ("key_ending_is_over", told(sort, CredentialNews::Expired(end(Span::minutes(-4), None)), itself)),
        ("service_created", service(CredentialNews::Created { expires_at: None })),
        ("service_secret_added", service(CredentialNews::SecretAdded)),
        ("service_secret_revoked", service(CredentialNews::SecretRevoked)),
        ("service_deleted", service(CredentialNews::Revoked { reason: None })),
    ]
}
