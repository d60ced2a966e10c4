//! What messages tell of: when, from where, by whom, and which tokens.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::stored;
use crate::base::net::Origin;
use crate::base::text::Label;
use crate::base::time::Timestamp;

/// One token of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedToken {
    /// Its id, as the wire spells it.
    pub id: String,
    /// Its name.
    #[serde(with = "stored::label")]
    pub name: Label,
    /// What the list shows of it.
    pub prefix: String,
}

/// Who asked for a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// Whoever typed the address.
    Anybody,
    /// An administrator.
    Admin,
    /// Whoever undid a change of the account's address.
    Undo,
}

/// Who revoked a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revoker {
    /// The person whose token it is.
    Owner,
    /// An administrator.
    Admin,
    /// Whoever held the token itself.
    Holder,
    /// The person whose token it is, who said that it had leaked.
    Leaked,
    /// The token policy.
    Policy,
}

/// When, and from where, somebody did what a message tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// When.
    #[serde(with = "stored::instant")]
    pub at: Timestamp,
    /// The client's address.
    pub address: IpAddr,
    /// What the client called itself; empty if it did not.
    pub agent: String,
}

impl Cause {
    /// What this request did, at this instant.
    pub fn new(at: Timestamp, origin: &Origin) -> Self {
        Self { at, address: origin.address, agent: origin.agent.clone() }
    }
}
