//! The settings of this process, parsed once at its start.
//!
//! [`SETTINGS`] is the truth: flags, environment variables, the TOML file, `--help`, `check-config` and the table in the
//! README are made from it. Flags win over the environment, that over the file, that over the defaults. What is
//! unknown or wrong is fatal, and everything wrong is told at once. Nothing else in the code reads the environment.

mod assemble;
mod doors;
mod key;
mod layers;
mod parse;
mod problem;
mod table;

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use crate::base::text::Sender;
use crate::base::time::Span;
use crate::base::url::PublicUrl;
use crate::db::{ServedAs, Target};
use crate::domain::accounts::HashParams;
use crate::domain::mail::transport::SmtpUrl;

pub use doors::{Door, Doors};
pub use key::{KeyFileError, MasterKeySource};
pub use problem::{Problem, Problems, Source};
pub use table::{Preset, SETTINGS, Secrecy, Setting};

/// All settings, each of its own type. Only [`load`](Self::load) and [`from_pairs`](Self::from_pairs) make one.
pub struct Config {
    /// Where and how requests are answered.
    pub http: Http,
    /// Where state is kept.
    pub storage: Storage,
    /// How mail leaves.
    pub mail: Mail,
    /// Accounts and their sessions.
    pub accounts: Accounts,
    /// Credentials.
    pub tokens: Tokens,
    /// How passwords are hashed.
    pub hashing: Hashing,
    /// What is logged.
    pub log: Log,
    effective: Vec<Effective>,
}

/// Where and how requests are answered.
pub struct Http {
    /// Where the server listens.
    pub bind: SocketAddr,
    /// The address people use.
    pub public_url: PublicUrl,
    /// Further `Host` names that are answered, as a `Host` header spells them: with a port unless it is 443.
    pub allowed_hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that may ask for a verdict without a credential.
    pub verify_networks: Vec<IpNet>,
    /// The doors that are open.
    pub doors: Doors,
    /// Where metrics are served, if at all.
    pub metrics_bind: Option<SocketAddr>,
    /// What the server is for.
    pub served_as: ServedAs,
    /// Threads that answer requests.
    pub workers: usize,
    /// How long a server that was told to stop still answers, and says at `/readyz` that it is going.
    pub drain: Duration,
    /// What pages and mails call this service.
    pub service_name: String,
    /// Where weaknesses are reported (RFC 9116 §2.5.3).
    pub security_contact: Option<String>,
    /// Whether the demand for HTTPS covers subdomains (RFC 6797 §6.1.2).
    pub hsts_subdomains: bool,
}

/// Where state is kept.
pub struct Storage {
    /// The folder of our files.
    pub data_dir: PathBuf,
    /// The database.
    pub database: Target,
    /// The key that everything stored depends on.
    pub master_key: MasterKeySource,
}

/// How mail leaves.
pub struct Mail {
    /// The SMTP server; without one, mail is written to [`dir`](Self::dir).
    pub smtp: Option<SmtpUrl>,
    /// Who every mail is from.
    pub from: Sender,
    /// The folder for `.eml` files.
    pub dir: PathBuf,
}

/// Accounts and their sessions.
pub struct Accounts {
    /// Who may create an account.
    pub sign_up: SignUp,
    /// Sign-ups, and as many requests for a new password, per hour from one address.
    pub sign_up_rate: u32,
    /// Sign-in attempts per minute from one address, and on one account.
    pub sign_in_rate: u32,
    /// The shortest password, in characters.
    pub password_min: usize,
    /// How long a sign-in lasts.
    pub session_profile: SessionProfile,
    /// Requests per minute for all sessions and personal tokens of one account.
    pub rate_limit: u32,
}

/// Credentials.
pub struct Tokens {
    /// What every token begins with.
    pub brand: String,
    /// How many are kept in memory between requests.
    pub cache_entries: usize,
    /// Whether web pages may use those that are to be kept secret.
    pub secret_keys_in_browsers: bool,
}

/// How passwords are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashing {
    /// What one hash costs.
    pub params: HashParams,
    /// Threads that hash.
    pub threads: NonZeroUsize,
}

/// What is logged.
pub struct Log {
    /// A filter of `tracing`: `info`, or `info,latchkey=debug`.
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// Who may create an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    /// Anybody.
    Open,
    /// Whoever is invited.
    Invite,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// How long a sign-in lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionProfile {
    /// For most: 24 hours without use, 14 days at most.
    Standard,
    /// For those who must: 30 minutes without use, 12 hours at most.
    Strict,
}

impl SessionProfile {
    /// How long a session lives without use.
    pub fn idle(self) -> Span {
        match self {
            Self::Standard => Span::hours(24),
            Self::Strict => Span::minutes(30),
        }
    }

    /// How long a session lives however much it is used.
    pub fn absolute(self) -> Span {
        match self {
            Self::Standard => Span::days(14),
            Self::Strict => Span::hours(12),
        }
    }

    /// How long after the password was typed what matters may be done without typing it again.
    pub fn confirm(self) -> Span {
        match self {
            Self::Standard => Span::minutes(30),
            Self::Strict => Span::minutes(10),
        }
    }
}

/// A setting as it holds now, fit to be shown: secrets are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The setting.
    pub key: &'static str,
    /// Its value, masked; nothing when what it is for is off.
    pub value: Option<String>,
    /// Where the value came from.
    pub source: Source,
}

impl Config {
    /// Reads flags, the environment and the TOML file.
    ///
    /// # Errors
    /// All problems, when there are any. Nothing has been created or changed then, nor otherwise.
    pub fn load(flags: &clap::ArgMatches) -> Result<Self, Problems> {
        assemble::config(layers::Layers::of_process(flags))
    }

    /// From pairs of key and value, as a TOML file would give them; no environment, no file, no flag.
    ///
    /// # Errors
    /// All problems, when there are any.
    pub fn from_pairs(pairs: &[(&str, &str)]) -> Result<Self, Problems> {
        assemble::config(layers::Layers::of_pairs(pairs))
    }

    /// The flags of all settings, for the command line.
    pub fn flags() -> Vec<clap::Arg> {
        layers::flags()
    }

    /// The table of settings as the README shows it.
    pub fn settings_table_markdown() -> String {
        table::markdown()
    }

    /// Every setting as it holds, in the order of the table, with secrets masked.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// Takes the address that the system gave when port 0 was asked for; a public URL that nobody set follows it.
    pub fn bound_to(&mut self, address: SocketAddr) {
        self.http.bind = address;
        for row in self.effective.iter_mut().filter(|row| row.source == Source::Default && row.key == "public_url") {
            if let Ok(url) = PublicUrl::parse(&format!("http://{address}")) {
                row.value = Some(url.to_string());
                self.http.public_url = url;
            }
        }
    }
}

/// Shows what may be shown.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.effective.iter().map(|row| (row.key, &row.value))).finish()
    }
}

#[cfg(test)]
mod tests;
