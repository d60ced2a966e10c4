//! The right to administer.

use crate::base::id::AccountId;
use crate::base::text::EmailAddress;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Confirmed, Person};

/// A person who administers Latchkey and may look at everything. Verbs that show what administrators see take it, so that
/// nobody else can reach them.
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

/// An administrator who showed a short while ago who they are, and may change things. Every verb by which an administrator
/// changes something takes it.
#[derive(Debug, Clone)]
pub struct ConfirmedAdministrator(Administrator);

impl ConfirmedAdministrator {
    /// The same person as an administrator; nothing if they are none.
    pub fn of(confirmed: Confirmed) -> Option<Self> {
        Administrator::of(confirmed.into_person()).map(Self)
    }

    /// The person.
    pub fn person(&self) -> &Person {
        self.0.person()
    }

    /// The same, to look at things.
    pub fn administrator(&self) -> &Administrator {
        &self.0
    }
}
