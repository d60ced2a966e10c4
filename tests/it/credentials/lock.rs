//! Tokens that are locked to a workspace.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::{AllowedRoles, Forbidden, Idle, Longest, NoExpiry, Scopes, Switch, TokenPolicy};
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::{self, AddressList, Expiry, IssueError, Issued, ListFilter, PersonalDraft};
use latchkey::domain::workspaces::{Which, Workspace};

use super::{answered, found, good, refused};
use crate::served;
use crate::support::TestApp;
use crate::support::app::confirmed;
use crate::support::rows::execute_all;

fn draft(app: &TestApp, name: &str, which: Option<Which>) -> PersonalDraft {
    PersonalDraft {
        name: Label::parse(name).expect("a name"),
        workspace: which,
        scopes: Scopes::parse(["workspace:read"]).expect("scopes"),
        allowed_addresses: AddressList::anywhere(),
        expiry: Expiry::At(app.clock.now() + Span::days(30)),
        nonce: format!("nonce-{name}"),
    }
}

async fn locked(app: &TestApp, of: &Person, to: &Workspace, name: &str) -> Issued {
    let draft = draft(app, name, Some(Which::Slug(to.slug.clone())));
    credentials::issue_personal(&app.app().ctx, &confirmed(of), draft).await.expect("a token")
}

fn policy(roles: &str, workspace_roles: &str, require_workspace: Switch) -> TokenPolicy {
    let parse = |text: &str| AllowedRoles::parse(text).expect("roles");
    TokenPolicy {
        tokens: Switch::On,
        allowed_roles: parse(roles),
        allowed_workspace_roles: parse(workspace_roles),
        require_workspace,
        longest: Longest::UNBOUNDED,
        no_expiry: NoExpiry::Allowed,
        require_factor: Switch::Off,
        idle: Idle::UNBOUNDED,
    }
}

served! {
    async fn r75_a_token_is_locked_for_ever_and_says_to_what(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let token = locked(app, &alice, &acme, "CI").await;
        let me = app.bearer(token.secret.reveal()).get("/v1/me").await;
        assert_eq!((me.status, me.json()["data"]["workspace"]["slug"].as_str()), (200, Some("acme")), "{}", me.body);
        let place = found(app, &alice, &token).await.summary.place.expect("locked");
        assert_eq!((place.slug.as_str(), place.roles.map(|roles| roles.has("owner"))), ("acme", Some(true)));
        let ctx = &app.app().ctx;
        let listed = credentials::list(ctx, &alice, &ListFilter::default(), None, latchkey::base::page::PageSize::DEFAULT).await;
        assert_eq!(listed.expect("listed").rows[0].place.as_ref().map(|place| place.slug.as_str()), Some("acme"));
        let twin = credentials::duplicate_of(ctx, &alice, token.credential.id).await.expect("read").expect("there");
        assert_eq!(twin.workspace.as_deref(), Some("acme"));
        let how = credentials::Rotation { overlap: credentials::Overlap::None, nonce: "r".into() };
        let rotated = credentials::rotate(ctx, &confirmed(&alice), token.credential.id, how).await.expect("rotated");
        let me = app.bearer(rotated.secret.reveal()).get("/v1/me").await;
        assert_eq!(me.json()["data"]["workspace"]["slug"].as_str(), Some("acme"));
    }

    async fn r75_a_token_ends_with_the_membership_and_stays_dead_when_its_owner_joins_again(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "developer").await;
        let token = locked(app, &bob, &acme, "CI").await;
        let secret = token.secret.reveal();
        execute_all(&app.app().ctx.db, &["DELETE FROM memberships WHERE roles = '[\"developer\"]'"]).await;
        assert_eq!(answered(app, secret).await, refused());
        assert!(found(app, &bob, &token).await.summary.is_homeless());
        app.belongs(&acme, "bob@example.com", "developer").await;
        assert_eq!(answered(app, secret).await, refused());
        assert!(found(app, &bob, &token).await.summary.is_homeless());
        let again = locked(app, &bob, &acme, "CI again").await;
        assert_eq!(answered(app, again.secret.reveal()).await, good());
    }

    async fn r75_nobody_locks_a_token_to_a_workspace_that_is_not_theirs(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let acme = app.workspace(&alice, "acme").await;
        let own = app.workspace(&bob, "own").await;
        let before = app.state_and_log().await;
        let ctx = &app.app().ctx;
        for which in [Which::Id(acme.id), Which::Slug(acme.slug.clone()), Which::parse("nowhere").expect("a slug")] {
            let answer = credentials::issue_personal(ctx, &confirmed(&bob), draft(app, "CI", Some(which))).await.err();
            assert!(matches!(answer, Some(IssueError::NoSuchWorkspace)), "{answer:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        execute_all(&ctx.db, &["UPDATE workspaces SET suspended_at = 1 WHERE slug = 'own'"]).await;
        let answer = credentials::issue_personal(ctx, &confirmed(&bob), draft(app, "CI", Some(Which::Id(own.id)))).await.err();
        assert!(matches!(answer, Some(IssueError::NoSuchWorkspace)), "{answer:?}");
    }

    async fn r78_the_policy_wants_a_workspace_or_a_role_there_when_a_token_is_made_and_used(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let ctx = &app.app().ctx;
        let (free, bound) = (app.token(&alice, "free", &["verify"]).await, locked(app, &alice, &acme, "bound").await);
        let both = async || (answered(app, free.secret.reveal()).await.0, answered(app, bound.secret.reveal()).await.0);
        assert_eq!(both().await, (200, 200));
        app.set_policy(&root, policy("*", "", Switch::On)).await;
        assert_eq!(both().await, (403, 200), "a workspace is required");
        let answer = credentials::issue_personal(ctx, &confirmed(&alice), draft(app, "more", None)).await.err();
        assert!(matches!(answer, Some(IssueError::Forbidden(Forbidden::NoWorkspace))), "{answer:?}");
        app.set_policy(&root, policy("ops", "owner", Switch::Off)).await;
        assert_eq!(both().await, (403, 200), "a role there is enough");
        app.set_policy(&root, policy("ops", "viewer", Switch::Off)).await;
        assert_eq!(both().await, (403, 403));
        app.set_policy(&root, policy("*", "", Switch::Off)).await;
        assert_eq!(both().await, (200, 200));
    }
}
