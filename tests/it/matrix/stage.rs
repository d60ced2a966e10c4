//! A server, somebody with a workspace, and two who ask about others' secrets.

use latchkey::base::time::Span;
use latchkey::domain::access::{self, ConfirmedAdministrator};
use latchkey::domain::accounts::Person;
use latchkey::domain::sessions;
use latchkey::domain::workspaces::plans::PlanName;
use latchkey::domain::workspaces::{self, Workspace};
use serde_json::{Value, json};

use super::makes::Made;
use crate::support::app::{Answer, Browser, confirmed};
use crate::support::{TestApp, TestDb};

pub const OWNER: &str = "olga@example.com";

pub struct Stage {
    pub app: TestApp,
    root: Person,
    pub owner: Person,
    pub workspace: Workspace,
    verifier: String,
    /// What manages the workspace's keys at the doors where a key does.
    pub manager: String,
}

impl Stage {
    pub async fn set(db: &TestDb) -> Self {
        Self::set_with(db, "enterprise", "100000").await
    }

    /// With this plan for the workspace and this limit for each account.
    pub async fn set_with(db: &TestDb, plan: &str, account_rate_limit: &str) -> Self {
        let settings = [("account_rate_limit", account_rate_limit), ("sign_in_rate", "100000")];
        let app = TestApp::start(db, &settings).await;
        let root = app.admin("root@example.com").await;
        app.scope(&root, "storefront", &[]).await;
        let owner = app.user(OWNER).await;
        let workspace = app.workspace(&owner, "acme").await;
        app.add_member(&workspace, &root, "owner").await;
        let by = ConfirmedAdministrator::of(confirmed(&root)).expect("an administrator");
        let plan = PlanName::parse(plan).expect("a plan");
        access::set_plan(&app.app().ctx, &by, workspace.id, &plan).await.expect("set");
        let verifier = app.token(&root, "asks", &["admin"]).await.secret.reveal().to_owned();
        let member = app.member_of(&workspace, &root).await;
        let manager = app.key(&member, "manages", &["admin"]).await.secret.reveal().to_owned();
        Self { app, root, owner, workspace, verifier, manager }
    }

    pub async fn over(self) {
        self.app.stop().await;
    }

    pub fn clock(&self, span: Span) {
        self.app.clock.advance(span);
    }

    /// The owner's browser, just signed in.
    pub async fn browser(&self) -> Browser<'_> {
        let browser = self.app.browser();
        assert_eq!(browser.sign_in(OWNER).await.status, 303);
        browser
    }

    /// A call of the native API by the owner, who signs in for it.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let session = self.app.log_in(OWNER).await;
        let answer = self.with(&session, method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.body);
        answer
    }

    /// A call with a secret.
    pub async fn with(&self, secret: &str, method: &str, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {secret}");
        let mut headers = vec![("authorization", bearer.as_str())];
        if body.is_null() {
            return self.app.send(method, path, &headers, "").await;
        }
        headers.push(("content-type", "application/json"));
        self.app.send(method, path, &headers, body.to_string()).await
    }

    /// A form for `/oauth2`, by nobody who has a name.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.app.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], body).await
    }

    /// What a product is told that asks about a secret.
    pub async fn verdict(&self, question: Value) -> Value {
        self.with(&self.verifier, "POST", "/v1/verify", question).await.json()["data"].clone()
    }

    /// What a resource server is told that asks about a secret.
    pub async fn introspected(&self, secret: &str) -> Value {
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("token", secret).finish();
        let bearer = format!("Bearer {}", self.verifier);
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", bearer.as_str())];
        self.app.send("POST", "/oauth2/introspect", &headers, body).await.json()
    }

    pub async fn suspend_owner(&self) {
        let by = ConfirmedAdministrator::of(confirmed(&self.root)).expect("an administrator");
        sessions::suspend(&self.app.app().ctx, &by, self.owner.id()).await.expect("suspended");
    }

    pub async fn suspend_workspace(&self) {
        let by = ConfirmedAdministrator::of(confirmed(&self.root)).expect("an administrator");
        access::suspend_workspace(&self.app.app().ctx, &by, self.workspace.id).await.expect("suspended");
    }

    /// The owner goes; the workspace has another.
    pub async fn leave(&self) {
        let member = self.app.member_of(&self.workspace, &self.owner).await;
        workspaces::members::leave(&self.app.app().ctx, &member).await.expect("gone");
    }

    /// A personal token that is good in the workspace alone.
    pub async fn locked_token(&self) -> String {
        let body = json!({ "name": "locked", "scopes": ["verify"], "workspace": self.workspace.id });
        let made = self.call("POST", "/v1/me/tokens", body).await;
        made.json()["data"]["token"].as_str().expect("a token").to_owned()
    }

    /// Takes scopes away from a personal token.
    pub async fn narrow(&self, made: &Made, scopes: &str) {
        let browser = self.browser().await;
        let page = format!("/profile/tokens/{}", made.id);
        let saved = browser.submit(&page, &format!("{page}/narrow"), &[("scopes", scopes)]).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
    }

    /// The scopes of a secret as three doors tell them, each in alphabetical order.
    pub async fn scopes_seen(&self, secret: &str) -> [Value; 3] {
        let me = self.with(secret, "GET", "/v1/me", Value::Null).await.json()["data"]["credential"]["scopes"].clone();
        let verdict = self.verdict(json!({ "token": secret })).await["scopes"].clone();
        let introspected =
            self.introspected(secret).await["scope"].as_str().map(|words| words.split(' ').collect::<Vec<_>>().into());
        [me, verdict, introspected.unwrap_or_default()].map(|mut scopes| {
            if let Some(words) = scopes.as_array_mut() {
                words.sort_by_key(ToString::to_string);
            }
            scopes
        })
    }

    /// What a secret gets that asks for a verdict itself, for which it needs the scope `verify`.
    pub async fn verify_with(&self, secret: &str) -> u16 {
        self.with(secret, "POST", "/v1/verify", json!({ "token": "x" })).await.status
    }
}
