//! The QNSP door, asked by a strict client that was written from its contract.

mod activation;
mod client;
mod input;
mod rights;
mod services;
mod tokens;

use latchkey::base::text::Label;
use latchkey::domain::access::Audiences;
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::service::{self, IssuedService, ServiceDraft};
use latchkey::domain::credentials::{AddressList, Issued};
use latchkey::domain::workspaces::{Member, Workspace};

use crate::support::TestApp;
use crate::support::app::PASSWORD;
use crate::support::keys::scopes;
use client::{Client, TokenPair, Uuid, credentials};

/// A workspace, its owner, and a secret key of it.
struct Tenant {
    owner: Person,
    workspace: Workspace,
    member: Member,
    key: Issued,
}

impl Tenant {
    /// Its id, as this door spells it.
    fn id(&self) -> String {
        self.workspace.id.uuid().to_string()
    }
}

async fn tenant(app: &TestApp, slug: &'static str) -> Tenant {
    let owner = app.user(&format!("{slug}@example.com")).await;
    let workspace = app.workspace(&owner, slug).await;
    let member = app.member_of(&workspace, &owner).await;
    let key = app.key(&member, "SDK", &["verify"]).await;
    Tenant { owner, workspace, member, key }
}

/// A service account whose tokens may be for `platform`.
async fn service_account(app: &TestApp, by: &Member, name: &str) -> IssuedService {
    let draft = ServiceDraft {
        name: Label::parse(name).expect("a name"),
        scopes: scopes(&["verify"]),
        audiences: Audiences::parse(["platform"]).expect("audiences"),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    };
    service::create(&app.app().ctx, by, draft).await.expect("a service account")
}

/// What the owner of a tenant gets for their password.
async fn signed_in(app: &TestApp, to: &Tenant) -> TokenPair {
    let email = to.owner.email().as_str();
    Client(app).login(credentials(email, PASSWORD, &to.id())).await.expect("signed in")
}
