//! The form "New API key": as it was sent, as it is read, and as it is shown again.

use super::new::NewKeyPage;
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::domain::access::{Holder, Scope, Scopes, Terms};
use crate::domain::credentials::keys::{KeyDraft, KeyKind};
use crate::domain::credentials::{Environment, Metadata, OriginList, Spelling};
use crate::http::web::chrome::Chrome;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::posted::Posted;
use crate::http::web::tokens::draft::{UNKNOWN_SCOPE, Unread, read_addresses, read_nonce};
use crate::http::web::tokens::ending::Ending;
use crate::http::web::workspaces::WorkspaceView;

/// The fields, as they were sent.
#[derive(Default)]
pub(super) struct KeyForm {
    name: String,
    kind: String,
    environment: String,
    scopes: Vec<String>,
    ending: Ending,
    addresses: String,
    origins: String,
    limit: String,
    nonce: String,
}

impl KeyForm {
    /// A new form: a secret key for real data with the usual life.
    pub fn blank(nonce: String, terms: &Terms, now: Timestamp) -> Self {
        let (kind, environment) = (KeyKind::Secret.as_str().to_owned(), Environment::Live.as_str().to_owned());
        Self { nonce, kind, environment, ending: Ending::usual(&terms.policy, now), ..Self::default() }
    }

    /// The form as it was sent.
    pub fn of(form: &Posted) -> Self {
        Self {
            name: form.text("name").to_owned(),
            kind: form.text("kind").to_owned(),
            environment: form.text("environment").to_owned(),
            scopes: form.all("scopes").into_iter().map(str::to_owned).collect(),
            ending: Ending::of(form),
            addresses: form.text("addresses").to_owned(),
            origins: form.text("origins").to_owned(),
            limit: form.text("limit").to_owned(),
            nonce: form.text("nonce").to_owned(),
        }
    }

    /// The field that says when it ends.
    pub fn end_field(&self) -> &'static str {
        self.ending.field()
    }

    /// Reads it.
    pub fn parse(&self, now: Timestamp) -> Result<KeyDraft, Unread> {
        let nonce = read_nonce(&self.nonce).map_err(Unread::Foreign)?;
        let mut problems = Problems::none();
        let name = Label::parse(&self.name).map_err(|problem| problems.add("name", problem.to_string()));
        let kind = KeyKind::parse(&self.kind).ok_or_else(|| problems.add("kind", "Choose what kind of key it is."));
        let environment = Environment::parse(&self.environment);
        let environment = environment.ok_or_else(|| problems.add("environment", "Choose which data it is for."));
        let scopes = Scopes::parse(self.scopes.iter().map(String::as_str)).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
        let expiry = self.ending.parse(now).map_err(|(field, message)| problems.add(field, message));
        let addresses = read_addresses(&self.addresses).map_err(|message| problems.add("addresses", message));
        let origins = read_origins(&self.origins).map_err(|message| problems.add("origins", message));
        let limit = read_limit(&self.limit).map_err(|message| problems.add("limit", message));
        let (Ok(name), Ok(kind), Ok(environment), Ok(scopes)) = (name, kind, environment, scopes) else {
            return Err(Unread::Wrong(problems));
        };
        let (Ok(expiry), Ok(allowed_addresses), Ok(origins), Ok(requests_per_minute)) = (expiry, addresses, origins, limit)
        else {
            return Err(Unread::Wrong(problems));
        };
        if kind == KeyKind::Publishable && environment == Environment::Live && origins.is_empty() {
            let message = "Name the web pages that may use it: a live publishable key is closed to all others.";
            return Err(Unread::Wrong(Problems::one("origins", message)));
        }
        Ok(KeyDraft {
            name,
            kind,
            environment,
            scopes: Some(scopes),
            allowed_addresses,
            origins,
            requests_per_minute,
            metadata: Metadata::default(),
            expiry: Some(expiry),
            spelling: Spelling::Native,
            nonce: Some(nonce),
        })
    }

    /// The page with this form on it.
    pub fn page(&self, chrome: Chrome, of: WorkspaceView, terms: &Terms, problems: Problems) -> NewKeyPage {
        let (policy, now) = (&terms.policy, chrome.now);
        let scope = |scope: &Scope| Choice {
            value: scope.name.as_str().to_owned(),
            label: scope.name.as_str().to_owned(),
            hint: scope.sentence.clone(),
            chosen: self.scopes.iter().any(|word| word == scope.name.as_str()),
        };
        let public: Vec<&str> = terms.catalogue.open_to(Holder::Publishable).map(|scope| scope.name.as_str()).collect();
        NewKeyPage {
            chrome,
            of,
            problems,
            name: self.name.clone(),
            kind: self.kind.clone(),
            environment: self.environment.clone(),
            scopes: terms.catalogue.open_to(Holder::Workspace).map(scope).collect(),
            public_scopes: public.join(", "),
            spans: self.ending.spans(policy, now),
            custom: self.ending.custom(policy, now),
            no_expiry: self.ending.no_expiry(policy),
            longest_days: policy.longest.as_days(),
            addresses: self.addresses.clone(),
            origins: self.origins.clone(),
            limit: self.limit.clone(),
            nonce: self.nonce.clone(),
        }
    }
}

/// *Origins*: one a line.
pub(super) fn read_origins(text: &str) -> Result<OriginList, String> {
    OriginList::parse(text.split_whitespace()).map_err(|wrong| wrong.to_string())
}

/// *Requests a minute*: a number, or nothing.
pub(super) fn read_limit(text: &str) -> Result<Option<u32>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        number => {
            let number = number.parse().ok().filter(|n| (1..=1_000_000).contains(n));
            number.map(Some).ok_or("Enter a number from 1 to 1000000, or leave it empty.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn fields(change: impl FnOnce(&mut KeyForm)) -> Vec<&'static str> {
        let mut form = KeyForm {
            name: "Shop".to_owned(),
            kind: "secret".to_owned(),
            environment: "live".to_owned(),
            ending: Ending::sent("30", ""),
            nonce: NONCE.to_owned(),
            ..KeyForm::default()
        };
        change(&mut form);
        match form.parse(Timestamp::parse_rfc3339("2026-11-22T09:00:00Z").expect("an instant")) {
            Ok(_) => Vec::new(),
            Err(Unread::Wrong(problems)) => problems.iter().map(|problem| problem.field).collect(),
            Err(Unread::Foreign(_)) => vec!["nonce"],
        }
    }

    #[test]
    fn every_mistake_is_told_at_its_field() {
        assert_eq!(fields(|_| ()), Vec::<&str>::new());
        assert_eq!(fields(|form| form.name.clear()), ["name"]);
        assert_eq!(fields(|form| form.kind = "personal".into()), ["kind"]);
        assert_eq!(fields(|form| form.environment = "staging".into()), ["environment"]);
        assert_eq!(fields(|form| form.scopes = vec!["a b".into()]), ["scopes"]);
        assert_eq!(fields(|form| form.addresses = "here".into()), ["addresses"]);
        assert_eq!(fields(|form| form.origins = "shop.example.com".into()), ["origins"]);
        assert_eq!(fields(|form| form.limit = "0".into()), ["limit"]);
        assert_eq!(fields(|form| form.nonce.clear()), ["nonce"]);
    }

    #[test]
    fn r76_a_live_publishable_key_names_its_pages() {
        assert_eq!(fields(|form| form.kind = "publishable".into()), ["origins"]);
        let named = |form: &mut KeyForm| {
            form.kind = "publishable".into();
            form.origins = "https://shop.example.com\r\nhttps://blog.example.com".into();
        };
        assert_eq!(fields(named), Vec::<&str>::new());
        let test = |form: &mut KeyForm| {
            form.kind = "publishable".into();
            form.environment = "test".into();
        };
        assert_eq!(fields(test), Vec::<&str>::new());
    }
}
