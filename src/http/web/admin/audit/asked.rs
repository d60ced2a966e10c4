//! What the address of the log asks for: `?action=&outcome=&account=&workspace=&actor=&request=&from=&until=&after=`.

use actix_web::HttpRequest;

use crate::app::App;
use crate::base::id::WorkspaceId;
use crate::base::text::Label;
use crate::base::time::{Span, Timestamp};
use crate::domain::audit::{Action, Actor, Filter, Outcome};
use crate::http::extract::query;
use crate::http::web::admin::whose::{UNREADABLE, Whose, whose};
use crate::http::web::form::{Choice, Problems};
use crate::http::web::list::Address;
use crate::http::web::outcome::WebError;
use crate::http::web::visitor::Administering;

/// What is asked, as it was typed; what is empty asks for all.
pub(super) struct Asked {
    action: Option<Action>,
    outcome: Option<Outcome>,
    workspace: Option<WorkspaceId>,
    pub account: String,
    pub actor: String,
    pub request: String,
    pub from: String,
    pub until: String,
}

/// What that comes to.
pub(super) enum Meaning {
    /// These events.
    Events(Filter),
    /// None: nobody has this address.
    Nothing,
    /// Something that was typed cannot be read.
    Unreadable(Problems),
}

impl Asked {
    pub fn of(request: &HttpRequest) -> Self {
        let word = |name| query(request, name).unwrap_or_default();
        let line = |name| Label::parse(&word(name)).map(|label| label.as_str().to_owned()).unwrap_or_default();
        Self {
            action: Action::parse(&word("action")),
            outcome: Outcome::parse(&word("outcome")),
            workspace: word("workspace").trim().parse().ok(),
            account: word("account").trim().to_owned(),
            actor: word("actor").trim().to_owned(),
            request: line("request"),
            from: word("from").trim().to_owned(),
            until: word("until").trim().to_owned(),
        }
    }

    /// Reads it.
    pub async fn meaning(&self, app: &App, admin: &Administering) -> Result<Meaning, WebError> {
        let mut problems = Problems::none();
        let account = whose(&self.account, app, admin).await?;
        if matches!(account, Whose::Unreadable) {
            problems.add("account", UNREADABLE);
        }
        let actor = self.done_by(app, admin).await?;
        if matches!(actor, By::Unreadable) {
            problems.add("actor", "Enter an email address, the id of an account or a token, system or nobody.");
        }
        let from = day(&self.from, "from", Span::ZERO, &mut problems);
        let until = day(&self.until, "until", Span::days(1), &mut problems);
        if !problems.is_empty() {
            return Ok(Meaning::Unreadable(problems));
        }
        let (account, actor) = match (account, actor) {
            (Whose::Nobody, _) | (_, By::Nothing) => return Ok(Meaning::Nothing),
            (Whose::Account(id), By::Actor(actor)) => (Some(id), actor),
            (Whose::All | Whose::Unreadable, By::Actor(actor)) => (None, actor),
            (_, By::Unreadable) => unreachable!("it is a problem"),
        };
        let request_id = Some(self.request.clone()).filter(|id| !id.is_empty());
        Ok(Meaning::Events(Filter {
            account,
            workspace: self.workspace,
            actor,
            action: self.action,
            outcome: self.outcome,
            request_id,
            from,
            until,
        }))
    }

    async fn done_by(&self, app: &App, admin: &Administering) -> Result<By, WebError> {
        match self.actor.as_str() {
            "system" => return Ok(By::Actor(Some(Actor::System))),
            "nobody" => return Ok(By::Actor(Some(Actor::Nobody))),
            _ => {}
        }
        if let Ok(id) = self.actor.parse() {
            return Ok(By::Actor(Some(Actor::Credential(id))));
        }
        Ok(match whose(&self.actor, app, admin).await? {
            Whose::All => By::Actor(None),
            Whose::Account(id) => By::Actor(Some(Actor::Account(id))),
            Whose::Nobody => By::Nothing,
            Whose::Unreadable => By::Unreadable,
        })
    }

    /// The workspace's id on the wire; empty for all.
    pub fn workspace(&self) -> String {
        self.workspace.map(|id| id.to_string()).unwrap_or_default()
    }

    /// The log as it was asked for, from its first page.
    pub fn address(&self) -> Address {
        self.at("/admin/audit")
    }

    /// The same as a file.
    pub fn file(&self) -> Address {
        self.at("/admin/audit.csv")
    }

    fn at(&self, path: &'static str) -> Address {
        Address::of(path)
            .with("action", self.action.map(Action::as_str).unwrap_or_default())
            .with("outcome", self.outcome.map(Outcome::as_str).unwrap_or_default())
            .with("account", self.account.as_str())
            .with("workspace", self.workspace())
            .with("actor", self.actor.as_str())
            .with("request", self.request.as_str())
            .with("from", self.from.as_str())
            .with("until", self.until.as_str())
    }

    /// Every kind of event; the chosen one marked.
    pub fn actions(&self) -> Vec<Choice> {
        let kinds = Action::ALL.iter().map(|a| choice(a.as_str(), a.sentence(), self.action == Some(*a)));
        std::iter::once(choice("", "Everything", self.action.is_none())).chain(kinds).collect()
    }

    /// Every outcome; the chosen one marked.
    pub fn outcomes(&self) -> Vec<Choice> {
        let words = [(None, "", "Any"), (Some(Outcome::Done), "done", "Done"), (Some(Outcome::Refused), "refused", "Refused")];
        words.into_iter().map(|(outcome, value, label)| choice(value, label, outcome == self.outcome)).collect()
    }
}

/// Who did it.
enum By {
    /// Anybody, or these.
    Actor(Option<Actor>),
    /// An address without an account.
    Nothing,
    /// Neither.
    Unreadable,
}

/// The first instant of a day, or of one after it.
fn day(typed: &str, field: &'static str, later: Span, problems: &mut Problems) -> Option<Timestamp> {
    if typed.is_empty() {
        return None;
    }
    let day = Timestamp::parse_day(typed).map(|day| day + later);
    if day.is_none() {
        problems.add(field, "Enter a day like 2026-11-28, or nothing.");
    }
    day
}

fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), hint: String::new(), chosen }
}
