//! Signed tokens, made as the server makes them, and the grants that some of them live by.

use latchkey::base::id::{AccountId, SecretId, SessionId};
use latchkey::base::time::Span;
use latchkey::domain::credentials::Issued;
use latchkey::domain::credentials::service::IssuedService;
use latchkey::domain::signing::{self, Claims, Class, Sid};
use latchkey::{execute, on, sql};

use super::TestApp;

impl TestApp {
    /// What a token says that lives by this, for 15 minutes and for us.
    pub fn claims(&self, subject: &str, session: Sid, scope: Option<&str>) -> Claims {
        let ctx = &self.app().ctx;
        Claims {
            subject: subject.to_owned(),
            audiences: vec![ctx.settings.public_url.clone()],
            expires_at: ctx.now() + Span::minutes(15),
            issued_at: ctx.now(),
            id: format!("jti-{}", ctx.now().micros()),
            client: "client".into(),
            scope: scope.map(str::to_owned),
            session,
            workspace: None,
            roles: Vec::new(),
            actor: None,
        }
    }

    /// A token that says this.
    pub async fn signed(&self, class: Class, claims: &Claims) -> String {
        signing::sign(&self.app().ctx, class, claims).await.expect("signed")
    }

    /// An access token that the secret of a credential bought.
    pub async fn bought(&self, by: &Issued, scope: Option<&str>) -> String {
        let sid = Sid::Secret(self.secret_id(&by.credential.id.to_db()).await);
        self.signed(Class::Access, &self.claims("usr_bought", sid, scope)).await
    }

    /// An access token of a service account.
    pub async fn bought_by_service(&self, by: &IssuedService, scope: Option<&str>) -> String {
        let sid = Sid::Secret(by.account.secrets[0].id);
        self.signed(Class::Access, &self.claims("svc_bought", sid, scope)).await
    }

    /// An access token of a grant.
    pub async fn of_grant(&self, account: AccountId, grant: SessionId, scope: Option<&str>) -> String {
        let claims = self.claims(&account.to_string(), Sid::Session(grant), scope);
        self.signed(Class::Access, &claims).await
    }

    /// A grant of a program that knew the password, for all that the person may or for these scopes (a JSON list).
    pub async fn grant(&self, account: AccountId, scopes: Option<&str>) -> SessionId {
        let app = self.app();
        let (now, id) = (self.clock.now(), SessionId::new(self.clock.now(), &app.ctx.rng));
        let mut tx = app.ctx.db.write().await.expect("a transaction");
        let added = execute!(
            tx,
            sqlx::query(sql!(
                "INSERT INTO sessions (id, account_id, kind, scopes, created_at, last_seen_at, idle_ends_at, ends_at, address, agent)
                 VALUES ($1, $2, 'grant', $3, $4, $4, $5, $5, '203.0.113.7', 'test')"
            ))
            .bind(id.to_db())
            .bind(account.to_db())
            .bind(scopes)
            .bind(now.micros())
            .bind((now + Span::days(30)).micros())
        );
        assert_eq!(added.expect("added"), 1);
        tx.commit().await.expect("committed");
        id
    }

    async fn secret_id(&self, credential: &str) -> SecretId {
        let mut cx = self.app().ctx.db.read().await.expect("a connection");
        let id: String = on!(cx, |c| sqlx::query_scalar(sql!("SELECT id FROM credential_secrets WHERE credential_id = $1"))
            .bind(credential)
            .fetch_one(c)
            .await)
        .expect("a secret");
        SecretId::from_db(&id).expect("an id")
    }
}
