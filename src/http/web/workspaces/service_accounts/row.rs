//! A service account as the pages show it.

use crate::base::time::Timestamp;
use crate::domain::credentials::service::{ServiceAccount, ServiceOwner, ServiceSecret, client_id};
use crate::http::web::tokens::list::LastUse;
use crate::http::web::tokens::row::{last_use, places, shown, words};

/// A service account.
#[derive(Debug, Clone)]
pub struct ServiceRow {
    /// Its id on the wire.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it signs in as: `svc_…`.
    pub client: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// For whom its access tokens may be.
    pub audiences: Vec<String>,
    /// The addresses and networks that it works from; none for everywhere.
    pub allowed_from: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was deleted, if it was.
    pub deleted: Option<Timestamp>,
    /// Its last use, by whichever secret.
    pub last_used: Option<LastUse>,
    /// How often it was used.
    pub uses: i64,
    /// Its living secrets, the older one first.
    pub secrets: Vec<ServiceSecretRow>,
    /// The people who answer for it.
    pub owners: Vec<ServiceOwnerRow>,
    /// Whether none of them belongs to the workspace any more.
    pub is_orphaned: bool,
}

/// One of its secrets.
#[derive(Debug, Clone)]
pub struct ServiceSecretRow {
    /// Its id on the wire.
    pub id: String,
    /// What may be shown of it.
    pub shown: String,
    /// Since when it works.
    pub created: Timestamp,
    /// Its last use.
    pub last_used: Option<LastUse>,
    /// How often it was used.
    pub uses: i64,
}

/// Somebody who answers for it.
#[derive(Debug, Clone)]
pub struct ServiceOwnerRow {
    /// Their id on the wire.
    pub account: String,
    /// Their name; may be empty.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they belong to the workspace, and are not suspended.
    pub is_active: bool,
}

impl ServiceRow {
    pub(super) fn of(account: &ServiceAccount) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name.clone(),
            client: client_id(account.id),
            scopes: words(account.scopes.as_ref()),
            audiences: account.audiences.words().map(str::to_owned).collect(),
            allowed_from: places(account.allowed_addresses.as_ref()),
            created: account.created_at,
            deleted: account.revoked_at,
            last_used: last_use(account.last_used_at, account.last_used_address.as_deref(), account.last_used_agent.as_deref()),
            uses: account.uses,
            secrets: account.secrets.iter().map(ServiceSecretRow::of).collect(),
            owners: account.owners.iter().map(ServiceOwnerRow::of).collect(),
            is_orphaned: account.is_orphaned(),
        }
    }
}

impl ServiceSecretRow {
    pub(super) fn of(secret: &ServiceSecret) -> Self {
        Self {
            id: secret.id.to_string(),
            shown: shown(&secret.prefix, &secret.last_four),
            created: secret.created_at,
            last_used: last_use(secret.last_used_at, secret.last_used_address.as_deref(), secret.last_used_agent.as_deref()),
            uses: secret.uses,
        }
    }
}

impl ServiceOwnerRow {
    fn of(owner: &ServiceOwner) -> Self {
        Self {
            account: owner.account.to_string(),
            name: owner.name.clone(),
            email: owner.email.clone(),
            is_active: owner.is_active,
        }
    }

    /// What to call them: the name, or the address of those who gave none.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}
