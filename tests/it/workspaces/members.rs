//! Who belongs to a workspace, and who decides that.

use latchkey::base::page::{Cursor, PageSize};
use latchkey::domain::workspaces::members::{self, MemberError};
use latchkey::domain::workspaces::{Refused, Standing};

use super::{membership, roles};
use crate::served;

served! {
    async fn members_are_listed_by_name_a_page_at_a_time_and_those_of_others_are_not_among_them(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let db = &shared.ctx.db;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        for who in ["dora@example.com", "bob@example.com", "carl@example.com"] {
            app.belongs(&acme, who, "viewer").await;
        }
        let foreign = app.belongs(&other, "eve@example.com", "viewer").await;
        let me = app.member_of(&acme, &alice).await;
        let mut seen = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = members::list(db, &me, after.as_ref(), PageSize::new(3).expect("a size")).await.expect("listed");
            seen.extend(page.rows.iter().map(|row| row.name.as_str().to_owned()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["alice", "bob", "carl", "dora"]);
        let theirs = app.member_of(&other, &foreign).await.id();
        assert!(members::find(db, &me, theirs).await.expect("read").is_none(), "an id of another workspace");
        let found = members::find(db, &me, me.id()).await.expect("read").expect("found");
        assert_eq!((found.standing(), found.since, found.suspended), (Standing::Owner, app.clock.now(), false));
    }

    async fn r103_only_owners_touch_owners_and_an_admin_manages_those_below(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        for (who, as_what) in [("ann@example.com", "admin"), ("dev@example.com", "developer"), ("second@example.com", "owner billing")] {
            app.belongs(&acme, who, as_what).await;
        }
        let owner = app.member_of(&acme, &alice).await;
        let admin = app.member_of(&acme, &app.person("ann@example.com").await).await;
        let developer = app.member_of(&acme, &app.person("dev@example.com").await).await;
        let (second, ann, dev) = (
            membership(app, &owner, "second@example.com").await, admin.id(), developer.id(),
        );
        let before = app.state_and_log().await;
        for (by, of, as_what) in [(&admin, second, "viewer"), (&admin, second, "owner"), (&admin, dev, "owner"), (&admin, ann, "owner")] {
            let refused = members::set_roles(ctx, by, of, &roles(as_what)).await;
            assert!(matches!(refused, Err(MemberError::OwnersOnly)), "{as_what}: {refused:?}");
        }
        assert!(matches!(members::remove(ctx, &admin, second).await, Err(MemberError::OwnersOnly)));
        let refused = members::set_roles(ctx, &admin, ann, &roles("admin billing")).await;
        assert!(matches!(refused, Err(MemberError::OwnRights)), "{refused:?}");
        for of in [dev, ann, second] {
            let refused = members::set_roles(ctx, &developer, of, &roles("admin")).await;
            assert!(matches!(refused, Err(MemberError::Refused(Refused::Forbidden))), "{refused:?}");
            let refused = members::remove(ctx, &developer, of).await;
            assert!(matches!(refused, Err(MemberError::Refused(Refused::Forbidden))), "{refused:?}");
        }
        assert_eq!(app.state_and_log().await, before);
        members::set_roles(ctx, &admin, dev, &roles("admin ops:deploy")).await.expect("below owner");
        members::set_roles(ctx, &owner, second, &roles("viewer")).await.expect("by an owner");
        members::set_roles(ctx, &admin, ann, &roles("developer")).await.expect("one may step down");
        let kept = app.rows("SELECT a.email, m.roles FROM memberships m JOIN accounts a ON a.id = m.account_id ORDER BY a.email").await;
        assert_eq!(kept, [
            "alice@example.com | [\"owner\"]", "ann@example.com | [\"developer\"]",
            "dev@example.com | [\"admin\",\"ops:deploy\"]", "second@example.com | [\"viewer\"]",
        ]);
    }

    async fn a_change_of_roles_is_told_narrowed_and_written_down(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "admin").await;
        let owner = app.member_of(&acme, &alice).await;
        let of = membership(app, &owner, "bob@example.com").await;
        members::set_roles(ctx, &owner, of, &roles("developer support")).await.expect("saved");
        let events = app.rows("SELECT action, account_id, workspace_id, target FROM audit_events WHERE action = 'member.roles_changed'").await;
        assert_eq!(events, [format!("member.roles_changed | {} | {} | {of}", bob.id().to_db(), acme.id.to_db())]);
        assert!(app.rows("SELECT kind, key FROM changes").await.contains(&format!("account | {}", bob.id().to_db())));
        let mail = app.mails_to("bob@example.com").await.concat();
        assert!(mail.contains("Subject: Your roles in acme Inc. have changed") && mail.contains("developer, support"), "{mail}");
        assert!(!mail.contains("203.0.113.7"), "from where others work is theirs");
        let before = app.state_and_log().await;
        members::set_roles(ctx, &owner, of, &roles("developer support")).await.expect("as they are");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn who_is_removed_is_told_and_whoever_comes_back_is_another_member(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "admin").await;
        let owner = app.member_of(&acme, &alice).await;
        let first = app.member_of(&acme, &bob).await;
        members::remove(ctx, &owner, first.id()).await.expect("removed");
        assert!(matches!(members::remove(ctx, &owner, first.id()).await, Err(MemberError::NoSuchMember)), "once");
        let mail = app.mails_to("bob@example.com").await.concat();
        assert!(mail.contains("Subject: You were removed from acme Inc."), "{mail}");
        assert_eq!(app.rows("SELECT target FROM audit_events WHERE action = 'member.removed'").await, [first.id().to_string()]);
        app.belongs(&acme, "bob@example.com", "admin").await;
        assert_ne!(app.member_of(&acme, &bob).await.id(), first.id());
        let stale = members::set_roles(ctx, &first, owner.id(), &roles("viewer")).await;
        assert!(matches!(stale, Err(MemberError::Refused(Refused::NotFound))), "{stale:?}");
    }

    async fn one_who_leaves_is_gone_and_gets_no_mail(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "viewer").await;
        let bob = app.member_of(&acme, &bob).await;
        members::leave(&shared.ctx, &bob).await.expect("left");
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'member.left'").await.len(), 1);
        assert!(app.mails_to("bob@example.com").await.is_empty());
        assert!(matches!(members::leave(&shared.ctx, &bob).await, Err(MemberError::Refused(Refused::NotFound))));
    }
}
