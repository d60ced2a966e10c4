//! Workspaces, and who belongs to them.

use latchkey::base::id::MembershipId;
use latchkey::base::text::{EmailAddress, Label};
use latchkey::domain::accounts::{Person, Roles};
use latchkey::domain::workspaces::{self, Look, Member, MemberRoles, Slug, Which, Workspace, WorkspaceDraft};
use latchkey::{execute, on, sql};

use super::TestApp;

impl TestApp {
    /// A workspace with this name in addresses, which the person owns.
    pub async fn workspace(&self, owner: &Person, slug: &str) -> Workspace {
        let name = Label::parse(&format!("{slug} Inc.")).expect("a name");
        let draft = WorkspaceDraft { name, slug: Some(Slug::parse(slug).expect("a slug")), look: Look::default() };
        workspaces::create(&self.app().ctx, owner, draft).await.expect("created")
    }

    /// Somebody who belongs to the workspace with these roles, however they came to; the account is made if there is none.
    pub async fn belongs(&self, workspace: &Workspace, email: &str, roles: &str) -> Person {
        let address = EmailAddress::parse(email).expect("an address");
        let app = self.app();
        let mut cx = app.ctx.db.read().await.expect("a connection");
        let known: i64 = on!(cx, |c| sqlx::query_scalar(sql!("SELECT COUNT(*) FROM accounts WHERE email_key = $1"))
            .bind(address.key())
            .fetch_one(c)
            .await)
        .expect("counted");
        drop(cx);
        if known == 0 {
            self.account(email, Roles::user()).await;
        }
        let person = self.person(email).await;
        self.add_member(workspace, &person, roles).await;
        person
    }

    /// Makes somebody a member, however they came to be one.
    pub async fn add_member(&self, workspace: &Workspace, person: &Person, roles: &str) {
        let app = self.app();
        let (now, roles) = (self.clock.now(), MemberRoles::parse(roles).expect("roles").to_db());
        let mut tx = app.ctx.db.write().await.expect("a transaction");
        let added = execute!(
            tx,
            sqlx::query(sql!(
                "INSERT INTO memberships (id, workspace_id, account_id, roles, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)"
            ))
            .bind(MembershipId::new(now, &app.ctx.rng).to_db())
            .bind(workspace.id.to_db())
            .bind(person.id().to_db())
            .bind(roles)
            .bind(now.micros())
        );
        assert_eq!(added.expect("added"), 1);
        tx.commit().await.expect("committed");
    }

    /// The person as a member of the workspace, as verbs see them.
    pub async fn member_of(&self, workspace: &Workspace, person: &Person) -> Member {
        workspaces::member(&self.app().ctx.db, person, &Which::Id(workspace.id)).await.expect("a member")
    }
}
