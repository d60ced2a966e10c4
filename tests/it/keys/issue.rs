//! Making keys.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::{AllowedRoles, Forbidden, Idle, Longest, NoExpiry, Switch, TokenPolicy};
use latchkey::domain::credentials::keys::{self, IssueKeyError, KEYS_AT_MOST, KeyDraft, KeyKind, KeyManager, NotManager};
use latchkey::domain::credentials::{Environment, Expiry, OriginList, Spelling};
use latchkey::domain::workspaces::Refused;

use super::{answered, good};
use crate::served;
use crate::support::keys::{draft, scopes};
use crate::support::rows::execute_all;

/// The policy, with these bounds of life.
fn lives(longest: Longest, no_expiry: NoExpiry) -> TokenPolicy {
    let (tokens, require_factor, allowed_roles) = (Switch::Off, Switch::Off, AllowedRoles::everybody());
    let (allowed_workspace_roles, require_workspace) = (AllowedRoles::nobody(), Switch::Off);
    TokenPolicy {
        tokens,
        allowed_roles,
        allowed_workspace_roles,
        require_workspace,
        longest,
        no_expiry,
        require_factor,
        idle: Idle::UNBOUNDED,
    }
}

served! {
    async fn r62_a_member_makes_a_key_whose_kind_and_environment_can_be_read(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let key = app.key_like(&by, draft("Build")).await;
        assert!(key.secret.reveal().starts_with("lk_sec_live_"));
        assert_eq!(answered(app, key.secret.reveal()).await, good());
        assert_eq!(key.credential.scopes, scopes(&["admin"]), "everything that its workspace may do");
        assert!(app.granted(&key).await.allows("keys:manage") && !app.granted(&key).await.allows("profile"));
        let publishable = KeyDraft { kind: KeyKind::Publishable, environment: Environment::Test, ..draft("Shop") };
        let shop = app.key_like(&by, publishable).await;
        assert!(shop.secret.reveal().starts_with("lk_pub_test_") && shop.credential.scopes == scopes(&[]));
        let plain = app.key_like(&by, KeyDraft { spelling: Spelling::Plain, ..draft("Build") }).await;
        assert!(plain.secret.reveal().starts_with("sk_live_"));
        assert_eq!(answered(app, plain.secret.reveal()).await, good(), "names may come twice");
        let log = app.rows("SELECT action, target FROM audit_events WHERE workspace_id IS NOT NULL AND action = 'key.created' ORDER BY seq").await;
        assert_eq!(log.len(), 3);
        assert!(app.rows("SELECT secrets.digest FROM credential_secrets secrets").await.iter().all(|row| !row.contains("lk_")));
    }

    async fn r71_a_viewer_or_somebody_who_left_makes_no_key(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "developer").await;
        let stale = app.member_of(&acme, &bob).await;
        for (statement, expected) in [
            ("UPDATE memberships SET roles = '[\"viewer\"]' WHERE roles = '[\"developer\"]'", Refused::Forbidden),
            ("UPDATE workspaces SET suspended_at = 1", Refused::NotFound),
            ("DELETE FROM memberships WHERE roles = '[\"viewer\"]'", Refused::NotFound),
        ] {
            execute_all(&shared.ctx.db, &[statement]).await;
            let before = app.state_and_log().await;
            let answer = keys::issue(&shared.ctx, KeyManager::Member(&stale), draft("Build")).await.err();
            assert!(
                matches!(&answer, Some(IssueKeyError::Manager(NotManager::Member(why))) if *why == expected),
                "{statement}: {answer:?}"
            );
            assert_eq!(app.state_and_log().await, before);
        }
    }

    async fn r68_scopes_that_are_unknown_or_not_for_such_keys_make_no_key(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.scope(&root, "documents", &["documents:*", "verify"]).await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared) = (app.member_of(&acme, &alice).await, app.app());
        let before = app.state_and_log().await;
        let ask = async |kind, word: &str| {
            let draft = KeyDraft { kind, scopes: Some(scopes(&[word])), ..draft("Build") };
            keys::issue(&shared.ctx, KeyManager::Member(&by), draft).await.err()
        };
        assert!(matches!(ask(KeyKind::Secret, "everything").await, Some(IssueKeyError::UnknownScope(_))));
        assert!(matches!(ask(KeyKind::Secret, "profile").await, Some(IssueKeyError::ClosedScope(_))));
        for word in ["admin", "keys:manage", "verify", "workspace:read", "profile"] {
            let answer = ask(KeyKind::Publishable, word).await;
            assert!(matches!(&answer, Some(IssueKeyError::ClosedScope(name)) if name == word), "{word}: {answer:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        let public = KeyDraft { kind: KeyKind::Publishable, scopes: Some(scopes(&["documents"])), ..draft("Shop") };
        let shop = app.key_like(&by, public).await;
        let shop = app.granted(&shop).await;
        assert!(shop.allows("documents") && !shop.allows("verify"), "not even where another scope implies it");
    }

    async fn r73_a_life_is_within_the_policy_also_when_nobody_says_how_long(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let (by, shared, now) = (app.member_of(&acme, &alice).await, app.app(), app.clock.now());
        let unsaid = |key: latchkey::domain::credentials::Issued| key.credential.expiry.at();
        assert_eq!(unsaid(app.key_like(&by, draft("a")).await), None, "the policy allows it");
        app.set_policy(&root, lives(Longest::days(90).expect("days"), NoExpiry::Forbidden)).await;
        let key = app.key_like(&by, draft("b")).await;
        assert_eq!(answered(app, key.secret.reveal()).await, good(), "switching tokens off is about people");
        assert_eq!(unsaid(key), Some(now + Span::days(90)));
        app.set_policy(&root, lives(Longest::UNBOUNDED, NoExpiry::Forbidden)).await;
        assert_eq!(unsaid(app.key_like(&by, draft("c")).await), Some(now + Span::days(365)));
        app.set_policy(&root, lives(Longest::days(90).expect("days"), NoExpiry::Forbidden)).await;
        let before = app.state_and_log().await;
        for (expiry, too_long) in [
            (Expiry::Never, true),
            (Expiry::At(now + Span::days(91)), true),
            (Expiry::At(now), false),
            (Expiry::At(now - Span::days(1)), false),
        ] {
            let draft = KeyDraft { expiry: Some(expiry), ..draft("d") };
            let answer = keys::issue(&shared.ctx, KeyManager::Member(&by), draft).await.err();
            let right = match &answer {
                Some(IssueKeyError::Forbidden(Forbidden::LivesTooLong)) => too_long,
                Some(IssueKeyError::ExpiryPassed) => !too_long,
                _ => false,
            };
            assert!(right, "{expiry:?}: {answer:?}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r78_the_hundred_and_first_key_is_refused_until_one_ends(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let manager = KeyManager::Member(&by);
        let mut last = None;
        for n in 0..KEYS_AT_MOST {
            last = Some(app.key(&by, &format!("key {n}"), &[]).await);
        }
        let before = app.state_and_log().await;
        let answer = keys::issue(&shared.ctx, manager, draft("one more")).await.err();
        assert!(matches!(answer, Some(IssueKeyError::TooMany)), "{answer:?}");
        assert_eq!(app.state_and_log().await, before);
        let last = last.expect("a hundred").credential.id;
        keys::revoke(&shared.ctx, manager, last, keys::Revocation::default()).await.expect("revoked");
        keys::issue(&shared.ctx, manager, draft("one more")).await.expect("there is room");
    }

    async fn r67_one_form_makes_one_key_and_origins_are_for_publishable_ones(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let manager = KeyManager::Member(&by);
        let form = || KeyDraft { nonce: Some("n".into()), ..draft("Build") };
        let key = keys::issue(&shared.ctx, manager, form()).await.expect("made");
        let before = app.state_and_log().await;
        let renamed = KeyDraft { name: Label::parse("Other").expect("a name"), ..form() };
        let answer = keys::issue(&shared.ctx, manager, renamed).await.err();
        let Some(IssueKeyError::AlreadyCreated(made)) = answer else { panic!("{answer:?}") };
        assert_eq!((made.detail.summary.id, made.detail.summary.name.as_str()), (key.credential.id, "Build"));
        let origins = OriginList::parse(["https://shop.example.com"]).expect("an origin");
        let answer = keys::issue(&shared.ctx, manager, KeyDraft { origins, ..draft("Shop") }).await.err();
        assert!(matches!(answer, Some(IssueKeyError::OriginsOfSecret)), "{answer:?}");
        assert_eq!(app.state_and_log().await, before);
    }
}
