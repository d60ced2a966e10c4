//! Making workspaces, and everybody's own.

use latchkey::base::text::Label;
use latchkey::domain::workspaces::{self, CreateError, Look, Slug, Standing, WorkspaceDraft};

use crate::served;
use crate::support::rows::execute_all;

fn draft(name: &str, slug: Option<&str>) -> WorkspaceDraft {
    let slug = slug.map(|slug| Slug::parse(slug).expect("a slug"));
    WorkspaceDraft { name: Label::parse(name).expect("a name"), slug, look: Look::default() }
}

served! {
    async fn whoever_makes_a_workspace_owns_it_on_the_plan_of_new_ones(app: &TestApp) {
        let (alice, ctx) = (app.user("alice@example.com").await, &app.app().ctx);
        execute_all(&ctx.db, &["UPDATE workspace_policy SET new_plan = 'starter' WHERE id = 1"]).await;
        let made = workspaces::create(ctx, &alice, draft("Acme GmbH", None)).await.expect("created");
        assert_eq!((made.slug.as_str(), made.plan.as_str()), ("acme-gmbh", "starter"));
        assert_eq!(app.member_of(&made, &alice).await.standing(), Standing::Owner);
        let again = workspaces::create(ctx, &alice, draft("Acme GmbH", None)).await.expect("created");
        assert!(again.slug.as_str().starts_with("acme-gmbh-") && again.id != made.id, "{}", again.slug.as_str());
        let taken = workspaces::create(ctx, &alice, draft("Other", Some("acme-gmbh"))).await;
        assert!(matches!(taken, Err(CreateError::SlugTaken)), "{taken:?}");
    }

    async fn the_policy_says_who_may_and_a_refusal_makes_nothing(app: &TestApp) {
        let (alice, ctx) = (app.user("alice@example.com").await, &app.app().ctx);
        for creators in ["UPDATE workspace_policy SET creators = '[]'", "UPDATE workspace_policy SET creators = '[\"admin\"]'"] {
            execute_all(&ctx.db, &[creators]).await;
            let before = app.state_and_log().await;
            let refused = workspaces::create(ctx, &alice, draft("Acme", None)).await;
            assert!(matches!(refused, Err(CreateError::Forbidden)), "{refused:?}");
            assert!(matches!(workspaces::may_create(ctx, &alice).await, Err(CreateError::Forbidden)));
            assert_eq!(app.state_and_log().await, before);
        }
        assert!(workspaces::personal(ctx, &alice).await.expect("made").personal_of.is_some(), "one's own needs no leave");
        execute_all(&ctx.db, &["UPDATE workspace_policy SET creators = '[\"ops\", \"USER\"]'"]).await;
        assert!(workspaces::may_create(ctx, &alice).await.is_ok(), "in letters of either case");
        app.unconfirmed("eve@example.com").await;
        let eve = app.person("eve@example.com").await;
        let refused = workspaces::create(ctx, &eve, draft("Acme", None)).await;
        assert!(matches!(refused, Err(CreateError::Unverified)), "{refused:?}");
    }

    async fn one_person_makes_fifty_and_no_more_not_even_two_at_once(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        for n in 0..49 {
            workspaces::create(ctx, &alice, draft(&format!("Team {n}"), None)).await.expect("created");
        }
        let (one, two) =
            tokio::join!(workspaces::create(ctx, &alice, draft("One", None)), workspaces::create(ctx, &alice, draft("Two", None)));
        let refused = [&one, &two].iter().filter(|made| matches!(made, Err(CreateError::TooMany))).count();
        assert_eq!((refused, app.rows("SELECT id FROM workspaces").await.len()), (1, 50), "{one:?} {two:?}");
        workspaces::personal(ctx, &alice).await.expect("one's own is not counted");
    }

    async fn one_s_own_workspace_is_made_once_however_many_need_it_first(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let (a, b, c) = tokio::join!(
            workspaces::personal(ctx, &alice), workspaces::personal(ctx, &alice), workspaces::personal(ctx, &alice)
        );
        let own = a.expect("made");
        assert_eq!((b.expect("found").id, c.expect("found").id), (own.id, own.id));
        assert_eq!(app.rows("SELECT action FROM audit_events WHERE action = 'workspace.created'").await.len(), 1);
        assert_eq!(workspaces::list(&ctx.db, alice.id()).await.expect("listed").len(), 1);
    }
}
