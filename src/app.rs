//! One server: put together from its settings, started, and stopped without losing anything.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App as Routes, HttpServer};
use ipnet::IpNet;
use tokio::task::JoinHandle;

use crate::base::rng::Rng;
use crate::base::secret::Keys;
use crate::base::time::{Clock, Timestamp};
use crate::base::url::PublicUrl;
use crate::config::{self, Config, Doors, Effective, KeyFileError};
use crate::db::{self, Db, Freshness, OpenError, ServerLock};
use crate::domain::accounts::{Hasher, LinkSecret};
use crate::domain::credentials::Verifier;
use crate::domain::limits::{Limits, Rate};
use crate::domain::mail::transport::TIME_LIMIT;
use crate::domain::mail::{Mailer, SendError, Service, Transport};
use crate::domain::signing::{self, Keyring};
use crate::domain::{Ctx, SessionLimits, Settings, SignUp, access};
use crate::http::edge::{Hosts, Proxies, SecurityHeaders, edge};
use crate::http::operations::{Answered, Readiness, metrics_routes};
use crate::jobs::{self, Jobs, flush_usage};

/// How long a stop waits for requests under way, in seconds.
const GRACE: u64 = 30;

/// What every handler can reach.
pub struct App {
    /// What rules may see.
    pub ctx: Arc<Ctx>,
    /// The address people use.
    pub public_url: PublicUrl,
    /// The hosts we answer for.
    pub hosts: Hosts,
    /// The proxies we believe.
    pub proxies: Proxies,
    /// The headers of every answer.
    pub headers: SecurityHeaders,
    /// The doors that are open.
    pub doors: Doors,
    /// Networks that may ask for a verdict without a credential.
    pub verify_networks: Vec<IpNet>,
    /// Where weaknesses are reported.
    pub security_contact: Option<String>,
    /// When this process started.
    pub started: Timestamp,
    /// The settings as they hold, with secrets masked.
    pub effective: Vec<Effective>,
    /// Whether requests are welcome.
    pub readiness: Readiness,
    /// How many were answered.
    pub answered: Answered,
}

/// What may differ between the real world and a test.
#[derive(Debug, Clone)]
pub struct World {
    /// The clock.
    pub clock: Clock,
    /// Random bytes.
    pub rng: Rng,
}

impl World {
    /// The system's clock and the operating system's randomness.
    pub fn real() -> Self {
        Self { clock: Clock::system(), rng: Rng::os() }
    }
}

/// Why the server did not start, in words for whoever starts it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The master key file cannot be made.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Database(#[from] db::Error),
    /// A key that signs tokens is not what this server sealed.
    #[error(
        "{0}: somebody has changed the table signing_keys. Restore it from a backup, or run `latchkey keys rotate --now`, which ends all signed tokens"
    )]
    SigningKeys(#[source] db::Error),
    /// No encryption can be set up for the mail server.
    #[error("smtp_url: {0}")]
    Mail(#[from] SendError),
    /// The folder for mail cannot be made.
    #[error("the folder for mail cannot be created: {0}. Make its parent writable, or set mail_dir")]
    MailFolder(#[source] io::Error),
    /// The address cannot be bound.
    #[error("cannot listen on {address}: {source}. Stop what is listening there, or set {setting}")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// The setting that says so.
        setting: &'static str,
        /// Why.
        source: io::Error,
    },
}

/// A server that answers.
pub struct Running {
    app: Data<App>,
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    servers: Vec<Server>,
    jobs: Jobs,
    follower: JoinHandle<()>,
    setup: Option<LinkSecret>,
    drain: Duration,
    _lock: ServerLock,
}

type Server = (ServerHandle, JoinHandle<io::Result<()>>);

/// Opens the database, migrates it and begins to answer. Nothing answers before the schema is right.
///
/// # Errors
/// With nothing left running.
pub async fn start(mut config: Config, world: World) -> Result<Running, StartError> {
    let keys = Keys::derive(&config.storage.master_key.open(&world.rng)?);
    let db = Db::open(&config.storage.database).await?;
    let lock = db.lock_for_serving()?;
    db.migrate_for(&keys.fingerprint(), world.clock.now()).await?;
    db.serve_as(config.http.served_as).await?;
    let listener = listen(config.http.bind, "bind")?;
    let address = listener.local_addr().unwrap_or(config.http.bind);
    config.bound_to(address);
    let metrics = config.http.metrics_bind.map(|at| listen(at, "metrics_bind")).transpose()?;
    let metrics_address = metrics.as_ref().and_then(|listener| listener.local_addr().ok());
    let (freshness, follower) = Freshness::start(&db).await?;
    let app = Data::new(assemble(&config, world, keys, db, freshness)?);
    app.ctx.mail.prepare().await.map_err(StartError::MailFolder)?;
    signing::open(&app.ctx).await.map_err(signing_keys)?;
    let setup = access::open_setup(&app.ctx).await?;
    let mut servers = vec![serve(&app, listener, config.http.workers)];
    servers.extend(metrics.map(|listener| serve_metrics(&app, listener)));
    let jobs = jobs::all(&app.ctx);
    app.readiness.open();
    Ok(Running { app, address, metrics_address, servers, jobs, follower, setup, drain: config.http.drain, _lock: lock })
}

fn signing_keys(error: db::Error) -> StartError {
    match error {
        db::Error::Corrupt { .. } => StartError::SigningKeys(error),
        other => StartError::Database(other),
    }
}

fn listen(address: SocketAddr, setting: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|source| StartError::Bind { address, setting, source })
}

/// What verbs need, on a database that is open: for the server and for the command line.
///
/// # Errors
/// When no encryption can be set up for the mail server.
pub fn context(config: &Config, world: World, keys: Keys, db: Db, freshness: Freshness) -> Result<Ctx, StartError> {
    let keyring = Keyring::new(&db, freshness.clone());
    let verifier = Verifier::new(&db, freshness, &config.tokens.brand, config.tokens.cache_entries);
    let transport = match &config.mail.smtp {
        Some(url) => Transport::smtp(url.clone(), TIME_LIMIT)?,
        None => Transport::folder(config.mail.dir.clone()),
    };
    let service = Service {
        name: config.http.service_name.clone(),
        public_url: config.http.public_url.clone(),
        sender: config.mail.from.clone(),
    };
    Ok(Ctx {
        db,
        clock: world.clock,
        rng: world.rng,
        keys,
        settings: settings(config),
        hasher: Hasher::start(config.hashing.params, config.hashing.threads),
        limits: Limits::default(),
        verifier,
        keyring,
        mail: Mailer::new(service, transport),
    })
}

fn settings(config: &Config) -> Settings {
    let profile = config.accounts.session_profile;
    Settings {
        service_name: config.http.service_name.clone(),
        public_url: config.http.public_url.to_string(),
        token_brand: config.tokens.brand.clone(),
        served_as: config.http.served_as,
        sign_up: match config.accounts.sign_up {
            config::SignUp::Open => SignUp::Open,
            config::SignUp::Invite => SignUp::Invite,
        },
        password_min: config.accounts.password_min,
        session: SessionLimits { idle: profile.idle(), absolute: profile.absolute(), confirm: profile.confirm() },
        secret_keys_in_browsers: config.tokens.secret_keys_in_browsers,
        account_rate: Rate::per_minute(config.accounts.rate_limit),
        sign_up_rate: Rate::per_hour(config.accounts.sign_up_rate),
        sign_in_rate: Rate::per_minute(config.accounts.sign_in_rate),
    }
}

fn assemble(config: &Config, world: World, keys: Keys, db: Db, freshness: Freshness) -> Result<App, StartError> {
    let started = world.clock.now();
    Ok(App {
        ctx: Arc::new(context(config, world, keys, db, freshness)?),
        public_url: config.http.public_url.clone(),
        hosts: Hosts::new(&config.http),
        proxies: Proxies::new(&config.http.trusted_proxies),
        headers: SecurityHeaders::new(&config.http),
        doors: config.http.doors,
        verify_networks: config.http.verify_networks.clone(),
        security_contact: config.http.security_contact.clone(),
        started,
        effective: config.effective().to_vec(),
        readiness: Readiness::default(),
        answered: Answered::default(),
    })
}

fn serve(app: &Data<App>, listener: TcpListener, workers: usize) -> Server {
    let app = app.clone();
    let server = HttpServer::new(move || {
        Routes::new().app_data(app.clone()).configure(|routes| crate::http::routes(routes, &app)).wrap(from_fn(edge))
    })
    .workers(workers)
    .disable_signals()
    .shutdown_timeout(GRACE)
    .listen(listener)
    .expect("a bound listener can be listened on")
    .run();
    (server.handle(), tokio::spawn(server))
}

fn serve_metrics(app: &Data<App>, listener: TcpListener) -> Server {
    let app = app.clone();
    let server = HttpServer::new(move || Routes::new().app_data(app.clone()).configure(metrics_routes))
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("a bound listener can be listened on")
        .run();
    (server.handle(), tokio::spawn(server))
}

impl Running {
    /// What the handlers see.
    pub fn app(&self) -> Arc<App> {
        self.app.clone().into_inner()
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it tells its metrics, if it does.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Where the first administrator is made, while there is none. The address is a secret.
    pub fn setup_url(&self) -> Option<String> {
        self.setup.as_ref().map(|secret| format!("{}/setup/{}", self.app.public_url, secret.reveal()))
    }

    /// Says that it is going, finishes the requests under way, ends the jobs, writes what has been counted, and closes the database.
    pub async fn stop(self) {
        self.app.readiness.close();
        tokio::time::sleep(self.drain).await;
        for (handle, task) in self.servers {
            handle.stop(true).await;
            if tokio::time::timeout(Duration::from_secs(GRACE), task).await.is_err() {
                tracing::warn!("some requests were still under way when the server ended");
            }
        }
        self.jobs.stop().await;
        flush_usage::last(&self.app.ctx).await;
        self.follower.abort();
        self.app.ctx.db.close().await;
    }
}
