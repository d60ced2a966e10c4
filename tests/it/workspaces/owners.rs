//! There is always an owner who can act.

use latchkey::domain::accounts::Roles;
use latchkey::domain::profile::{self, DeleteError};
use latchkey::domain::workspaces::members::{self, MemberError};
use latchkey::domain::workspaces::{self, Slug, Which};

use super::{membership, roles};
use crate::served;
use crate::support::app::confirmed;
use crate::support::rows::execute_all;

/// Whether this one of two was refused: nobody would have been left, or the other one was faster.
fn refused(outcome: &Result<(), MemberError>) -> bool {
    match outcome {
        Ok(()) => false,
        Err(MemberError::LastOwner | MemberError::OwnersOnly | MemberError::Refused(_)) => true,
        Err(other) => panic!("{other}"),
    }
}

served! {
    async fn r103_two_owners_who_demote_or_remove_each_other_leave_one(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "owner").await;
        for round in 0..100 {
            let (a, b) = (app.member_of(&acme, &alice).await, app.member_of(&acme, &bob).await);
            let less = roles("admin");
            let (one, two) = match round % 4 {
                0 => tokio::join!(members::remove(ctx, &a, b.id()), members::remove(ctx, &b, a.id())),
                1 => tokio::join!(members::leave(ctx, &a), members::leave(ctx, &b)),
                2 => tokio::join!(members::leave(ctx, &a), members::set_roles(ctx, &b, b.id(), &less)),
                _ => tokio::join!(members::set_roles(ctx, &a, b.id(), &less), members::set_roles(ctx, &b, a.id(), &less)),
            };
            assert!(refused(&one) != refused(&two), "round {round}: one of two is refused: {one:?} {two:?}");
            let left = app.rows("SELECT account_id FROM memberships WHERE roles = '[\"owner\"]'").await;
            assert_eq!(left.len(), 1, "round {round}");
            execute_all(&ctx.db, &["UPDATE memberships SET roles = '[\"owner\"]'"]).await;
            for person in [&alice, &bob] {
                if workspaces::member(&ctx.db, person, &Which::Id(acme.id)).await.is_err() {
                    app.add_member(&acme, person, "owner").await;
                }
            }
        }
    }

    async fn r103_the_last_owner_stays_and_a_suspended_one_does_not_count(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        app.belongs(&acme, "bob@example.com", "owner").await;
        let owner = app.member_of(&acme, &alice).await;
        let bob = membership(app, &owner, "bob@example.com").await;
        app.suspend("bob@example.com").await;
        let before = app.state_and_log().await;
        for refused in [
            members::leave(ctx, &owner).await,
            members::remove(ctx, &owner, owner.id()).await,
            members::set_roles(ctx, &owner, owner.id(), &roles("admin")).await,
        ] {
            assert!(matches!(refused, Err(MemberError::LastOwner)), "{refused:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        members::set_roles(ctx, &owner, owner.id(), &roles("owner billing")).await.expect("words beside it may change");
        members::remove(ctx, &owner, bob).await.expect("the one who cannot sign in may go");
    }

    async fn a_personal_workspace_stays_with_its_person(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let own = workspaces::personal(ctx, &alice).await.expect("made");
        let bob = app.belongs(&own, "bob@example.com", "owner").await;
        let (hers, his) = (app.member_of(&own, &alice).await, app.member_of(&own, &bob).await);
        let before = app.state_and_log().await;
        for refused in [
            members::leave(ctx, &hers).await,
            members::remove(ctx, &his, hers.id()).await,
            members::set_roles(ctx, &his, hers.id(), &roles("viewer")).await,
        ] {
            assert!(matches!(refused, Err(MemberError::OwnWorkspace)), "{refused:?}");
        }
        assert!(matches!(workspaces::delete(ctx, &his).await, Err(workspaces::DeleteError::Personal)));
        assert_eq!(app.state_and_log().await, before);
        members::leave(ctx, &his).await.expect("a guest may go");
    }

    async fn r103_an_account_goes_only_when_nobody_s_workspace_is_left_without_an_owner(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let own = workspaces::personal(ctx, &alice).await.expect("made");
        let (sole, acme) = (app.workspace(&alice, "sole").await, app.workspace(&alice, "acme").await);
        app.belongs(&acme, "bob@example.com", "admin").await;
        let leaving = profile::leaving(ctx, &alice).await.expect("read");
        let names = |all: &[workspaces::Workspace]| all.iter().map(|w| w.slug.clone()).collect::<Vec<Slug>>();
        assert_eq!((names(&leaving.deleted), names(&leaving.orphaned)), (vec![own.slug.clone(), sole.slug.clone()], vec![acme.slug.clone()]));
        let before = app.state_and_log().await;
        let refused = profile::delete(ctx, &confirmed(&alice)).await;
        assert!(matches!(refused, Err(DeleteError::LastOwner)), "{refused:?}");
        assert_eq!(app.state_and_log().await, before);
        let owner = app.member_of(&acme, &alice).await;
        let bob = membership(app, &owner, "bob@example.com").await;
        members::set_roles(ctx, &owner, bob, &roles("owner")).await.expect("saved");
        profile::delete(ctx, &confirmed(&alice)).await.expect("deleted");
        assert_eq!(app.rows("SELECT slug FROM workspaces").await, ["acme"]);
        assert_eq!(app.rows("SELECT roles FROM memberships").await, ["[\"owner\"]"]);
        let narrowed = app.rows("SELECT key FROM changes WHERE kind = 'workspace'").await;
        assert!([&own, &sole].iter().all(|gone| narrowed.contains(&gone.id.to_db())), "{narrowed:?}");
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'workspace.deleted'").await.len(), 2);
    }

    async fn r103_of_two_owners_who_delete_their_accounts_at_once_one_stays(app: &TestApp) {
        app.account("root@example.com", Roles::admin()).await;
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "owner").await;
        app.belongs(&acme, "vera@example.com", "viewer").await;
        let (one, two) = (confirmed(&alice), confirmed(&bob));
        let (a, b) = tokio::join!(profile::delete(ctx, &one), profile::delete(ctx, &two));
        let refused = [&a, &b].iter().filter(|end| matches!(end, Err(DeleteError::LastOwner))).count();
        assert!(refused == 1 && (a.is_ok() || b.is_ok()), "{a:?} {b:?}");
        assert_eq!(app.rows("SELECT roles FROM memberships ORDER BY roles").await, ["[\"owner\"]", "[\"viewer\"]"]);
    }
}
