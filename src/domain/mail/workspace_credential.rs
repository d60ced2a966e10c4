//! What is written to people about the keys and service accounts of their workspaces: to those who own the workspace, and
//! to whoever made one of these or answers for it.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::phrases::{days_until, moment, wrapped};
use super::rendering::Frame;
use super::stored;
use crate::base::text::{Label, PersonName};
use crate::base::time::Timestamp;

/// Something became of a key or a service account of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceCredential {
    /// Of the account that is told.
    #[serde(with = "stored::person")]
    pub name: PersonName,
    /// What the workspace is called.
    #[serde(with = "stored::label")]
    pub workspace: Label,
    /// Its name in addresses.
    pub slug: String,
    /// What it is.
    pub sort: CredentialSort,
    /// Its id, for a link to its page.
    pub credential: String,
    /// Its name.
    #[serde(with = "stored::label")]
    pub credential_name: Label,
    /// What lists show of it: the beginning of a key, never the key; or a client id.
    pub shown: String,
    /// What became of it.
    pub news: CredentialNews,
    /// Who did it.
    pub by: CredentialChanger,
    /// The deed, or when this was written.
    pub cause: Cause,
}

/// What belongs to a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialSort {
    /// An API key.
    Key,
    /// A service account.
    ServiceAccount,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialNews {
    /// It is new.
    Created {
        /// When it ends, if it does.
        #[serde(with = "stored::maybe_instant")]
        expires_at: Option<Timestamp>,
    },
    /// It has a new secret.
    Rotated {
        /// Until when the old one is still good, if it is.
        #[serde(with = "stored::maybe_instant")]
        old_ends_at: Option<Timestamp>,
    },
    /// It has one secret more.
    SecretAdded,
    /// It has one secret less.
    SecretRevoked,
    /// It ended before its time.
    Revoked {
        /// Why, if somebody said so.
        reason: Option<String>,
    },
    /// It ends soon.
    Expiring(CredentialEnd),
    /// It has come to its end.
    Expired(CredentialEnd),
}

/// Who did something with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialChanger {
    /// A member, by address.
    Member(String),
    /// A key of the workspace, by name.
    Key(String),
    /// Whoever held its secret.
    Holder,
    /// An administrator, whose address and whereabouts are nobody's business.
    Admin,
    /// Nobody: it came by itself.
    Itself,
}

/// When something ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialEnd {
    /// When.
    #[serde(with = "stored::instant")]
    pub ends_at: Timestamp,
    /// When it was last used, if it ever was.
    #[serde(with = "stored::maybe_instant")]
    pub last_used_at: Option<Timestamp>,
}

impl CredentialSort {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Key => ("API key", "An API key"),
            Self::ServiceAccount => ("Service account", "A service account"),
        }
    }
}

impl WorkspaceCredential {
    /// The subject.
    pub(super) fn subject(&self, now: Timestamp) -> String {
        let it = format!("{} \"{}\"", self.sort.words().0, self.credential_name.as_str());
        match &self.news {
            CredentialNews::Created { .. } => format!("{it} created"),
            CredentialNews::Rotated { .. } => format!("{it} rotated"),
            CredentialNews::SecretAdded => format!("{it} has another secret"),
            CredentialNews::SecretRevoked => format!("Secret of {} revoked", it.replacen("Service", "service", 1)),
            CredentialNews::Revoked { .. } => format!("{it} {}", if self.is_key() { "revoked" } else { "deleted" }),
            CredentialNews::Expiring(end) => format!("{it} expires in {}", days_until(end.ends_at, now)),
            CredentialNews::Expired(_) => format!("{it} expired"),
        }
    }

    /// The text and the HTML.
    pub(super) fn words(&self, frame: &Frame<'_>, now: Timestamp) -> (String, String) {
        let page = if self.is_key() { "keys" } else { "service-accounts" };
        let told = Told {
            lead: self.lead(now),
            facts: self.facts(now),
            next: self.next(),
            page: format!("{}/w/{}/{page}/{}", frame.url, self.slug, self.credential),
            label: if self.is_key() { "See the key" } else { "See the service account" },
            closing: self.closing(frame.service),
            has_cause: !matches!(self.by, CredentialChanger::Admin | CredentialChanger::Itself),
        };
        let (written, agent) = ("writing to memory does not fail", self.cause.agent.as_str());
        let text = CredentialText { frame, told: &told, agent }.render().expect(written);
        (text, CredentialHtml { frame, told: &told, agent }.render().expect(written))
    }

    fn is_key(&self) -> bool {
        self.sort == CredentialSort::Key
    }

    /// What became of it, in a sentence or two.
    fn lead(&self, now: Timestamp) -> String {
        let (an, of) = (self.sort.words().1, self.workspace.as_str());
        match &self.news {
            CredentialNews::Created { .. } => {
                format!("The workspace {of} has a new {}.", if self.is_key() { "API key" } else { "service account" })
            }
            CredentialNews::Rotated { old_ends_at: None } => {
                format!("{an} of the workspace {of} has a new secret. The old one is refused from now on.")
            }
            CredentialNews::Rotated { old_ends_at: Some(end) } => {
                let end = moment(*end, now);
                format!("{an} of the workspace {of} has a new secret. The old one still works until {end}.")
            }
            CredentialNews::SecretAdded => {
                format!("{an} of the workspace {of} has another secret. The one that it had still works.")
            }
            CredentialNews::SecretRevoked => {
                format!("A secret of a service account of the workspace {of} was revoked. Whatever still uses it is refused.")
            }
            CredentialNews::Revoked { .. } => {
                let ended = if self.is_key() { "revoked" } else { "deleted" };
                format!("{an} of the workspace {of} was {ended}. Whatever still uses it is refused.")
            }
            CredentialNews::Expiring(end) => {
                let left = days_until(end.ends_at, now);
                format!("{an} of the workspace {of} ends in {left}. From then on, whatever uses it is refused.")
            }
            CredentialNews::Expired(_) => {
                format!("{an} of the workspace {of} has come to its end. Whatever still uses it is refused.")
            }
        }
    }

    fn facts(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let shown = if self.is_key() { ("Key", format!("{}...", self.shown)) } else { ("Id", self.shown.clone()) };
        let mut facts = vec![("Name", self.credential_name.as_str().to_owned()), shown];
        match &self.news {
            CredentialNews::Created { expires_at } if self.is_key() => {
                facts.push(("Ends", expires_at.map_or_else(|| "never, until it is revoked".to_owned(), |end| moment(end, now))));
            }
            CredentialNews::Expiring(end) | CredentialNews::Expired(end) => {
                let verb = if matches!(self.news, CredentialNews::Expiring(_)) { "Ends" } else { "Ended" };
                facts.push((verb, moment(end.ends_at, now)));
                facts.push(("Last used", end.last_used_at.map_or_else(|| "never".to_owned(), |at| moment(at, now))));
            }
            CredentialNews::Revoked { reason: Some(reason) } => facts.push(("Why", reason.clone())),
            _ => {}
        }
        match &self.by {
            CredentialChanger::Member(email) => facts.push(("By", email.clone())),
            CredentialChanger::Key(name) => facts.push(("By", format!("the API key \"{name}\""))),
            CredentialChanger::Holder => facts.push(("By", "whoever holds its secret".to_owned())),
            CredentialChanger::Admin => facts.push(("By", "an administrator".to_owned())),
            CredentialChanger::Itself => {}
        }
        facts
    }

    /// What to do about it, if there is something to do.
    fn next(&self) -> &'static str {
        match &self.news {
            CredentialNews::Expiring(_) | CredentialNews::Expired(_) => {
                "If it is still needed, create another one with a later end, and put that wherever this one is used."
            }
            CredentialNews::Rotated { old_ends_at: Some(_) } => {
                "Its page says whether the old secret is still used, and ends it as soon as it is not."
            }
            _ => "",
        }
    }

    /// Why one gets this, and what to do if it is a surprise.
    fn closing(&self, service: &str) -> String {
        let why = "You get this because you own the workspace, or because you made this or answer for it.";
        match &self.by {
            CredentialChanger::Itself => why.to_owned(),
            CredentialChanger::Admin | CredentialChanger::Holder => {
                format!("{why} Did you not expect it? Ask an administrator of {service}.")
            }
            _ if matches!(self.news, CredentialNews::Revoked { .. }) => {
                format!("{why} Did you not expect it? Ask whoever did it.")
            }
            _ => format!("{why} Did you not expect it? Ask whoever did it, or end it on its page."),
        }
    }
}

/// What a mail says.
struct Told {
    lead: String,
    facts: Vec<(&'static str, String)>,
    next: &'static str,
    page: String,
    label: &'static str,
    closing: String,
    has_cause: bool,
}

impl Told {
    /// A fact of the plain text, as wide as those beside it.
    fn line(&self, name: &str, value: &str) -> String {
        let width = if self.has_cause { 6 } else { 10 };
        format!("    {:<width$} {value}", format!("{name}:"))
    }

    fn lead_lines(&self) -> String {
        wrapped(&self.lead)
    }

    fn next_lines(&self) -> String {
        wrapped(self.next)
    }

    fn closing_lines(&self) -> String {
        wrapped(&self.closing)
    }
}

#[derive(Template)]
#[template(path = "mails/workspace_credential.txt")]
struct CredentialText<'a> {
    frame: &'a Frame<'a>,
    told: &'a Told,
    agent: &'a str,
}

#[derive(Template)]
#[template(path = "mails/workspace_credential.html")]
struct CredentialHtml<'a> {
    frame: &'a Frame<'a>,
    told: &'a Told,
    agent: &'a str,
}
