//! Who may set up a second factor.

use crate::base::id::{AccountId, SessionId};
use crate::base::net::Origin;
use crate::domain::accounts::{Account, Confirmed};

/// Somebody who may set up a second factor: a person who showed a short while ago who they are, or one who has signed in
/// with a password and may do nothing else until they have one.
#[derive(Debug, Clone)]
pub struct Enrolling {
    account: Account,
    session: SessionId,
    origin: Origin,
}

impl Enrolling {
    /// Somebody who wants one.
    pub fn of(confirmed: &Confirmed) -> Self {
        let person = confirmed.person();
        Self { account: person.account().clone(), session: person.session(), origin: person.origin().clone() }
    }

    /// Somebody who needs one. Only the verbs of `sessions` call this, for a session in which the password was typed a short
    /// while ago.
    pub(in crate::domain) fn required(account: Account, session: SessionId, origin: Origin) -> Self {
        Self { account, session, origin }
    }

    /// Whose account.
    pub fn id(&self) -> AccountId {
        self.account.id
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
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
