//! What every page needs.

use crate::base::time::Timestamp;
use crate::domain::accounts::Person;

/// What stands around every page.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// Who is signed in.
    pub signed_in: Option<WhoView>,
    /// What this service is called.
    pub service_name: String,
    /// When the page is made: every "3 minutes ago" on it is seen from here.
    pub now: Timestamp,
    /// What each form on the page sends along to show that it came from here.
    pub form_token: String,
}

/// Somebody, as their own pages show them.
#[derive(Debug, Clone)]
pub struct WhoView {
    /// The name; empty if none was given.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether the pages of administrators are theirs too.
    pub is_admin: bool,
}

impl WhoView {
    /// Somebody who is present.
    pub fn of(person: &Person) -> Self {
        Self {
            name: person.account().name.as_str().to_owned(),
            email: person.email().as_str().to_owned(),
            is_admin: person.is_admin(),
        }
    }

    /// What to call them: the name, or the address of those who gave none.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl Chrome {
    /// An instant in words, seen from [`now`](Self::now): `in 6 days`.
    pub fn words(&self, at: &Timestamp) -> String {
        at.relative_to(self.now)
    }

    /// An instant exact and with its zone, so that a narrow column breaks it between day and hour only.
    pub fn exact(&self, at: &Timestamp) -> String {
        at.day_and_time().replace(' ', "\u{a0}").replace(",\u{a0}", ", ")
    }
}
