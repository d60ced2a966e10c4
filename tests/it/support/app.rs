//! A whole server for every test.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use latchkey::app::{self, App, Running, World};
use latchkey::base::net::Origin;
use latchkey::base::rng::Rng;
use latchkey::base::text::{EmailAddress, Label, PersonName};
use latchkey::base::time::{Clock, Span, Timestamp};
use latchkey::config::Config;
use latchkey::domain::access::{
    self, AllowedRoles, ConfirmedAdministrator, Holders, Idle, Longest, NoExpiry, ScopeDraft, ScopeName, ScopePattern, Scopes,
    Switch, TokenPolicy,
};
use latchkey::domain::accounts::{
    self, Attributes, Confirmed, NewAccount, Password, PasswordAttempt, Person, Roles, SignUpDraft,
};
use latchkey::domain::credentials::fit::{self, ChangePolicyError};
use latchkey::domain::credentials::{self, AddressList, Expiry, Issued, PersonalDraft};
use latchkey::domain::sessions::{self, Credentials};
use latchkey::jobs::deliver_mail::{self, Delivery};
use latchkey::{execute, on, sql};
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

pub use super::actors::{Bearer, Browser, Fields};
pub use super::answer::Answer;
use super::{TestDb, letter, rows};

/// The password of everybody in a test.
pub const PASSWORD: &str = "violet-anchor-sings-42";
/// When every test begins.
pub const START: &str = "2026-11-22T09:00:00Z";

/// A running server on a database of its own, with a clock that stands still.
pub struct TestApp {
    running: Running,
    pub clock: Clock,
    http: reqwest::Client,
}

impl TestApp {
    /// Starts one. `settings` come on top of those a test needs.
    pub async fn start(db: &TestDb, settings: &[(&str, &str)]) -> Self {
        Self::start_at(db, settings, Clock::manual(Timestamp::parse_rfc3339(START).expect("an instant"))).await
    }

    /// Starts one with a clock that another server may share.
    pub async fn start_at(db: &TestDb, settings: &[(&str, &str)], clock: Clock) -> Self {
        let mut pairs = vec![("bind", "127.0.0.1:0"), ("workers", "2"), ("hash_threads", "2"), ("log", "off")];
        pairs.extend(db.settings());
        pairs.retain(|(key, _)| settings.iter().all(|(other, _)| other != key));
        pairs.extend(settings);
        let config = Config::from_pairs(&pairs).expect("good settings");
        let world = World { clock: clock.clone(), rng: Rng::os() };
        let running = app::start(config, world).await.expect("the server starts");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { running, clock, http }
    }

    /// Stops it as a signal would.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// What its handlers see.
    pub fn app(&self) -> Arc<App> {
        self.running.app()
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// Where it tells its metrics.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.running.metrics_address()
    }

    /// Where the first administrator is made.
    pub fn setup_url(&self) -> Option<String> {
        self.running.setup_url()
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address())
    }

    /// A request with exactly these headers.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Answer {
        let method: Method = method.parse().expect("a method");
        let mut request = self.http.request(method, self.url(path)).body(body);
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a name");
            request = request.header(name, HeaderValue::from_str(value).expect("a value"));
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned();
        Answer { status, headers, body }
    }

    /// Somebody with nothing.
    pub async fn anon(&self, method: &str, path: &str) -> Answer {
        self.send(method, path, &[], "").await
    }

    /// Somebody with a token.
    pub fn bearer<'a>(&'a self, token: &'a str) -> Bearer<'a> {
        Bearer::new(self, token)
    }

    /// A session token of somebody who has an account.
    pub async fn log_in(&self, email: &str) -> String {
        let body = serde_json::json!({ "email": email, "password": PASSWORD }).to_string();
        let answer = self.send("POST", "/v1/auth/login", &[("content-type", "application/json")], body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["data"]["token"].as_str().expect("a token").to_owned()
    }

    /// Somebody with a browser.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// An account with a confirmed address, made by the operator.
    pub async fn account(&self, email: &str, roles: Roles) {
        let app = self.app();
        let email = EmailAddress::parse(email).expect("an address");
        let name = PersonName::parse(email.local_part()).expect("a name");
        let password = Password::choose(PASSWORD, 12, &[]).expect("a good password");
        accounts::create_by_operator(&app.ctx, NewAccount { email, name, roles }, &password).await.expect("an account");
    }

    /// An account whose address is not confirmed, as sign-up leaves it.
    pub async fn unconfirmed(&self, email: &str) {
        let app = self.app();
        let email = EmailAddress::parse(email).expect("an address");
        let name = PersonName::parse("").expect("a name");
        let password = accounts::choose_password(&app.ctx, PASSWORD, &email, &name).expect("a good password");
        let origin = Origin::new("203.0.113.7".parse().expect("an address"), "test", "req_test".into());
        accounts::sign_up(&app.ctx, SignUpDraft { email, name, password, attributes: Attributes::default() }, &origin)
            .await
            .expect("signed up");
    }

    /// Somebody who is signed in, as verbs see them. The account must exist.
    pub async fn person(&self, email: &str) -> Person {
        let presented = Credentials { email: EmailAddress::parse(email).ok(), password: PasswordAttempt::new(PASSWORD) };
        let origin = Origin::new("203.0.113.7".parse().expect("an address"), "test", "req_test".into());
        let app = self.app();
        sessions::sign_in(&app.ctx, presented, &origin).await.expect("signed in").into_person().expect("all the way in")
    }

    /// A user with an account.
    pub async fn user(&self, email: &str) -> Person {
        self.account(email, Roles::user()).await;
        self.person(email).await
    }

    /// An administrator with an account; tokens are allowed for everybody afterwards.
    pub async fn admin(&self, email: &str) -> Person {
        self.account(email, Roles::admin()).await;
        let person = self.person(email).await;
        self.allow_tokens(&person, Switch::On).await;
        person
    }

    /// Changes the policy: on or off, for everybody, any life.
    pub async fn allow_tokens(&self, admin: &Person, tokens: Switch) {
        let policy = TokenPolicy {
            tokens,
            allowed_roles: AllowedRoles::everybody(),
            allowed_workspace_roles: AllowedRoles::nobody(),
            require_workspace: Switch::Off,
            longest: Longest::UNBOUNDED,
            no_expiry: NoExpiry::Allowed,
            require_factor: Switch::Off,
            idle: Idle::UNBOUNDED,
        };
        self.set_policy(admin, policy).await;
    }

    /// Changes the policy.
    pub async fn set_policy(&self, admin: &Person, policy: TokenPolicy) {
        let by = ConfirmedAdministrator::of(confirmed(admin)).expect("an administrator");
        let ctx = &self.app().ctx;
        match fit::change_policy(ctx, &by, policy.clone(), "").await {
            Err(ChangePolicyError::Affects(effect)) => {
                fit::change_policy(ctx, &by, policy, &effect.fingerprint).await.expect("changed");
            }
            changed => changed.expect("changed"),
        }
    }

    /// Adds a scope to the catalogue.
    pub async fn scope(&self, admin: &Person, name: &str, implies: &[&str]) {
        let by = ConfirmedAdministrator::of(confirmed(admin)).expect("an administrator");
        let implies = implies.iter().map(|text| ScopePattern::parse(text).expect("a pattern")).collect();
        let sentence = format!("May {name}.");
        let draft = ScopeDraft { sentence, implies, role: None, holders: Holders::All, workspace_role: None };
        let name = ScopeName::parse(name).expect("a name");
        access::add_scope(&self.app().ctx, &by, name, draft).await.expect("added");
    }

    /// A token for 30 days with these scopes.
    pub async fn token(&self, of: &Person, name: &str, scopes: &[&str]) -> Issued {
        let draft = PersonalDraft {
            name: Label::parse(name).expect("a name"),
            workspace: None,
            scopes: Scopes::parse(scopes.iter().copied()).expect("scopes"),
            allowed_addresses: AddressList::anywhere(),
            expiry: Expiry::At(self.clock.now() + Span::days(30)),
            nonce: format!("nonce-{name}-{}", of.id()),
        };
        credentials::issue_personal(&self.app().ctx, &confirmed(of), draft).await.expect("a token")
    }

    /// Delivers what is due, and returns every mail that lies in the folder, oldest first, as raw text.
    pub async fn mails(&self) -> Vec<String> {
        let app = self.app();
        let ctx = &app.ctx;
        let delivery =
            Delivery { db: ctx.db.clone(), clock: ctx.clock.clone(), keys: ctx.keys.clone(), mailer: ctx.mail.clone() };
        deliver_mail::run_once(&delivery).await.expect("delivered");
        self.until_no_mail_is_under_way().await;
        let folder = ctx.mail.folder_path().expect("mail goes to a folder").to_owned();
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let files: BTreeMap<_, _> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .map(|path| (path.clone(), std::fs::read_to_string(path).expect("a mail")))
            .collect();
        files.into_values().collect()
    }

    /// The mails to an address, oldest first.
    pub async fn mails_to(&self, address: &str) -> Vec<String> {
        let to = format!("To: {address}\r\n");
        self.mails().await.into_iter().filter(|mail| mail.contains(&to)).collect()
    }

    /// The path of the link and the code in the newest mail to an address.
    pub async fn confirmation(&self, address: &str) -> (String, String) {
        let mails = self.mails_to(address).await;
        let newest = mails.last().expect("a mail");
        (letter::link(newest, "/verify/"), letter::code(newest))
    }

    /// What requests change. Equal before and after, nothing has changed.
    pub async fn state(&self) -> Vec<String> {
        rows::state(&self.app().ctx.db).await
    }

    /// The same with the audit log: what is refused without a trace changes not even that.
    pub async fn state_and_log(&self) -> Vec<String> {
        [self.state().await, self.rows("SELECT seq, action, target FROM audit_events ORDER BY seq").await].concat()
    }

    /// How many events the audit log holds.
    pub async fn events(&self) -> usize {
        self.rows("SELECT seq FROM audit_events").await.len()
    }

    /// The rows of a query.
    pub async fn rows(&self, query: &'static str) -> Vec<String> {
        rows::rows(&self.app().ctx.db, query).await
    }

    /// Takes an account out of service.
    pub async fn suspend(&self, email: &str) {
        let app = self.app();
        let mut tx = app.ctx.db.write().await.expect("a transaction");
        let changed = execute!(
            tx,
            sqlx::query(sql!("UPDATE accounts SET suspended_at = $1 WHERE email_key = $2 AND suspended_at IS NULL"))
                .bind(self.clock.now().micros())
                .bind(email)
        );
        assert_eq!(changed.expect("changed"), 1);
        tx.commit().await.expect("committed");
    }
}

impl TestApp {
    /// The server's own job may have taken a mail that it has not written yet.
    async fn until_no_mail_is_under_way(&self) {
        let app = self.app();
        let finished = async {
            loop {
                let mut cx = app.ctx.db.read().await.expect("a connection");
                let taken = sql!("SELECT COUNT(*) FROM mails WHERE state = 'waiting' AND claimed_until IS NOT NULL");
                let taken: i64 = on!(cx, |c| sqlx::query_scalar(taken).fetch_one(c).await).expect("counted");
                if taken == 0 {
                    return;
                }
                drop(cx);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), finished).await.expect("the job writes what it has taken");
    }
}

/// The same person, taken for confirmed however long ago they signed in.
pub fn confirmed(person: &Person) -> Confirmed {
    Confirmed::of(person.clone(), Timestamp::from_micros(0), Span::days(1)).expect("any confirmation is later than 1970")
}

/// Writes a test once and runs it against a whole server, on SQLite and on Postgres.
#[macro_export]
macro_rules! served {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: &TestApp) $body:block)+) => {
        $(
            $crate::both! {
                $(#[$attribute])*
                async fn $name(db: &TestDb) {
                    let server = $crate::support::TestApp::start(db, &[]).await;
                    {
                        let $app = &server;
                        $body
                    }
                    server.stop().await;
                }
            }
        )+
    };
}
