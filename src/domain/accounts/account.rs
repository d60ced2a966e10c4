//! An account, and the person who is present.

use super::password_hash::PasswordHash;
use super::roles::{Role, Roles};
use crate::base::id::{AccountId, SessionId};
use crate::base::net::Origin;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::{Span, Timestamp};

/// An account as it is kept.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its identity, for ever.
    pub id: AccountId,
    /// The address it signs in with.
    pub email: EmailAddress,
    /// How its owner wants to be called; may be empty.
    pub name: PersonName,
    /// Its password, if one was set.
    pub password: Option<PasswordHash>,
    /// What it may be.
    pub roles: Roles,
    /// When its address was confirmed.
    pub verified_at: Option<Timestamp>,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
    /// Since when signing in asks for a second factor; nothing if it has none.
    pub second_factor: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Account {
    /// An account that is nowhere. What is done for it is the same work as for one that is there, and leaves nothing: so
    /// the time an answer takes does not tell whether an address has an account.
    pub(in crate::domain) fn nowhere(id: AccountId, email: EmailAddress, now: Timestamp) -> Self {
        let name = PersonName::parse("").expect("a name may be empty");
        let (password, verified_at, suspended_at, second_factor) = (None, None, None, None);
        Self { id, email, name, password, roles: Roles::user(), verified_at, suspended_at, second_factor, created_at: now }
    }
}

/// A person who is present: built from a live browser session alone, never from a token.
///
/// Verbs that manage tokens take it, so that a token cannot manage tokens: it does not compile.
#[derive(Debug, Clone)]
pub struct Person {
    account: Account,
    session: SessionId,
    confirmed_at: Timestamp,
    origin: Origin,
}

/// A person who showed a short while ago who they are, by their password. Verbs take it for what a borrowed browser
/// must not do: create a token, change what secures the account.
#[derive(Debug, Clone)]
pub struct Confirmed(Person);

impl Confirmed {
    /// The same person as confirmed; nothing if that was longer ago than `within`.
    pub fn of(person: Person, now: Timestamp, within: Span) -> Option<Self> {
        (now.since(person.confirmed_at) < within).then_some(Self(person))
    }

    /// Only the verb that has just compared the password calls this.
    pub(in crate::domain) fn just_now(person: Person, now: Timestamp) -> Self {
        Self(Person { confirmed_at: now, ..person })
    }

    /// The person.
    pub fn person(&self) -> &Person {
        &self.0
    }

    /// The person, without the confirmation.
    pub fn into_person(self) -> Person {
        self.0
    }
}

impl Person {
    /// Only the verbs of `sessions` call this, and that of `grants` which refreshes one, for a session they found alive.
    pub(in crate::domain) fn present(account: Account, session: SessionId, confirmed_at: Timestamp, origin: Origin) -> Self {
        Self { account, session, confirmed_at, origin }
    }

    /// The same person, called so.
    #[must_use]
    pub(in crate::domain) fn renamed(self, name: PersonName) -> Self {
        Self { account: Account { name, ..self.account }, ..self }
    }

    /// Whose account.
    pub fn id(&self) -> AccountId {
        self.account.id
    }

    /// The account, as it was when the request began.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The address.
    pub fn email(&self) -> &EmailAddress {
        &self.account.email
    }

    /// Whether the address is confirmed.
    pub fn is_verified(&self) -> bool {
        self.account.verified_at.is_some()
    }

    /// Whether the person administers Latchkey.
    pub fn is_admin(&self) -> bool {
        self.account.roles.has(Role::ADMIN)
    }

    /// Whether signing in asks the person for a second factor.
    pub fn has_second_factor(&self) -> bool {
        self.account.second_factor.is_some()
    }

    /// The session.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// Where this request came from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}
