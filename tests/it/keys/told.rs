//! What is told by mail of the keys and service accounts of a workspace, and whom.

use std::collections::BTreeSet;

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::Audiences;
use latchkey::domain::credentials::keys::{self, Grace, KeyDraft, KeyKind, KeyManager, KeyRotation, Revocation};
use latchkey::domain::credentials::service::{self, ServiceDraft, ServiceOwnerName};
use latchkey::domain::credentials::{self, AddressList, Expiry, Spelling};
use latchkey::domain::workspaces::Member;
use serde_json::json;

use crate::served;
use crate::support::TestApp;
use crate::support::keys::{draft, scopes};
use crate::support::rows::execute_all;

/// Who lives in Acme: Anna owns it, Dev makes keys, Vera looks, and nobody is told of what was before.
async fn acme(app: &TestApp) -> (Member, Member) {
    let anna = app.user("anna@example.com").await;
    let acme = app.workspace(&anna, "acme").await;
    let dev = app.belongs(&acme, "dev@example.com", "developer").await;
    app.belongs(&acme, "vera@example.com", "viewer").await;
    app.belongs(&acme, "gone@example.com", "owner").await;
    execute_all(&app.app().ctx.db, &["UPDATE accounts SET suspended_at = 1 WHERE email_key = 'gone@example.com'"]).await;
    (app.member_of(&acme, &anna).await, app.member_of(&acme, &dev).await)
}

/// The subjects about keys and service accounts that somebody got.
async fn told(app: &TestApp, to: &str) -> Vec<String> {
    let mails = app.mails_to(to).await;
    let subjects = mails.iter().filter_map(|mail| mail.lines().find_map(|line| line.strip_prefix("Subject: ")));
    subjects.filter(|subject| subject.contains("key \"") || subject.contains("ervice account \"")).map(str::to_owned).collect()
}

/// The same in no order: what is written in one instant arrives in any.
async fn told_at_once(app: &TestApp, to: &str) -> BTreeSet<String> {
    told(app, to).await.into_iter().collect()
}

served! {
    async fn owners_and_the_maker_are_told_of_what_becomes_of_a_secret_key(app: &TestApp) {
        let (_, dev) = acme(app).await;
        let ctx = &app.app().ctx;
        let key = app.key(&dev, "Backend", &["verify"]).await;
        let how = KeyRotation { grace: Grace::NONE, spelling: Spelling::Native, nonce: None };
        keys::rotate(ctx, KeyManager::Member(&dev), key.credential.id, how).await.expect("rotated");
        keys::revoke(ctx, KeyManager::Member(&dev), key.credential.id, Revocation::default()).await.expect("revoked");
        keys::revoke(ctx, KeyManager::Member(&dev), key.credential.id, Revocation::default()).await.expect("as it is");
        let all = ["API key \"Backend\" created", "API key \"Backend\" rotated", "API key \"Backend\" revoked"];
        for who in ["anna@example.com", "dev@example.com"] {
            assert_eq!(told_at_once(app, who).await, all.map(str::to_owned).into(), "{who}");
        }
        for who in ["vera@example.com", "gone@example.com"] {
            assert_eq!(told(app, who).await, Vec::<String>::new(), "{who}");
        }
        let mails = app.mails_to("anna@example.com").await;
        assert!(mails.iter().all(|mail| !mail.contains(key.secret.reveal())), "no mail holds a secret");
        let mail = mails.iter().find(|mail| mail.contains("created")).expect("a mail");
        assert!(mail.contains("dev@example.com") && mail.contains(&format!("/w/acme/keys/{}", key.credential.id)), "{mail}");
        app.key_like(&dev, KeyDraft { kind: KeyKind::Publishable, scopes: None, ..draft("Page") }).await;
        assert_eq!(told(app, "anna@example.com").await.len(), 3, "a publishable key is nobody's secret");
    }

    async fn a_maker_who_has_left_is_told_nothing_and_a_holder_is_named_as_such(app: &TestApp) {
        let (_, dev) = acme(app).await;
        let key = app.key(&dev, "Backend", &["verify"]).await;
        assert_eq!(told(app, "dev@example.com").await.len(), 1);
        execute_all(&app.app().ctx.db, &["DELETE FROM memberships WHERE roles = '[\"developer\"]'"]).await;
        assert_eq!(app.bearer(key.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        assert_eq!(told(app, "dev@example.com").await.len(), 1);
        let mails = app.mails_to("anna@example.com").await;
        let ended = mails.iter().find(|mail| mail.contains("\"Backend\" revoked")).expect("a mail");
        assert!(ended.contains("whoever holds its secret"), "{ended}");
    }

    async fn those_who_answer_for_a_service_account_are_told_of_it(app: &TestApp) {
        let (anna, dev) = acme(app).await;
        let ctx = &app.app().ctx;
        let draft = ServiceDraft {
            name: Label::parse("Indexer").expect("a name"),
            scopes: scopes(&["verify"]),
            audiences: Audiences::default(),
            allowed_addresses: AddressList::anywhere(),
            owners: vec![ServiceOwnerName::Account(dev.person().id())],
            nonce: None,
        };
        let made = service::create(ctx, &anna, draft).await.expect("made");
        let (id, first) = (made.account.id, made.account.secrets[0].id);
        service::add_secret(ctx, &anna, id, None).await.expect("added");
        service::revoke_secret(ctx, &anna, id, first).await.expect("revoked");
        service::delete(ctx, &anna, id).await.expect("deleted");
        service::delete(ctx, &anna, id).await.expect("as it is");
        for who in ["anna@example.com", "dev@example.com"] {
            let all = [
                "Service account \"Indexer\" created",
                "Service account \"Indexer\" has another secret",
                "Secret of service account \"Indexer\" revoked",
                "Service account \"Indexer\" deleted",
            ];
            assert_eq!(told_at_once(app, who).await, all.map(str::to_owned).into(), "{who}");
        }
        assert_eq!(told(app, "vera@example.com").await, Vec::<String>::new());
    }

    async fn r73_the_end_of_a_key_is_told_30_7_and_1_days_before_and_when_it_has_come(app: &TestApp) {
        let (_, dev) = acme(app).await;
        let expiry = Some(Expiry::At(app.clock.now() + Span::days(40)));
        for (name, kind) in [("Backend", KeyKind::Secret), ("Page", KeyKind::Publishable)] {
            let scopes = (kind == KeyKind::Secret).then(|| scopes(&["verify"]));
            app.key_like(&dev, KeyDraft { kind, scopes, expiry, ..draft(name) }).await;
        }
        assert_eq!(told(app, "dev@example.com").await.len(), 1);
        let (mut said, mut known) = (Vec::new(), told(app, "anna@example.com").await.len());
        for day in 1..=42 {
            app.clock.advance(Span::days(1));
            credentials::tell_of_ends(&app.app().ctx).await.expect("told");
            let all = told(app, "anna@example.com").await;
            said.extend(all[known..].iter().map(|subject| (day, subject.clone())));
            known = all.len();
        }
        said.sort();
        let expected = |day, what: &str| ["Backend", "Page"].map(|name| (day, format!("API key \"{name}\" {what}")));
        let days = [(10, "expires in 30 days"), (33, "expires in 7 days"), (39, "expires in 1 day"), (40, "expired")];
        assert_eq!(said, days.into_iter().flat_map(|(day, what)| expected(day, what)).collect::<Vec<_>>());
        assert_eq!(told(app, "dev@example.com").await.len(), known, "and the maker likewise");
        assert_eq!(told(app, "vera@example.com").await, Vec::<String>::new());
    }

    async fn nobody_is_told_of_the_end_of_what_is_revoked_or_suspended(app: &TestApp) {
        let (_, dev) = acme(app).await;
        let ctx = &app.app().ctx;
        let expiry = Some(Expiry::At(app.clock.now() + Span::days(3)));
        let key = app.key_like(&dev, KeyDraft { scopes: Some(scopes(&["verify"])), expiry, ..draft("Backend") }).await;
        keys::revoke(ctx, KeyManager::Member(&dev), key.credential.id, Revocation::default()).await.expect("revoked");
        app.key_like(&dev, KeyDraft { scopes: Some(scopes(&["verify"])), expiry, ..draft("Other") }).await;
        let before = told(app, "anna@example.com").await;
        execute_all(&ctx.db, &["UPDATE workspaces SET suspended_at = 1 WHERE slug = 'acme'"]).await;
        for _ in 0..5 {
            app.clock.advance(Span::days(1));
            credentials::tell_of_ends(ctx).await.expect("told");
        }
        assert_eq!(told(app, "anna@example.com").await, before);
    }
}
