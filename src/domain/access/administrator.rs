//! The right to administer.

use crate::base::id::AccountId;
use crate::base::text::EmailAddress;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Person};

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

    /// Whose account an address is, if anybody's: administrators may know.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_of(&self, ctx: &Ctx, email: &EmailAddress) -> db::Result<Option<AccountId>> {
        let account = accounts::by_email_key(&mut ctx.db.read().await?, email.key()).await?;
        Ok(account.map(|account| account.id))
    }
}
