//! The right to administer.

use crate::domain::accounts::Person;

/// A person who administers Latchkey. Verbs of administrators take it, so that nobody else can reach them.
#[derive(Debug, Clone)]
pub struct Administrator(Person);

impl Administrator {
    /// The same person as an administrator; nothing if they are none.
    pub fn of(person: Person) -> Option<Self> {
        person.is_admin().then_some(Self(person))
    }

    /// The person.
    pub fn person(&self) -> &Person {
        &self.0
    }
}
