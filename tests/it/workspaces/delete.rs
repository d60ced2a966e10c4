//! The end of a workspace.

use latchkey::domain::credentials::{self, CredentialsThere};
use latchkey::domain::workspaces::{self, DeleteError, Refused};

use crate::served;
use crate::support::rows::execute_all;

served! {
    async fn what_goes_with_a_workspace_is_counted_and_goes(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let ctx = &shared.ctx;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        app.belongs(&acme, "bob@example.com", "viewer").await;
        execute_all(&ctx.db, &[
            "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at)
             SELECT 'k1', 'secret', id, 'live', 'A', 'a', '[]', 1 FROM workspaces WHERE slug = 'acme'",
            "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at)
             SELECT 'k2', 'publishable', id, 'test', 'B', 'b', '[]', 1 FROM workspaces WHERE slug = 'acme'",
            "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at, revoked_at, revoked_by)
             SELECT 'k3', 'secret', id, 'live', 'C', 'c', '[]', 1, 2, 'member' FROM workspaces WHERE slug = 'acme'",
            "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at, expires_at)
             SELECT 'k4', 'secret', id, 'live', 'D', 'd', '[]', 1, 2 FROM workspaces WHERE slug = 'acme'",
            "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at)
             SELECT 'k5', 'secret', id, 'live', 'E', 'e', '[]', 1 FROM workspaces WHERE slug = 'other'",
            "INSERT INTO credentials (id, kind, workspace_id, name, name_key, scopes, created_at)
             SELECT 's1', 'service', id, 'F', 'f', '[]', 1 FROM workspaces WHERE slug = 'acme'",
            "INSERT INTO credentials (id, kind, account_id, locked_to, membership_id, name, name_key, scopes, created_at)
             SELECT 't1', 'personal', account_id, workspace_id, id, 'G', 'g', '[]', 1 FROM memberships WHERE roles = '[\"viewer\"]'",
        ]).await;
        let owner = app.member_of(&acme, &alice).await;
        let there = credentials::credentials_there(ctx, &owner).await.expect("counted");
        assert_eq!(there, CredentialsThere { keys: 2, service_accounts: 1, locked_tokens: 1 });
        workspaces::delete(ctx, &owner).await.expect("deleted");
        assert_eq!(app.rows("SELECT id FROM credentials ORDER BY id").await, ["k5", "t1"]);
        assert_eq!(app.rows("SELECT slug FROM workspaces").await, ["other"]);
        assert_eq!(app.rows("SELECT workspace_id FROM memberships").await, [other.id.to_db()]);
        assert_eq!(app.rows("SELECT key FROM changes WHERE kind = 'workspace'").await, [acme.id.to_db()]);
        let mail = app.mails_to("bob@example.com").await.concat();
        assert!(mail.contains("Subject: Workspace acme Inc. deleted"), "{mail}");
        assert!(app.mails_to("alice@example.com").await.is_empty(), "whoever did it knows");
        assert!(matches!(workspaces::delete(ctx, &owner).await, Err(DeleteError::Refused(Refused::NotFound))), "once");
    }

    async fn nobody_but_an_owner_deletes_it(app: &TestApp) {
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let acme = app.workspace(&alice, "acme").await;
        let admin = app.belongs(&acme, "ann@example.com", "admin").await;
        let admin = app.member_of(&acme, &admin).await;
        let before = app.state_and_log().await;
        let refused = workspaces::delete(&shared.ctx, &admin).await;
        assert!(matches!(refused, Err(DeleteError::Refused(Refused::Forbidden))), "{refused:?}");
        assert_eq!(app.state_and_log().await, before);
    }
}
