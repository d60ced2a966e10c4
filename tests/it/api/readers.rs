//! Looking into a workspace with a credential that may read it.

use latchkey::domain::access::Audiences;
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::keys::{KeyDraft, KeyKind};
use latchkey::domain::credentials::service::{self, ServiceDraft};
use latchkey::domain::credentials::{self, AddressList, Expiry, Issued, PersonalDraft};
use latchkey::domain::workspaces::{Member, Which, Workspace};
use serde_json::json;

use crate::served;
use crate::support::TestApp;
use crate::support::app::confirmed;
use crate::support::keys::{draft, scopes};
use crate::support::rows::execute_all;

use latchkey::base::text::Label;
use latchkey::base::time::Span;

/// What can be read of a workspace.
const PARTS: [&str; 5] = ["", "/members", "/service-accounts", "/audit", "/usage"];

async fn service(app: &TestApp, by: &Member, words: &[&str]) -> (String, String) {
    let draft = ServiceDraft {
        name: Label::parse("Indexer").expect("a name"),
        scopes: scopes(words),
        audiences: Audiences::default(),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    };
    let made = service::create(&app.app().ctx, by, draft).await.expect("a service account");
    (made.account.id.to_string(), made.secret.reveal().to_owned())
}

async fn locked(app: &TestApp, of: &Person, to: &Workspace) -> Issued {
    let draft = PersonalDraft {
        name: Label::parse("locked").expect("a name"),
        workspace: Some(Which::Id(to.id)),
        scopes: scopes(&["workspace:read"]),
        allowed_addresses: AddressList::anywhere(),
        expiry: Expiry::At(app.clock.now() + Span::days(30)),
        nonce: "locked".into(),
    };
    credentials::issue_personal(&app.app().ctx, &confirmed(of), draft).await.expect("a token")
}

fn below(workspace: &str, part: &str) -> String {
    format!("/v1/workspaces/{workspace}{part}")
}

served! {
    async fn r75_whatever_may_read_a_workspace_sees_what_its_members_see(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user("anna@example.com").await;
        let acme = app.workspace(&anna, "acme").await;
        let by = app.member_of(&acme, &anna).await;
        let key = app.key(&by, "reads", &["workspace:read"]).await;
        let (id, machine) = service(app, &by, &["workspace:read"]).await;
        let token = app.token(&anna, "reads", &["workspace:read"]).await;
        let lock = locked(app, &anna, &acme).await;
        let session = app.log_in("anna@example.com").await;
        let one = format!("/service-accounts/{id}");
        for part in PARTS.into_iter().chain([one.as_str()]) {
            let expected = app.bearer(&session).get(&below("acme", part)).await;
            assert_eq!(expected.status, 200, "{part}: {}", expected.body);
            let own = [key.secret.reveal(), &machine];
            for secret in own.into_iter().chain([token.secret.reveal(), lock.secret.reveal()]) {
                for named in ["acme".to_owned(), acme.id.to_string()] {
                    let seen = app.bearer(secret).get(&below(&named, part)).await;
                    assert_eq!(seen.status, 200, "{part}: {}", seen.body);
                    let (mut seen, mut expected) = (seen.json()["data"].clone(), expected.json()["data"].clone());
                    if part.is_empty() {
                        let roles = if own.contains(&secret) { json!([]) } else { json!(["owner"]) };
                        assert_eq!(seen["roles"], roles);
                        (seen["roles"], expected["roles"]) = (json!(null), json!(null));
                    }
                    // A use is counted on the way.
                    let counted = part == "/usage" || part.starts_with("/service-accounts");
                    assert!(counted || seen == expected, "{part}: {seen} {expected}");
                }
            }
        }
    }

    async fn r75_nothing_reads_a_workspace_that_it_is_not_for(app: &TestApp) {
        app.admin("root@example.com").await;
        let anna = app.user("anna@example.com").await;
        let (acme, other) = (app.workspace(&anna, "acme").await, app.workspace(&anna, "other").await);
        let bob = app.belongs(&acme, "bob@example.com", "viewer").await;
        let (by, there) = (app.member_of(&acme, &anna).await, app.member_of(&other, &anna).await);
        let weak = app.key(&by, "weak", &["verify"]).await;
        let page = app.key_like(&by, KeyDraft { kind: KeyKind::Publishable, scopes: None, ..draft("page") }).await;
        let (_, weak_machine) = service(app, &by, &[]).await;
        let foreign = app.key(&there, "foreign", &["admin"]).await;
        let (_, foreign_machine) = service(app, &there, &["admin"]).await;
        let lock = locked(app, &anna, &other).await;
        let viewer = app.token(&bob, "viewer", &["workspace:read"]).await;
        let without = app.token(&anna, "without", &["profile"]).await;
        let before = app.state().await;
        for part in PARTS {
            for (who, secret, status, code) in [
                ("a key without the scope", weak.secret.reveal(), 403, "AUTH_003"),
                ("a publishable key", page.secret.reveal(), 403, "AUTH_003"),
                ("a service account without the scope", &weak_machine, 403, "AUTH_003"),
                ("a token without the scope", without.secret.reveal(), 403, "AUTH_003"),
                ("a key of another workspace", foreign.secret.reveal(), 404, "RES_001"),
                ("a service account of another workspace", &foreign_machine, 404, "RES_001"),
                ("a token that is locked to another", lock.secret.reveal(), 404, "RES_001"),
            ] {
                let refused = app.bearer(secret).get(&below("acme", part)).await;
                assert_eq!((refused.status, refused.code().as_str()), (status, code), "{who} on {part}: {}", refused.body);
                let nobodys = app.bearer(secret).get(&below("nobodys", part)).await;
                assert_eq!(nobodys.json()["error"], refused.json()["error"], "{who} on {part}");
            }
            let seen = app.bearer(viewer.secret.reveal()).get(&below("acme", part)).await;
            assert_eq!(seen.status, if part == "/audit" { 403 } else { 200 }, "{part}: {}", seen.body);
        }
        assert_eq!(app.state().await, before);
        execute_all(&app.app().ctx.db, &["DELETE FROM memberships WHERE roles = '[\"viewer\"]'"]).await;
        for part in PARTS {
            assert_eq!(app.bearer(viewer.secret.reveal()).get(&below("acme", part)).await.code(), "RES_001", "{part}");
        }
        execute_all(&app.app().ctx.db, &["UPDATE workspaces SET suspended_at = 1 WHERE slug = 'other'"]).await;
        let unlocked = app.token(&anna, "unlocked", &["workspace:read"]).await;
        let stopped = app.bearer(unlocked.secret.reveal()).get(&below("other", "/members")).await;
        assert_eq!((stopped.status, stopped.code().as_str()), (401, "AUTH_005"), "{}", stopped.body);
    }
}
