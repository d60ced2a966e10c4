//! From what all layers say to a [`Config`], or to everything that is wrong with it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::key;
use super::layers::{Layers, masked};
use super::parse::{self, Why, number, word};
use super::problem::{Problem, Problems, Source};
use super::table::{self, Preset, SETTINGS};
use super::{Accounts, Config, Effective, Hashing, Http, Log, LogFormat, Mail, SessionProfile, SignUp, Storage, Tokens};
use crate::db::ServedAs;
use crate::domain::accounts::HashParams;

/// Threads of one kind that make sense on any machine.
const MOST_THREADS: NonZeroUsize = NonZeroUsize::new(256).expect("not none");

pub(super) fn config(layers: Layers) -> Result<Config, Problems> {
    let mut reader = Reader::new(layers);
    let http = http(&mut reader);
    let storage = storage(&mut reader);
    let mail = mail(&mut reader);
    let accounts = accounts(&mut reader);
    let tokens = tokens(&mut reader);
    let hashing = hashing(&mut reader);
    let log = log(&mut reader);
    if let Some(http) = &http {
        check_exposure(&mut reader, http);
    }
    let effective = reader.finish()?;
    let whole = || {
        Some(Config {
            http: http?,
            storage: storage?,
            mail: mail?,
            accounts: accounts?,
            tokens: tokens?,
            hashing: hashing?,
            log: log?,
            effective,
        })
    };
    Ok(whole().expect("a part is missing only where a problem was recorded"))
}

fn http(reader: &mut Reader) -> Option<Http> {
    let service_name = reader.value("service_name", parse::service_name);
    let bind = reader.value("bind", parse::address);
    let public_url = reader.value("public_url", parse::public_url);
    if let Some(url) = &public_url {
        let named = url.host().parse::<IpAddr>().is_err() && !url.host().starts_with('[');
        reader.name("public_host", if named { url.host() } else { "localhost" });
    }
    let allowed_hosts = reader.optional("allowed_hosts", parse::hosts);
    let trusted_proxies = reader.optional("trusted_proxies", parse::networks);
    let verify_networks = reader.optional("verify_networks", parse::networks);
    let doors = reader.value("doors", parse::doors);
    let metrics_bind = reader.optional("metrics_bind", parse::address);
    let modes = [("no", ServedAs::Production), ("yes", ServedAs::Development)];
    let served_as = reader.value("development", word(&modes));
    let workers = reader.value("workers", number(1..=MOST_THREADS.get()));
    let drain = reader.value("drain_seconds", number(0..=300));
    let security_contact = reader.optional("security_contact", parse::contact);
    let hsts_subdomains = reader.value("hsts_subdomains", word(&[("yes", true), ("no", false)]));
    Some(Http {
        bind: bind?,
        public_url: public_url?,
        allowed_hosts: allowed_hosts?.unwrap_or_default(),
        trusted_proxies: trusted_proxies?.unwrap_or_default(),
        verify_networks: verify_networks?.unwrap_or_default(),
        doors: doors?,
        metrics_bind: metrics_bind?,
        served_as: served_as?,
        workers: workers?,
        drain: Duration::from_secs(drain?),
        service_name: service_name?,
        security_contact: security_contact?,
        hsts_subdomains: hsts_subdomains?,
    })
}

/// Passwords and cookies never cross a network in the clear.
fn check_exposure(reader: &mut Reader, http: &Http) {
    let url = &http.public_url;
    if !url.is_https() && !http.bind.ip().is_loopback() {
        let why = format!(
            "{url} is plain http, but {} can be reached from other machines. Set public_url to the https:// address that people use, or bind to 127.0.0.1",
            http.bind
        );
        reader.problem("public_url", &why);
    } else if !url.is_https() && !url.is_loopback() {
        let why = format!("{url} is plain http, and not an address of this machine. Set public_url to an https:// address");
        reader.problem("public_url", &why);
    }
    if http.served_as == ServedAs::Development {
        check_development(reader, http);
    }
    if http.metrics_bind == Some(http.bind) && http.bind.port() != 0 {
        reader.problem("metrics_bind", "it is the same as bind. Give metrics a port of their own");
    }
}

/// Whoever reaches a server in the development mode acts as any workspace, so only its own machine may.
fn check_development(reader: &mut Reader, http: &Http) {
    if !http.bind.ip().is_loopback() {
        let why = format!(
            "it lets whoever reaches the server act as any workspace, and {} can be reached from other machines. Bind to 127.0.0.1, or leave development out",
            http.bind
        );
        reader.problem("development", &why);
    } else if !http.public_url.is_loopback() || !http.trusted_proxies.is_empty() {
        let why = "it lets whoever reaches the server act as any workspace, and public_url or trusted_proxies say that others reach it through a proxy. Leave them out, or leave development out";
        reader.problem("development", why);
    }
}

fn storage(reader: &mut Reader) -> Option<Storage> {
    let data_dir = reader.value("data_dir", |text| Ok(PathBuf::from(text)));
    let database = reader.value("database_url", parse::database);
    let master_key = key::source(reader, database.as_ref());
    Some(Storage { data_dir: data_dir?, database: database?, master_key: master_key? })
}

fn mail(reader: &mut Reader) -> Option<Mail> {
    let smtp = reader.optional("smtp_url", parse::smtp);
    let from = reader.value("mail_from", parse::sender);
    let dir = reader.value("mail_dir", |text| Ok(PathBuf::from(text)));
    Some(Mail { smtp: smtp?, from: from?, dir: dir? })
}

fn accounts(reader: &mut Reader) -> Option<Accounts> {
    let sign_up = reader.value("sign_up", word(&[("open", SignUp::Open), ("invite", SignUp::Invite)]));
    let sign_up_rate = reader.value("sign_up_rate", number(1..=1_000_000));
    let sign_in_rate = reader.value("sign_in_rate", number(1..=1_000_000));
    let password_min = reader.value("password_min", number(8..=64));
    let profiles = [("standard", SessionProfile::Standard), ("strict", SessionProfile::Strict)];
    let session_profile = reader.value("session_profile", word(&profiles));
    let rate_limit = reader.value("account_rate_limit", number(1..=1_000_000));
    Some(Accounts {
        sign_up: sign_up?,
        sign_up_rate: sign_up_rate?,
        sign_in_rate: sign_in_rate?,
        password_min: password_min?,
        session_profile: session_profile?,
        rate_limit: rate_limit?,
    })
}

fn tokens(reader: &mut Reader) -> Option<Tokens> {
    let brand = reader.value("token_brand", parse::token_brand);
    let cache_entries = reader.value("cache_entries", number(100..=100_000_000));
    let secret_keys_in_browsers = reader.value("secret_keys_in_browsers", word(&[("yes", true), ("no", false)]));
    Some(Tokens { brand: brand?, cache_entries: cache_entries?, secret_keys_in_browsers: secret_keys_in_browsers? })
}

fn hashing(reader: &mut Reader) -> Option<Hashing> {
    let memory = reader.value("argon2_memory", number(8..=4_194_304));
    let passes = reader.value("argon2_passes", number(1..=1_000));
    let threads = reader.value("hash_threads", number(NonZeroUsize::MIN..=MOST_THREADS));
    let params = HashParams::new(memory?, passes?, 1).map_err(|why| {
        let cause = if reader.rank("argon2_memory") == usize::MAX { "argon2_passes" } else { "argon2_memory" };
        reader.problem(cause, &format!("argon2_memory and argon2_passes together are {why}"));
    });
    Some(Hashing { params: params.ok()?, threads: threads? })
}

fn log(reader: &mut Reader) -> Option<Log> {
    let filter = reader.value("log", parse::log_filter);
    let format = reader.value("log_format", word(&[("text", LogFormat::Text), ("json", LogFormat::Json)]));
    Some(Log { filter: filter?, format: format? })
}

/// Reads settings one by one and keeps what was wrong, so that all of it can be told at once.
pub(super) struct Reader {
    layers: Layers,
    effective: Vec<Effective>,
    /// What `{name}` in a default stands for.
    names: BTreeMap<&'static str, String>,
}

impl Reader {
    fn new(layers: Layers) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { layers, effective: Vec::new(), names: BTreeMap::from([("cores", cores.min(MOST_THREADS.get()).to_string())]) }
    }

    fn name(&mut self, name: &'static str, text: &str) {
        self.names.insert(name, text.to_owned());
    }

    /// A setting that always has a value; nothing if that is wrong.
    pub(super) fn value<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, Why>) -> Option<T> {
        self.optional(key, parse)?
    }

    /// A setting that may be off; nothing if its value is wrong.
    pub(super) fn optional<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, Why>) -> Option<Option<T>> {
        let setting = table::setting(key).expect("only settings of the table are read");
        let (text, source) = match (self.layers.found.get(key), setting.default) {
            (Some(found), _) => (Some(found.text.clone()), found.source.clone()),
            (None, Preset::Is(template)) => (Some(self.fill(template)?), Source::Default),
            (None, Preset::Absent) => (None, Source::Default),
        };
        let parsed = text.as_deref().map(parse).transpose();
        self.effective.push(Effective { key, value: text.as_deref().map(|text| masked(setting, text)), source });
        match parsed {
            Ok(value) => {
                self.names.extend(text.map(|text| (key, text)));
                Some(value)
            }
            Err(why) => {
                self.problem(key, &why);
                None
            }
        }
    }

    /// How strong the place is that a setting was found in: the lower, the stronger.
    pub(super) fn rank(&self, key: &str) -> usize {
        self.layers.found.get(key).map_or(usize::MAX, |found| found.rank)
    }

    /// Records that a setting, which was read before, is wrong.
    pub(super) fn problem(&mut self, key: &'static str, text: &str) {
        let source = self.effective.iter().find(|row| row.key == key).map_or(Source::Default, |row| row.source.clone());
        self.layers.problems.push(Problem { setting: key.to_owned(), source, text: text.to_owned() });
    }

    /// A default with its `{name}`s replaced; nothing if one of them had a problem.
    fn fill(&self, template: &str) -> Option<String> {
        let mut filled = template.to_owned();
        for (name, text) in &self.names {
            filled = filled.replace(&format!("{{{name}}}"), text);
        }
        let open =
            template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).any(|(name, _)| !self.names.contains_key(name));
        (!open).then_some(filled)
    }

    fn finish(mut self) -> Result<Vec<Effective>, Problems> {
        let place = |key: &str| SETTINGS.iter().position(|setting| setting.key == key);
        self.effective.sort_by_key(|row| place(row.key));
        if self.layers.problems.is_empty() {
            return Ok(self.effective);
        }
        self.layers.problems.sort_by_key(|problem| place(&problem.setting));
        Err(Problems(self.layers.problems))
    }
}
