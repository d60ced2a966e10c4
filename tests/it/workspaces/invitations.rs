//! Inviting and answering, below the pages.

use latchkey::base::time::Span;
use latchkey::domain::workspaces::invitations::{self, AnswerError, InvitationError, InviteError, Named};
use latchkey::domain::workspaces::{Refused, members};
use latchkey::jobs::sweep;

use super::{membership, new_member, roles};
use crate::served;
use crate::support::rows::execute_all;

served! {
    async fn r103_an_admin_invites_those_below_owner_and_decides_about_their_invitations_alone(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        for (who, as_what) in [("ann@example.com", "admin"), ("dev@example.com", "developer")] {
            app.belongs(&acme, who, as_what).await;
        }
        let owner = app.member_of(&acme, &alice).await;
        let admin = app.member_of(&acme, &app.person("ann@example.com").await).await;
        let developer = app.member_of(&acme, &app.person("dev@example.com").await).await;
        let owners = invitations::invite(ctx, &owner, new_member("new@example.com", "owner")).await.expect("invited");
        let before = app.state_and_log().await;
        let refused = invitations::invite(ctx, &admin, new_member("x@example.com", "owner")).await;
        assert!(matches!(refused, Err(InviteError::OwnersOnly)), "{refused:?}");
        let refused = invitations::invite(ctx, &developer, new_member("x@example.com", "viewer")).await;
        assert!(matches!(refused, Err(InviteError::Refused(Refused::Forbidden))), "{refused:?}");
        let refused = invitations::invite(ctx, &admin, new_member("DEV@Example.com", "viewer")).await;
        assert!(matches!(refused, Err(InviteError::AlreadyMember)), "{refused:?}");
        for refused in [invitations::resend(ctx, &admin, owners).await, invitations::cancel(ctx, &admin, owners).await] {
            assert!(matches!(refused, Err(InvitationError::OwnersOnly)), "{refused:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        invitations::invite(ctx, &admin, new_member("x@example.com", "admin support")).await.expect("invited");
    }

    async fn r49_inviting_again_replaces_the_older_invitation_and_of_two_at_once_one_is_left(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let owner = app.member_of(&acme, &alice).await;
        let (a, b) = tokio::join!(
            invitations::invite(ctx, &owner, new_member("bob@example.com", "viewer")),
            invitations::invite(ctx, &owner, new_member("Bob@Example.COM", "admin"))
        );
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        assert_eq!(app.rows("SELECT ended_as FROM workspace_invitations ORDER BY ended_as").await.len(), 2);
        assert_eq!(invitations::list(&ctx.db, &owner).await.expect("listed").len(), 1);
    }

    async fn an_answer_takes_the_invited_address_and_works_once(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let (bob, carl) = (app.user("bob@example.com").await, app.user("carl@example.com").await);
        let acme = app.workspace(&alice, "acme").await;
        let owner = app.member_of(&acme, &alice).await;
        let id = invitations::invite(ctx, &owner, new_member("BOB@example.com", "developer")).await.expect("invited");
        let before = app.state_and_log().await;
        for who in [&carl, &alice] {
            for refused in [
                invitations::accept(ctx, who, Named::Id(id)).await.map(drop),
                invitations::decline(ctx, who, Named::Id(id)).await,
            ] {
                assert!(matches!(refused, Err(AnswerError::NotOpen)), "{refused:?}");
            }
            assert!(invitations::mine(ctx, who).await.expect("read").is_empty());
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(invitations::mine(ctx, &bob).await.expect("read").len(), 1);
        let (one, two) = tokio::join!(
            invitations::accept(ctx, &bob, Named::Id(id)), invitations::accept(ctx, &bob, Named::Id(id))
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert_eq!(app.member_of(&acme, &bob).await.roles(), &roles("developer"));
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'member.joined'").await.len(), 1);
        let again = invitations::invite(ctx, &owner, new_member("bob@example.com", "owner")).await;
        assert!(matches!(again, Err(InviteError::AlreadyMember)), "{again:?}");
    }

    async fn what_somebody_invited_to_ends_with_their_right_to_invite(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let owner = app.member_of(&acme, &alice).await;
        invitations::invite(ctx, &owner, new_member("kept@example.com", "viewer")).await.expect("invited");
        for end in ["removed", "demoted"] {
            let ann = app.belongs(&acme, "ann@example.com", "admin").await;
            let admin = app.member_of(&acme, &ann).await;
            invitations::invite(ctx, &admin, new_member("friend@example.com", "admin")).await.expect("invited");
            let of = membership(app, &owner, "ann@example.com").await;
            match end {
                "removed" => members::remove(ctx, &owner, of).await.expect("removed"),
                _ => members::set_roles(ctx, &owner, of, &roles("developer")).await.expect("saved"),
            }
            let left = invitations::list(&ctx.db, &owner).await.expect("listed");
            let left: Vec<&str> = left.iter().map(|waiting| waiting.email.as_str()).collect();
            assert_eq!(left, ["kept@example.com"], "{end}");
        }
    }

    async fn one_person_and_one_address_get_so_many_and_no_more(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let owner = app.member_of(&acme, &alice).await;
        for _ in 0..5 {
            invitations::invite(ctx, &owner, new_member("bob@example.com", "viewer")).await.expect("invited");
        }
        let before = app.state_and_log().await;
        let refused = invitations::invite(ctx, &owner, new_member("bob@example.com", "viewer")).await;
        assert!(matches!(refused, Err(InviteError::TooMany(_))), "{refused:?}");
        assert_eq!(app.state_and_log().await, before, "and the one that waits still does");
        for n in 0..54 {
            invitations::invite(ctx, &owner, new_member(&format!("p{n}@example.com"), "viewer")).await.expect("invited");
        }
        let refused = invitations::invite(ctx, &owner, new_member("q@example.com", "viewer")).await;
        assert!(matches!(refused, Err(InviteError::TooMany(_))), "{refused:?}");
        app.clock.advance(Span::hours(1));
        invitations::invite(ctx, &owner, new_member("q@example.com", "viewer")).await.expect("invited");
    }

    async fn five_hundred_may_wait_and_one_that_is_replaced_is_not_counted_twice(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let owner = app.member_of(&acme, &alice).await;
        invitations::invite(ctx, &owner, new_member("first@example.com", "viewer")).await.expect("invited");
        execute_all(&ctx.db, &[
            "INSERT INTO workspace_invitations (id, workspace_id, email, email_key, roles, invited_by, seed, digest, created_at, expires_at)
             WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1498)
             SELECT 'i' || i, w.id, i || '@e.com', i || '@e.com', '[\"viewer\"]', 'x', 's',
                    '000000000000000000000000000000000000000000000000000000000000' || i, 1, 2 FROM n, workspaces w",
        ]).await;
        let before = app.state_and_log().await;
        let refused = invitations::invite(ctx, &owner, new_member("new@example.com", "viewer")).await;
        assert!(matches!(refused, Err(InviteError::TooManyWaiting)), "{refused:?}");
        assert_eq!(app.state_and_log().await, before);
        invitations::invite(ctx, &owner, new_member("first@example.com", "admin")).await.expect("replaced");
    }

    async fn ended_invitations_are_swept_a_month_later(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let owner = app.member_of(&acme, &alice).await;
        let cancelled = invitations::invite(ctx, &owner, new_member("a@example.com", "viewer")).await.expect("invited");
        invitations::invite(ctx, &owner, new_member("b@example.com", "viewer")).await.expect("invited");
        invitations::cancel(ctx, &owner, cancelled).await.expect("cancelled");
        for (days, swept, left) in [(30, 0, 2), (1, 1, 1), (6, 0, 1), (1, 1, 0)] {
            app.clock.advance(Span::days(days));
            assert_eq!(sweep::run_once(ctx).await.expect("swept").invitations, swept);
            assert_eq!(app.rows("SELECT id FROM workspace_invitations").await.len(), left);
        }
    }
}
