//! What is in the database before anything is measured.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use actix_web::cookie::{Cookie, CookieJar, Key};

use latchkey::app::App;
use latchkey::base::id::{CredentialId, SecretId, WorkspaceId};
use latchkey::base::net::Origin;
use latchkey::base::text::{EmailAddress, Label, PersonName};
use latchkey::base::time::{Span, Timestamp};
use latchkey::domain::access::{
    AllowedRoles, Audiences, ConfirmedAdministrator, Idle, Longest, NoExpiry, Scopes, Switch, TokenPolicy,
};
use latchkey::domain::accounts::{self, Confirmed, NewAccount, Password, PasswordAttempt, Person, Roles};
use latchkey::domain::credentials::fit;
use latchkey::domain::credentials::service::{self, ServiceDraft};
use latchkey::domain::credentials::{self, AddressList, Expiry, PersonalDraft, Sender};
use latchkey::domain::grants;
use latchkey::domain::sessions::{self, Credentials};
use latchkey::domain::workspaces::{self, Look, Slug, Which, WorkspaceDraft};
use latchkey::execute;

use super::load::Load;
use super::{CONNECTIONS, fill, server};

/// People who hold a token. Several, because the requests of an account are limited.
const PEOPLE: usize = 16;
/// Tokens of the person whose list is shown.
const TOKENS: i64 = 10_000;
const PASSWORD: &str = "violet-anchor-sings-42";

/// What requests can be made with.
pub struct Seeded {
    tokens: Vec<String>,
    /// The secrets of a workspace's keys, more than the cache holds.
    keys: Vec<String>,
    /// The cookie of somebody with very many tokens and keys.
    cookie: String,
    /// A service account's client id and secret.
    service: (String, String),
    /// An access token of that service account.
    pub signed: String,
    /// A refresh token for each connection.
    refresh: Vec<Arc<Mutex<String>>>,
}

impl Seeded {
    /// One request for each token.
    pub fn each(&self, request: impl Fn(&str) -> Load) -> Vec<Load> {
        self.tokens.iter().map(|token| request(token)).collect()
    }

    /// Questions about keys that are seldom in the cache: each connection asks about others.
    pub fn cold(&self, to: SocketAddr) -> Vec<Load> {
        let asker = &self.keys[0];
        self.keys.chunks(self.keys.len().div_ceil(CONNECTIONS)).map(|keys| Load::verify_each(to, asker, keys)).collect()
    }

    /// A form of the service account, which authenticates itself in it.
    pub fn client(&self, rest: &str) -> String {
        let (id, secret) = &self.service;
        format!("client_id={id}&client_secret={secret}&{rest}")
    }

    /// Refresh tokens, one for each connection, and each for the next.
    pub fn refreshes(&self, to: SocketAddr) -> Vec<Load> {
        self.refresh.iter().map(|token| Load::refresh(to, token)).collect()
    }

    /// A page of the person with very many tokens and keys.
    pub fn page(&self, to: SocketAddr, path: &str) -> Load {
        Load::get(to, path, &format!("cookie: {}\r\nuser-agent: bench\r\n", self.cookie))
    }
}

/// Fills a database, in a server that stops before anything is measured: hashing passwords takes memory.
pub fn seed(database: &str, folder: &Path, credentials: u32) -> Seeded {
    actix_web::rt::System::new().block_on(async {
        let running = server::latchkey(database, folder).await;
        let app = running.app();
        allow_tokens(&app, person(&app, "root@example.com", Roles::admin()).await.0).await;
        let mut tokens = Vec::new();
        for n in 0..PEOPLE {
            let (person, _) = person(&app, &format!("person-{n}@example.com"), Roles::user()).await;
            tokens.push(token(&app, &person).await);
        }
        let (collector, key) = person(&app, "collector@example.com", Roles::user()).await;
        collect(&app, &collector).await;
        let bench = workspace(&app, &collector, "bench").await;
        let keys = fill::known_keys(&app, bench).await;
        let (service, signed) = service_account(&app, &collector, bench).await;
        let refresh = refresh_tokens(&app).await;
        fill::unknown_keys(&app, workspace(&app, &collector, "filler").await, credentials).await;
        let cookie = cookie(&app, &key);
        running.stop().await;
        Seeded { tokens, keys, cookie, service, signed, refresh }
    })
}

/// Gives somebody 10 000 living tokens, as rows: the rules would stop at a hundred.
async fn collect(app: &App, of: &Person) {
    let mut tx = app.ctx.db.write().await.expect("a transaction");
    for n in 0..TOKENS {
        let at = app.ctx.now() + Span::seconds(-n);
        let id = CredentialId::new(at, &app.ctx.rng).to_db();
        let credential = "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, created_at, uses)
                          VALUES ($1, 'personal', $2, $3, $4, '[\"verify\"]', $5, $6)";
        let (owner, name) = (of.id().to_db(), format!("token {id}"));
        execute!(tx, sqlx::query(credential).bind(&id).bind(&owner).bind(&name).bind(&name).bind(at.micros()).bind(n))
            .expect("a row");
        let secret = "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
                      VALUES ($1, $2, $3, 'lk_pat_abcd', 'wxyz', $4)";
        let (secret_id, digest) = (SecretId::new(at, &app.ctx.rng).to_db(), app.ctx.keys.digest(&id).hex());
        execute!(tx, sqlx::query(secret).bind(&secret_id).bind(&id).bind(&digest).bind(at.micros())).expect("a row");
    }
    tx.commit().await.expect("committed");
}

/// A workspace whose plan no measurement reaches.
async fn workspace(app: &App, of: &Person, slug: &str) -> WorkspaceId {
    let draft = WorkspaceDraft { name: Label::parse(slug).expect("a name"), slug: Slug::parse(slug), look: Look::default() };
    let made = workspaces::create(&app.ctx, of, draft).await.expect("a workspace");
    let mut tx = app.ctx.db.write().await.expect("a transaction");
    execute!(tx, sqlx::query("UPDATE plans SET requests_per_minute = 1000000")).expect("changed");
    tx.commit().await.expect("committed");
    made.id
}

/// A service account that may ask about secrets, its client id with a secret, and an access token of it.
async fn service_account(app: &App, owner: &Person, workspace: WorkspaceId) -> ((String, String), String) {
    let by = workspaces::member(&app.ctx.db, owner, &Which::Id(workspace)).await.expect("a member");
    let draft = ServiceDraft {
        name: Label::parse("bench").expect("a name"),
        scopes: Scopes::parse(["introspect"]).expect("scopes"),
        audiences: Audiences::default(),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    };
    let made = service::create(&app.ctx, &by, draft).await.expect("a service account");
    let (id, origin) = (service::client_id(made.account.id), Origin::local("bench"));
    let known = service::sign_in(&app.ctx, &id, made.secret.reveal(), Sender::Program, &origin).await.expect("signed in");
    let given = grants::for_service(&app.ctx, &known, None, None).await.expect("an access token");
    ((id, made.secret.reveal().to_owned()), given.access.reveal().to_owned())
}

/// As many sign-ins of programs as there are connections.
async fn refresh_tokens(app: &App) -> Vec<Arc<Mutex<String>>> {
    let mut all = Vec::new();
    for n in 0..CONNECTIONS {
        let email = EmailAddress::parse(&format!("person-{}@example.com", n % PEOPLE)).expect("an address");
        let presented = Credentials { email: Some(email), password: PasswordAttempt::new(PASSWORD) };
        let given = grants::sign_in(&app.ctx, presented, None, &Origin::local("bench")).await.expect("signed in");
        all.push(Arc::new(Mutex::new(given.refresh.expect("a refresh token").reveal().to_owned())));
    }
    all
}

/// The session's cookie as the browser sends it.
fn cookie(app: &App, key: &str) -> String {
    let mut jar = CookieJar::new();
    jar.signed_mut(&Key::from(app.ctx.keys.cookie())).add(Cookie::new("sid", key.to_owned()));
    let signed = jar.get("sid").expect("just added");
    Cookie::new("sid", signed.value().to_owned()).encoded().to_string()
}

/// Somebody who is signed in, and the key of their session.
async fn person(app: &App, email: &str, roles: Roles) -> (Person, String) {
    let email = EmailAddress::parse(email).expect("an address");
    let name = PersonName::parse(email.local_part()).expect("a name");
    let password = Password::choose(PASSWORD, 12, &[]).expect("a good password");
    let account = NewAccount { email: email.clone(), name, roles };
    accounts::create_by_operator(&app.ctx, account, &password).await.expect("the database is empty");
    let presented = Credentials { email: Some(email), password: PasswordAttempt::new(PASSWORD) };
    let origin = Origin::local("bench");
    let begun = sessions::sign_in(&app.ctx, presented, &origin).await.expect("signed in");
    let key = begun.key().reveal().to_owned();
    (begun.into_person().expect("all the way in"), key)
}

/// Whoever has just signed in has shown who they are.
fn confirmed(person: Person) -> Confirmed {
    Confirmed::of(person, Timestamp::from_micros(0), Span::days(1)).expect("any confirmation is later than 1970")
}

async fn allow_tokens(app: &App, admin: Person) {
    let policy = TokenPolicy {
        tokens: Switch::On,
        allowed_roles: AllowedRoles::everybody(),
        allowed_workspace_roles: AllowedRoles::nobody(),
        require_workspace: Switch::Off,
        longest: Longest::UNBOUNDED,
        no_expiry: NoExpiry::Allowed,
        require_factor: Switch::Off,
        idle: Idle::UNBOUNDED,
    };
    let by = ConfirmedAdministrator::of(confirmed(admin)).expect("an administrator");
    fit::change_policy(&app.ctx, &by, policy, "").await.expect("changed");
}

/// A token that may verify and read the profile.
async fn token(app: &App, of: &Person) -> String {
    let nonce = latchkey::base::id::uuid_v7(app.ctx.now(), &app.ctx.rng).to_string();
    let draft = PersonalDraft {
        name: Label::parse(&format!("bench {nonce}")).expect("a name"),
        workspace: None,
        scopes: Scopes::parse(["profile", "verify"]).expect("scopes"),
        allowed_addresses: AddressList::anywhere(),
        expiry: Expiry::At(app.ctx.now() + Span::days(30)),
        nonce,
    };
    credentials::issue_personal(&app.ctx, &confirmed(of.clone()), draft).await.expect("a token").secret.reveal().to_owned()
}
