//! The form "New API token": as it was sent, as it is read, and as it is shown again.

use actix_web::HttpRequest;

use super::new::{CustomDay, NewTokenPage, SpanChoice};
use crate::base::text::Label;
use crate::base::time::{Span, Timestamp};
use crate::domain::access::{Catalogue, NoExpiry, Scope, Scopes, Terms, TokenPolicy};
use crate::domain::accounts::Person;
use crate::domain::credentials::{AddressList, Expiry, PersonalDraft};
use crate::http::extract::{pairs, query};
use crate::http::web::error::Trouble;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::Visitor;

/// The spans to choose from, in days, with their names.
const SPANS: [(i64, &str); 3] = [(30, "30 days"), (90, "90 days"), (365, "1 year")];
/// What is chosen before anybody chooses.
const USUAL: i64 = 90;

/// What is said of a scope that the page did not offer.
pub(super) const UNKNOWN_SCOPE: &str = "One of these scopes does not exist. Tick those you see here.";

/// The fields, as they were sent.
pub(super) struct TokenForm {
    name: String,
    scopes: Vec<String>,
    expires: String,
    until: String,
    nonce: String,
}

/// Why a form makes no draft.
pub(super) enum Unread {
    /// Its fields hold mistakes.
    Wrong(Problems),
    /// It did not come from our page.
    Foreign(Trouble),
}

impl TokenForm {
    /// A new form, prefilled by the address: `?name=&scopes=&days=`. What cannot be is left out.
    pub fn prefilled(request: &HttpRequest, policy: &TokenPolicy, now: Timestamp, nonce: String) -> Self {
        let name = query(request, "name").and_then(|name| Label::parse(&name).ok());
        let scopes = pairs(request.query_string().as_bytes()).into_iter().filter(|(key, _)| key == "scopes");
        let days = query(request, "days").and_then(|days| days.parse().ok()).unwrap_or(USUAL);
        let days = policy.longest.as_days().map_or(days, |longest| days.min(longest)).clamp(1, 36_500);
        let offered = SPANS.iter().any(|(span, _)| *span == days);
        Self {
            name: name.map(|name| name.as_str().to_owned()).unwrap_or_default(),
            scopes: scopes.flat_map(|(_, words)| words.split([',', ' ']).map(str::to_owned).collect::<Vec<_>>()).collect(),
            expires: if offered { days.to_string() } else { "custom".to_owned() },
            until: if offered { String::new() } else { (now + Span::days(days)).iso_day() },
            nonce,
        }
    }

    /// The form as it was sent.
    pub fn of(form: &Posted) -> Self {
        Self {
            name: form.text("name").to_owned(),
            scopes: form.all("scopes").into_iter().map(str::to_owned).collect(),
            expires: form.text("expires").to_owned(),
            until: form.text("until").to_owned(),
            nonce: form.text("nonce").to_owned(),
        }
    }

    /// Reads it.
    pub fn parse(&self, now: Timestamp) -> Result<PersonalDraft, Unread> {
        if self.nonce.len() != 32 || !self.nonce.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Unread::Foreign(Trouble::Unreadable));
        }
        let mut problems = Problems::none();
        let name = Label::parse(&self.name).map_err(|problem| problems.add("name", problem.to_string()));
        let scopes = Scopes::parse(self.scopes.iter().map(String::as_str)).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
        let expiry = self.expiry(now).map_err(|(field, message)| problems.add(field, message));
        match (name, scopes, expiry) {
            (Ok(name), Ok(scopes), Ok(expiry)) => {
                let (allowed_addresses, nonce) = (AddressList::anywhere(), self.nonce.clone());
                Ok(PersonalDraft { name, scopes, allowed_addresses, expiry, nonce })
            }
            (_, _, _) => Err(Unread::Wrong(problems)),
        }
    }

    fn expiry(&self, now: Timestamp) -> Result<Expiry, (&'static str, &'static str)> {
        match self.expires.as_str() {
            "never" => Ok(Expiry::Never),
            "custom" => {
                let day = Timestamp::parse_day(&self.until).ok_or(("until", "Choose the day on which it ends."))?;
                Ok(Expiry::At(day))
            }
            days => {
                let span = SPANS.iter().find(|(span, _)| span.to_string() == days);
                let (days, _) = span.ok_or(("expires", "Choose when it ends."))?;
                Ok(Expiry::At(now + Span::days(*days)))
            }
        }
    }

    /// The field that says when it ends.
    pub fn end_field(&self) -> &'static str {
        if self.expires == "custom" { "until" } else { "expires" }
    }

    /// The page with this form on it.
    pub fn page(&self, visitor: &Visitor, person: &Person, terms: &Terms, problems: Problems) -> NewTokenPage {
        let (policy, chrome) = (&terms.policy, visitor.chrome());
        let (now, longest) = (chrome.now, policy.longest.as_days());
        let day = |days| (now + Span::days(days)).iso_day();
        let fits = |(days, _): &&(i64, &str)| longest.is_none_or(|longest| *days <= longest);
        let span = |(days, label): &(i64, &'static str)| SpanChoice {
            days: *days,
            label,
            ends: now + Span::days(*days),
            chosen: self.expires == days.to_string(),
        };
        NewTokenPage {
            chrome,
            problems,
            name: self.name.clone(),
            scopes: self.offered(person, &terms.catalogue),
            spans: SPANS.iter().filter(fits).map(span).collect(),
            custom: CustomDay {
                chosen: self.expires == "custom",
                day: self.until.clone(),
                earliest: day(1),
                latest: longest.map(day).unwrap_or_default(),
            },
            no_expiry: (policy.no_expiry == NoExpiry::Allowed).then_some(self.expires == "never"),
            longest_days: longest,
            nonce: self.nonce.clone(),
        }
    }

    /// The scopes that this person's roles reach; nobody is offered what they could not be given.
    fn offered(&self, person: &Person, catalogue: &Catalogue) -> Vec<Choice> {
        let choice = |scope: &Scope| Choice {
            value: scope.name.as_str().to_owned(),
            label: scope.name.as_str().to_owned(),
            hint: scope.sentence.clone(),
            chosen: self.scopes.iter().any(|word| word == scope.name.as_str()),
        };
        catalogue.open_to(&person.account().roles).map(choice).collect()
    }
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
            expires: expires.to_owned(),
            until: until.to_owned(),
            nonce: NONCE.to_owned(),
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
        assert_eq!(fields(&TokenForm { nonce: NONCE[1..].to_owned(), ..form("CI", "verify", "30", "") }), ["nonce"]);
    }

    proptest! {
        #[test]
        fn reading_a_form_never_panics(name in "\\PC{0,120}", scope in ".{0,20}", expires in "custom|[0-9]{0,20}", until in ".{0,12}") {
            let _ = form(&name, &scope, &expires, &until).parse(now());
        }
    }
}
