//! What every client finds: a server, two services, an app, people, and one of them before a browser.

use latchkey::base::text::Label;
use latchkey::base::time::Clock;
use latchkey::domain::access::{Audiences, ConfirmedAdministrator};
use latchkey::domain::accounts::Roles;
use latchkey::domain::clients::{self, ClientDraft, DeviceSignIn, RedirectUri};
use latchkey::domain::credentials::AddressList;
use latchkey::domain::credentials::service::{self, ServiceDraft, client_id};
use latchkey::domain::workspaces::Member;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::TestDb;
use crate::support::app::{Browser, PASSWORD, confirmed};
use crate::support::keys::scopes;

/// Where an app is led back to; nobody listens there.
pub const REDIRECT: &str = "http://127.0.0.1:1/callback";
const ANNA: &str = "anna@example.com";
const BOB: &str = "bob@example.com";
const ROOT: &str = "root@example.com";

/// A service that asks for tokens, or that is asked about them.
pub struct Service {
    pub id: String,
    pub secret: String,
}

/// A server with everything that clients want of it. Its clock is the real one: libraries look at theirs.
pub struct Stage {
    pub app: TestApp,
    /// Asks for tokens with the scope `verify`.
    pub machine: Service,
    /// May introspect.
    pub resource: Service,
    /// The id of an app that people sign in with.
    pub client: String,
    /// What the server says that it does, and where.
    pub metadata: Value,
    /// A workspace that neither Anna nor Bob belongs to.
    foreign: String,
}

impl Stage {
    /// Sets it.
    pub async fn set(db: &TestDb) -> Self {
        let app = TestApp::start_at(db, &[], Clock::system()).await;
        let root = app.admin(ROOT).await;
        let anna = app.user(ANNA).await;
        app.account(BOB, Roles::user()).await;
        let foreign = app.workspace(&root, "foreign").await.id.to_string();
        let acme = app.workspace(&anna, "acme").await;
        let by = app.member_of(&acme, &anna).await;
        let draft = ClientDraft {
            name: Label::parse("Notes").expect("a name"),
            redirect_uris: vec![RedirectUri::parse(REDIRECT).expect("an address")],
            device: DeviceSignIn::Allowed,
            scopes: scopes(&["profile", "workspace:read"]),
            audiences: Audiences::default(),
        };
        let administrator = ConfirmedAdministrator::of(confirmed(&root)).expect("an administrator");
        let client = clients::register(&app.app().ctx, &administrator, draft).await.expect("registered").to_string();
        let machine = service(&app, &by, "machine", "verify").await;
        let metadata = app.anon("GET", "/.well-known/oauth-authorization-server").await.json();
        let resource = service(&app, &by, "resource", "introspect").await;
        Self { app, machine, resource, client, metadata, foreign }
    }

    /// The issuer, which is the address of the server.
    pub fn issuer(&self) -> String {
        self.app.app().ctx.settings.public_url.clone()
    }

    /// What a driver has to know.
    pub fn told(&self) -> Value {
        let who = |email: &str| json!({ "username": email, "password": PASSWORD });
        let known = |service: &Service| json!({ "id": service.id, "secret": service.secret, "scope": "verify" });
        json!({
            "issuer": self.issuer(),
            "machine": known(&self.machine),
            "resource": known(&self.resource),
            "people": { "anna": who(ANNA), "bob": who(BOB), "root": who(ROOT) },
            "foreign": self.foreign,
            "app": { "id": self.client, "redirect": REDIRECT, "scope": "profile workspace:read" },
        })
    }

    /// Somebody who is signed in, before a browser.
    pub async fn browser(&self) -> Browser<'_> {
        let browser = self.app.browser();
        assert_eq!(browser.sign_in(ANNA).await.status, 303);
        browser
    }

    /// Opens the page that an app leads to, and allows what it asks for. Where the browser is led back to.
    pub async fn allow_app(&self, browser: &Browser<'_>, url: &str) -> String {
        let path = url.strip_prefix(&self.issuer()).expect("an address of this server");
        let decided = browser.submit(path, path, &[("decision", "allow")]).await;
        assert_eq!(decided.status, 303, "{}", decided.body);
        decided.header("location").to_owned()
    }

    /// Opens the page that a device names, types its code in, and allows it.
    pub async fn allow_device(&self, browser: &Browser<'_>, url: &str, code: &str) {
        let path = url.strip_prefix(&self.issuer()).expect("an address of this server");
        let page = browser.submit(path, "/device", &[("user_code", code)]).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let done = browser.submit_from(&page, "/device/allow", &[("user_code", code)]).await;
        assert_eq!(done.status, 303, "{}", done.body);
    }
}

async fn service(app: &TestApp, by: &Member, name: &str, scope: &str) -> Service {
    let draft = ServiceDraft {
        name: Label::parse(name).expect("a name"),
        scopes: scopes(&[scope]),
        audiences: Audiences::default(),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    };
    let made = service::create(&app.app().ctx, by, draft).await.expect("a service account");
    Service { id: client_id(made.account.id), secret: made.secret.reveal().to_owned() }
}
