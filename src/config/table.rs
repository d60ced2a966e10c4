//! The one table of settings. Flags, environment variables, the TOML file, `--help`, `check-config` and the table in
//! the README are all made from it.

use std::fmt::Write as _;

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its key in the TOML file; `--key` with dashes is the flag, `LATCHKEY_KEY` the environment variable.
    pub key: &'static str,
    /// What a value looks like.
    pub form: &'static str,
    /// What holds when nobody says otherwise.
    pub default: Preset,
    /// How much of it may be shown.
    pub secrecy: Secrecy,
    /// What it does.
    pub help: &'static str,
}

/// What holds when nobody sets a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// This text. `{name}` stands for another setting's value, `{cores}` for the number of processor cores and
    /// `{public_host}` for the host of the public URL.
    Is(&'static str),
    /// Nothing: what the setting is for stays off.
    Absent,
}

/// How much of a setting may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// All of it.
    Open,
    /// A URL: all but its password and its query. It may come from a file.
    Password,
    /// Nothing. It may come from a file, and has no flag, because every user of a machine can read flags.
    Whole,
}

impl Setting {
    /// The name of the twin that names a file with the value, for settings that may hold a secret.
    pub(super) fn file_twin(&self) -> Option<String> {
        let twin = format!("{}_file", self.key);
        let row_of_its_own = SETTINGS.iter().any(|setting| setting.key == twin);
        (self.secrecy != Secrecy::Open && !row_of_its_own).then_some(twin)
    }

    /// Whether its flag may stand alone, and means yes: what is off until somebody wants it.
    pub(super) fn is_switch(&self) -> bool {
        self.form == "yes|no" && self.default == Preset::Is("no")
    }

    /// Whether it has a flag.
    pub(super) fn has_flag(&self) -> bool {
        self.secrecy != Secrecy::Whole
    }
}

/// The setting with this key.
pub(super) fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The flag for a key or a file twin.
pub(super) fn flag(name: &str) -> String {
    name.replace('_', "-")
}

/// The environment variable for a key or a file twin.
pub(super) fn variable(name: &str) -> String {
    format!("LATCHKEY_{}", name.to_uppercase())
}

const fn open(key: &'static str, form: &'static str, default: Preset, help: &'static str) -> Setting {
    Setting { key, form, default, secrecy: Secrecy::Open, help }
}

use Preset::{Absent, Is};

/// All settings, in the order in which a newcomer meets them.
pub const SETTINGS: &[Setting] = &[
    open("bind", "ADDRESS:PORT", Is("127.0.0.1:8080"), "Where the server listens."),
    open(
        "public_url",
        "URL",
        Is("http://{bind}"),
        "The address people use, without a path. Links, cookies and the Host check follow it. Plain http is accepted only on this machine.",
    ),
    open("allowed_hosts", "NAMES", Absent, "Further Host names that are answered, separated by commas."),
    open(
        "trusted_proxies",
        "NETWORKS",
        Absent,
        "Proxies whose X-Forwarded-For is believed: addresses or networks (10.0.0.0/8), separated by commas.",
    ),
    open("data_dir", "FOLDER", Is("./data"), "Where Latchkey keeps its files. A latchkey.toml in it is read if it is there."),
    Setting {
        key: "database_url",
        form: "URL",
        default: Is("sqlite://{data_dir}/latchkey.db"),
        secrecy: Secrecy::Password,
        help: "sqlite://PATH, or postgres://USER:PASSWORD@HOST/NAME to run several processes.",
    },
    open(
        "master_key_file",
        "FILE",
        Is("{data_dir}/master.key"),
        "The key that every stored digest depends on: 64 hex digits. Created with a new SQLite database; with Postgres you provide it (`openssl rand -hex 32`). Keep a copy apart from the database.",
    ),
    Setting {
        key: "master_key",
        form: "HEX",
        default: Absent,
        secrecy: Secrecy::Whole,
        help: "The master key itself instead of its file. Not available as a flag.",
    },
    Setting {
        key: "smtp_url",
        form: "URL",
        default: Absent,
        secrecy: Secrecy::Password,
        help: "smtps://USER:PASSWORD@HOST, or smtp://HOST with ?tls=required. Without it, mail is written to mail_dir.",
    },
    open("mail_from", "SENDER", Is("{service_name} <latchkey@{public_host}>"), "The sender of every mail."),
    open("mail_dir", "FOLDER", Is("{data_dir}/mail"), "Where mails are written as .eml files while smtp_url is not set."),
    open("service_name", "NAME", Is("Latchkey"), "What pages and mails call this service."),
    open("sign_up", "open|invite", Is("open"), "Whether anybody may create an account, or only who is invited."),
    open(
        "sign_up_rate",
        "COUNT",
        Is("20"),
        "Sign-ups, and as many requests for a new password, per hour from one address (IPv6: one /64).",
    ),
    open("sign_in_rate", "COUNT", Is("30"), "Sign-in attempts per minute from one address (IPv6: one /64)."),
    open("password_min", "COUNT", Is("12"), "The shortest password accepted, in characters: 8 to 64."),
    open(
        "session_profile",
        "standard|strict",
        Is("standard"),
        "Sign-in ends after 24 h without use and after 14 days, and the password is asked again after 30 min for what matters; strict: 30 min, 12 h and 10 min.",
    ),
    open("token_brand", "NAME", Is("lk"), "What every token begins with: 2 to 10 lower-case letters and digits."),
    open(
        "account_rate_limit",
        "COUNT",
        Is("1000"),
        "Requests per minute for all personal tokens and session tokens of one account. Pages do not count: a token that runs wild does not keep its owner from revoking it.",
    ),
    open(
        "secret_keys_in_browsers",
        "yes|no",
        Is("no"),
        "Whether a secret key or the secret of a service account is accepted from a web page, which shows it to everybody. Publishable keys are made for pages.",
    ),
    open("verify_networks", "NETWORKS", Absent, "Networks from which POST /v1/verify is answered without a credential."),
    open(
        "argon2_memory",
        "KIB",
        Is("19456"),
        "Memory for one password hash, in KiB: at least 19456 with 2 passes, 47104 with 1, 12288 with 3.",
    ),
    open("argon2_passes", "COUNT", Is("2"), "Passes over that memory."),
    open("hash_threads", "COUNT", Is("{cores}"), "Threads that hash passwords."),
    open("workers", "COUNT", Is("{cores}"), "Threads that answer requests."),
    open(
        "drain_seconds",
        "COUNT",
        Is("0"),
        "How long a server that was told to stop still answers while /readyz says 503, so that a load balancer can look away first.",
    ),
    open("cache_entries", "COUNT", Is("100000"), "Credentials kept in memory between requests."),
    open(
        "doors",
        "NAMES",
        Is("web,native,oauth,authz,qelos,qanatix,qnsp"),
        "The doors that are open, separated by commas. What lies behind a closed one answers 404, so that a process can be for verdicts alone, say.",
    ),
    open("metrics_bind", "ADDRESS:PORT", Absent, "Where metrics are served, apart from everything else."),
    open(
        "development",
        "yes|no",
        Is("no"),
        "For trying things out on one's own machine: X-Tenant-Id stands in for a credential at /api/v1/auth/keys. Refused beyond this machine, and for a database that was used in production.",
    ),
    open("log", "FILTER", Is("info"), "What is logged: a level, or a filter such as info,latchkey=debug."),
    open("log_format", "text|json", Is("text"), "How a log line looks."),
    open("security_contact", "URI", Absent, "Where to report a weakness, for /.well-known/security.txt: mailto: or https:."),
    open("hsts_subdomains", "yes|no", Is("yes"), "Whether the demand for https covers the host's subdomains."),
];

/// The table of settings as the README shows it.
pub(super) fn markdown() -> String {
    let mut table = String::from("| setting | default | what it does |\n|---|---|---|\n");
    for setting in SETTINGS {
        let default = match setting.default {
            Is(text) => format!("`{text}`"),
            Absent => "none".to_owned(),
        };
        let form = setting.form.replace('|', "\\|");
        writeln!(table, "| `{}` `{form}` | {default} | {} |", setting.key, setting.help).expect("a String takes all text");
    }
    table
}
