//! Names and settings.

use latchkey::base::text::Label;
use latchkey::domain::workspaces::{self, ChangeError, KeysManage, NewName, Refused, Slug};

use crate::served;
use crate::support::rows::execute_all;

fn named(name: &str, slug: Option<&str>) -> NewName {
    NewName { name: Label::parse(name).expect("a name"), slug: slug.map(|slug| Slug::parse(slug).expect("a slug")) }
}

served! {
    async fn an_admin_renames_and_another_workspace_s_address_is_refused(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        app.workspace(&alice, "other").await;
        let bob = app.belongs(&acme, "bob@example.com", "admin").await;
        let bob = app.member_of(&acme, &bob).await;
        let before = app.state_and_log().await;
        let taken = workspaces::rename(ctx, &bob, named("Other", Some("other"))).await;
        assert!(matches!(taken, Err(ChangeError::SlugTaken)), "{taken:?}");
        assert_eq!(workspaces::rename(ctx, &bob, named("acme Inc.", None)).await.expect("as it is").as_str(), "acme");
        assert_eq!(app.state_and_log().await, before);
        let slug = workspaces::rename(ctx, &bob, named("Acme Europe", Some("acme-eu"))).await.expect("renamed");
        assert_eq!(slug.as_str(), "acme-eu");
        assert_eq!(app.rows("SELECT slug, name FROM workspaces WHERE slug LIKE 'acme%'").await, ["acme-eu | Acme Europe"]);
        let kept = "SELECT target, account_id FROM audit_events WHERE action = 'workspace.renamed' AND workspace_id IS NOT NULL";
        assert_eq!(app.rows(kept).await, [format!("{} | ", acme.id)]);
    }

    async fn of_two_that_want_one_address_at_once_one_gets_it(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let (one, two) = (app.workspace(&alice, "one").await, app.workspace(&alice, "two").await);
        let (one, two) = (app.member_of(&one, &alice).await, app.member_of(&two, &alice).await);
        let want = || named("Acme", Some("acme"));
        let (a, b) = tokio::join!(workspaces::rename(ctx, &one, want()), workspaces::rename(ctx, &two, want()));
        let refused = [&a, &b].iter().filter(|end| matches!(end, Err(ChangeError::SlugTaken))).count();
        assert!(refused == 1 && (a.is_ok() || b.is_ok()), "{a:?} {b:?}");
    }

    async fn what_keys_may_do_is_kept_and_narrows_at_once(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let owner = app.member_of(&acme, &alice).await;
        workspaces::let_keys_manage(ctx, &owner, KeysManage::Forbidden).await.expect("saved");
        assert_eq!(app.rows("SELECT keys_manage FROM workspaces").await, ["forbidden"]);
        let narrowed = format!("workspace | {}", acme.id.to_db());
        assert_eq!(app.rows("SELECT kind, key FROM changes WHERE kind = 'workspace'").await, [narrowed]);
        let before = app.state_and_log().await;
        workspaces::let_keys_manage(ctx, &owner, KeysManage::Forbidden).await.expect("as it is");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r104_a_member_whose_rights_have_gone_meanwhile_changes_nothing(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let acme = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&acme, "bob@example.com", "admin").await;
        let stale = app.member_of(&acme, &bob).await;
        for (statement, expected) in [
            ("UPDATE memberships SET roles = '[\"developer\"]' WHERE roles = '[\"admin\"]'", Refused::Forbidden),
            ("UPDATE workspaces SET suspended_at = 1", Refused::NotFound),
            ("UPDATE workspaces SET suspended_at = NULL", Refused::Forbidden),
            ("DELETE FROM memberships WHERE roles = '[\"developer\"]'", Refused::NotFound),
        ] {
            execute_all(&ctx.db, &[statement]).await;
            let before = app.state_and_log().await;
            let renamed = workspaces::rename(ctx, &stale, named("Mine", None)).await;
            assert!(matches!(&renamed, Err(ChangeError::Refused(why)) if *why == expected), "{statement}: {renamed:?}");
            let saved = workspaces::let_keys_manage(ctx, &stale, KeysManage::Forbidden).await;
            assert!(matches!(&saved, Err(ChangeError::Refused(why)) if *why == expected), "{statement}: {saved:?}");
            assert_eq!(app.state_and_log().await, before);
        }
        app.belongs(&acme, "bob@example.com", "owner").await;
        let renamed = workspaces::rename(ctx, &stale, named("Mine", None)).await;
        assert!(matches!(renamed, Err(ChangeError::Refused(Refused::NotFound))), "another membership: {renamed:?}");
    }
}
