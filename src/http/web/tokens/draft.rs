//! The form "New API token": as it was sent, as it is read, and as it is shown again.

use std::collections::BTreeSet;

use actix_web::HttpRequest;

use super::ending::Ending;
use super::new::NewTokenPage;
use super::preset::{presets, scopes_of};
use super::row::Place;
use crate::base::id::CredentialId;
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::domain::access::{Holder, Scope, ScopeName, Scopes, Switch, Terms, TokenPolicy};
use crate::domain::accounts::Person;
use crate::domain::credentials::{AddressList, Duplicate, PersonalDraft};
use crate::domain::workspaces::Which;
use crate::http::extract::{pairs, query};
use crate::http::web::error::Trouble;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::list::Address;
use crate::http::web::posted::Posted;
use crate::http::web::visitor::Visitor;

/// What is said of a scope that the page did not offer.
pub(in crate::http::web) const UNKNOWN_SCOPE: &str = "One of these scopes does not exist. Tick those you see here.";

/// What is said of a workspace that the page did not offer.
pub(super) const UNKNOWN_WORKSPACE: &str = "You do not belong to this workspace. Choose one of yours.";

/// What a person can be offered.
#[derive(Clone, Copy)]
pub(super) struct Offer<'a> {
    pub person: &'a Person,
    /// The workspaces that they belong to.
    pub places: &'a [Place],
    pub terms: &'a Terms,
}

/// The fields, as they were sent.
#[derive(Default)]
pub(super) struct TokenForm {
    name: String,
    workspace: String,
    scopes: Vec<String>,
    ending: Ending,
    addresses: String,
    nonce: String,
    /// The token that it is filled in like, and its name.
    like: Option<(CredentialId, String)>,
}

/// Why a form makes no draft.
pub(in crate::http::web) enum Unread {
    /// Its fields hold mistakes.
    Wrong(Problems),
    /// It did not come from our page.
    Foreign(Trouble),
}

impl TokenForm {
    /// A new form: the usual life, and nothing else in it.
    pub fn blank(nonce: String, policy: &TokenPolicy, now: Timestamp) -> Self {
        Self { nonce, ending: Ending::usual(policy, now), ..Self::default() }
    }

    /// The same, filled in like a token that is there.
    pub fn like(mut self, id: CredentialId, name: String, twin: &Duplicate, policy: &TokenPolicy, now: Timestamp) -> Self {
        self.name.clone_from(&twin.name);
        self.scopes = twin.scopes.iter().flat_map(Scopes::words).map(str::to_owned).collect();
        self.addresses = twin.allowed_addresses.iter().flat_map(AddressList::words).collect::<Vec<_>>().join("\n");
        self.workspace = twin.workspace.clone().unwrap_or_default();
        self.ending = Ending::near(twin.days, policy, now);
        self.like = Some((id, name));
        self
    }

    /// The same, prefilled by the address: `?name=&scopes=&preset=&days=&addresses=`. What cannot be is left out.
    pub fn asked(mut self, request: &HttpRequest, offer: Offer<'_>, now: Timestamp) -> Self {
        if let Some(name) = query(request, "name").and_then(|name| Label::parse(&name).ok()) {
            name.as_str().clone_into(&mut self.name);
        }
        self.workspace = query(request, "workspace").unwrap_or(self.workspace);
        let asked = pairs(request.query_string().as_bytes());
        let words = asked.iter().filter(|(key, _)| key == "scopes").flat_map(|(_, words)| words.split([',', ' ']));
        self.scopes.extend(words.map(str::to_owned));
        if let Some(preset) = query(request, "preset") {
            self.scopes = scopes_of(&preset, &self.offered(offer));
        }
        if let Some(days) = query(request, "days").and_then(|days| days.parse().ok()) {
            self.ending = Ending::near(Some(days), &offer.terms.policy, now);
        }
        self.addresses = query(request, "addresses").unwrap_or(self.addresses);
        self
    }

    /// The form as it was sent.
    pub fn of(form: &Posted) -> Self {
        Self {
            name: form.text("name").to_owned(),
            workspace: form.text("workspace").to_owned(),
            scopes: form.all("scopes").into_iter().map(str::to_owned).collect(),
            ending: Ending::of(form),
            addresses: form.text("addresses").to_owned(),
            nonce: form.text("nonce").to_owned(),
            like: None,
        }
    }

    /// Reads it.
    pub fn parse(&self, now: Timestamp) -> Result<PersonalDraft, Unread> {
        let nonce = read_nonce(&self.nonce).map_err(Unread::Foreign)?;
        let mut problems = Problems::none();
        let name = Label::parse(&self.name).map_err(|problem| problems.add("name", problem.to_string()));
        let scopes = Scopes::parse(self.scopes.iter().map(String::as_str)).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
        let expiry = self.ending.parse(now).map_err(|(field, message)| problems.add(field, message));
        let addresses = read_addresses(&self.addresses).map_err(|message| problems.add("addresses", message));
        let workspace = match self.workspace.as_str() {
            "" => Ok(None),
            text => Which::parse(text).map(Some).ok_or_else(|| problems.add("workspace", UNKNOWN_WORKSPACE)),
        };
        match (name, scopes, expiry, addresses, workspace) {
            (Ok(name), Ok(scopes), Ok(expiry), Ok(allowed_addresses), Ok(workspace)) => {
                Ok(PersonalDraft { name, workspace, scopes, expiry, allowed_addresses, nonce })
            }
            (_, _, _, _, _) => Err(Unread::Wrong(problems)),
        }
    }

    /// The field that says when it ends.
    pub fn end_field(&self) -> &'static str {
        self.ending.field()
    }

    /// The page with this form on it.
    pub fn page(&self, visitor: &Visitor, offer: Offer<'_>, problems: Problems) -> NewTokenPage {
        let (policy, chrome) = (&offer.terms.policy, visitor.chrome());
        let now = chrome.now;
        let scopes = self.offered(offer);
        NewTokenPage {
            chrome,
            problems,
            name: self.name.clone(),
            copy_of: self.like.as_ref().map(|(_, name)| name.clone()),
            workspaces: self.workspaces(offer),
            require_workspace: policy.require_workspace == Switch::On,
            presets: presets(&scopes, &self.address()),
            scopes,
            spans: self.ending.spans(policy, now),
            custom: self.ending.custom(policy, now),
            no_expiry: self.ending.no_expiry(policy),
            longest_days: policy.longest.as_days(),
            addresses: self.addresses.clone(),
            your_address: visitor.origin().address.to_string(),
            nonce: self.nonce.clone(),
        }
    }

    /// A new form with what is filled in, as far as an address can carry it.
    fn address(&self) -> Address {
        let from = self.like.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
        let form = Address::of("/profile/tokens/new").with("from", from).with("name", self.name.as_str());
        let form = form.with("workspace", self.workspace.as_str());
        form.with("days", self.ending.days_of_span()).with("addresses", self.addresses.as_str())
    }

    /// The workspaces that the token can be locked to.
    fn workspaces(&self, offer: Offer<'_>) -> Vec<Choice> {
        let choice = |(workspace, _): &Place| Choice {
            value: workspace.slug.as_str().to_owned(),
            label: workspace.name.as_str().to_owned(),
            hint: String::new(),
            chosen: workspace.slug.as_str() == self.workspace,
        };
        offer.places.iter().map(choice).collect()
    }

    /// The scopes that this person's roles reach, anywhere; nobody is offered what they could not be given.
    fn offered(&self, offer: Offer<'_>) -> Vec<Choice> {
        let (roles, catalogue) = (&offer.person.account().roles, &offer.terms.catalogue);
        let there = |member| catalogue.open_to(Holder::Person { roles, member }).map(|scope| scope.name.clone());
        let members = std::iter::once(None).chain(offer.places.iter().map(|(_, roles)| Some(roles)));
        let open: BTreeSet<ScopeName> = members.flat_map(there).collect();
        let choice = |scope: &Scope| Choice {
            value: scope.name.as_str().to_owned(),
            label: scope.name.as_str().to_owned(),
            hint: scope.sentence.clone(),
            chosen: self.scopes.iter().any(|word| word == scope.name.as_str()),
        };
        catalogue.scopes().iter().filter(|scope| open.contains(&scope.name)).map(choice).collect()
    }
}

/// A form's nonce, as we write it.
pub(in crate::http::web) fn read_nonce(text: &str) -> Result<String, Trouble> {
    let ours = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if ours { Ok(text.to_owned()) } else { Err(Trouble::Unreadable) }
}

/// *Allowed addresses*: a mistake is told with the number of its line.
pub(in crate::http::web) fn read_addresses(text: &str) -> Result<AddressList, String> {
    for (line, number) in text.lines().zip(1..) {
        AddressList::parse(line).map_err(|wrong| format!("Line {number}: {wrong}"))?;
    }
    AddressList::parse(text).map_err(|wrong| wrong.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn form(name: &str, scopes: &str, expires: &str, until: &str) -> TokenForm {
        TokenForm {
            name: name.to_owned(),
            scopes: vec![scopes.to_owned()],
            ending: Ending::sent(expires, until),
            nonce: NONCE.to_owned(),
            ..TokenForm::default()
        }
    }

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-22T09:00:00Z").expect("an instant")
    }

    fn fields(form: &TokenForm) -> Vec<&'static str> {
        match form.parse(now()) {
            Ok(_) => Vec::new(),
            Err(Unread::Wrong(problems)) => problems.iter().map(|problem| problem.field).collect(),
            Err(Unread::Foreign(_)) => vec!["nonce"],
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        assert_eq!(fields(&form("", "no scope", "", "")), ["name", "scopes", "expires"]);
        assert_eq!(fields(&form("CI", "verify", "custom", "28 Nov")), ["until"]);
        assert_eq!(fields(&form("CI", "verify", "31", "")), ["expires"], "spans are those on the page");
        assert_eq!(fields(&form("CI", "verify", "never", "")), Vec::<&str>::new());
        assert_eq!(fields(&TokenForm { workspace: "No Slug".to_owned(), ..form("CI", "verify", "30", "") }), ["workspace"]);
        let bound = |addresses: &str| TokenForm { addresses: addresses.to_owned(), ..form("CI", "verify", "30", "") };
        assert_eq!(fields(&bound("203.0.113.7\r\n\r\n2001:db8::/48\r\n")), Vec::<&str>::new());
        assert_eq!(fields(&bound("203.0.113.7\r\nhere")), ["addresses"]);
        assert_eq!(fields(&TokenForm { nonce: NONCE[1..].to_owned(), ..form("CI", "verify", "30", "") }), ["nonce"]);
    }

    #[test]
    fn a_wrong_address_is_told_with_its_line() {
        let message = read_addresses("203.0.113.7\r\n\r\n10.0.0.0/33\r\n").expect_err("no network");
        assert!(message.starts_with("Line 3: “10.0.0.0/33”"), "{message}");
    }

    proptest! {
        #[test]
        fn reading_a_form_never_panics(name in "\\PC{0,120}", scope in ".{0,20}", expires in "custom|[0-9]{0,20}", until in ".{0,12}") {
            let _ = form(&name, &scope, &expires, &until).parse(now());
        }
    }
}
