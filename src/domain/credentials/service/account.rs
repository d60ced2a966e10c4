//! A service account as it is kept.

use crate::base::id::{AccountId, CredentialId, SecretId};
use crate::base::time::Timestamp;
use crate::domain::access::{Audiences, Scopes};
use crate::domain::credentials::addresses::AddressList;

/// The name of a service account at doors that speak of clients: its id, spelled so.
pub fn client_id(id: CredentialId) -> String {
    format!("svc_{}", id.uuid().simple())
}

/// Reads that spelling, letter for letter.
pub fn of_client_id(text: &str) -> Option<CredentialId> {
    format!("{}_{}", CredentialId::PREFIX, text.strip_prefix("svc_")?).parse().ok()
}

/// A service account, with everything that may be known of it.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    /// Which.
    pub id: CredentialId,
    /// Its name.
    pub name: String,
    /// Its scopes; nothing if what is stored cannot be read, and then it allows nothing.
    pub scopes: Option<Scopes>,
    /// For whom its access tokens may be.
    pub audiences: Audiences,
    /// From where it may be used; nothing if what is stored cannot be read, and then it is refused everywhere.
    pub allowed_addresses: Option<AddressList>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_address: Option<String>,
    /// With what.
    pub last_used_agent: Option<String>,
    /// How often it has been used.
    pub uses: i64,
    /// Its living secrets, the older one first.
    pub secrets: Vec<ServiceSecret>,
    /// The people who answer for it, in the order in which they came.
    pub owners: Vec<ServiceOwner>,
}

impl ServiceAccount {
    /// Whether nobody who answers for it belongs to the workspace any more.
    pub fn is_orphaned(&self) -> bool {
        !self.owners.iter().any(|owner| owner.is_active)
    }
}

/// A secret of a service account, which is not the secret.
#[derive(Debug, Clone)]
pub struct ServiceSecret {
    /// Which.
    pub id: SecretId,
    /// Its beginning.
    pub prefix: String,
    /// Its end.
    pub last_four: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_address: Option<String>,
    /// With what.
    pub last_used_agent: Option<String>,
    /// How often it has been used.
    pub uses: i64,
}

/// Somebody who answers for a service account.
#[derive(Debug, Clone)]
pub struct ServiceOwner {
    /// Who.
    pub account: AccountId,
    /// Their address.
    pub email: String,
    /// Their name; may be empty.
    pub name: String,
    /// Whether they are a member of the workspace, and not suspended.
    pub is_active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::Rng;

    #[test]
    fn a_client_id_is_the_id_in_another_spelling() {
        let id = CredentialId::new(Timestamp::from_micros(1_700_000_000_000_000), &Rng::seeded(1));
        let client = client_id(id);
        assert!(client.starts_with("svc_") && client.len() == 36);
        assert_eq!(of_client_id(&client), Some(id));
        for wrong in [id.to_string(), client.to_uppercase(), client[..35].to_owned(), format!("{client}0"), String::new()] {
            assert_eq!(of_client_id(&wrong), None, "{wrong}");
        }
    }
}
