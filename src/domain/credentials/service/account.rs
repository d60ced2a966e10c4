//! A service account as it is kept.

use crate::base::id::{AccountId, CredentialId, SecretId};
use crate::base::time::Timestamp;
use crate::domain::access::Scopes;
use crate::domain::credentials::addresses::AddressList;

/// The name of a service account at doors that speak of clients: its id, spelled so.
pub fn client_id(id: CredentialId) -> String {
    format!("svc_{}", id.uuid().simple())
}

/// Reads that spelling, letter for letter.
pub fn of_client_id(text: &str) -> Option<CredentialId> {
    format!("{}_{}", CredentialId::PREFIX, text.strip_prefix("svc_")?).parse().ok()
}

/// For whom the access tokens of a service account may be: words of the product's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audiences(Vec<String>);

/// Why words are no audiences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAudiences {
    /// This is none.
    #[error("“{0}” is no audience. Write a word or an address of up to 200 characters without spaces.")]
    Unknown(String),
    /// More than fit.
    #[error("These are too many audiences: {max} at most.", max = Audiences::MAX)]
    TooMany,
}

impl Audiences {
    /// How many there may be.
    pub const MAX: usize = 20;

    /// From words, without repetition.
    ///
    /// # Errors
    /// The first word that is none, cut to 50 characters, or too many of them.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, BadAudiences> {
        let mut audiences: Vec<String> = Vec::new();
        for word in words {
            if word.is_empty() || word.len() > 200 || !word.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\') {
                return Err(BadAudiences::Unknown(word.chars().take(50).collect()));
            }
            if !audiences.iter().any(|known| known == word) {
                audiences.push(word.to_owned());
            }
        }
        if audiences.len() > Self::MAX { Err(BadAudiences::TooMany) } else { Ok(Self(audiences)) }
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The spelling in the database: a JSON list.
    pub(super) fn to_db(&self) -> String {
        serde_json::Value::from(self.0.clone()).to_string()
    }

    /// Reads that spelling.
    pub(super) fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        Self::parse(words.iter().map(String::as_str)).ok()
    }
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

    #[test]
    fn audiences_are_words() {
        let good = Audiences::parse(["platform", "https://api.example.com", "platform"]).expect("words");
        assert_eq!(good.words().collect::<Vec<_>>(), ["platform", "https://api.example.com"]);
        assert_eq!(Audiences::from_db(&good.to_db()), Some(good));
        for wrong in ["", "a b", "a\"b", "é", &"x".repeat(201)] {
            assert!(matches!(Audiences::parse([wrong]), Err(BadAudiences::Unknown(_))), "{wrong}");
        }
        let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        assert_eq!(Audiences::parse(many.iter().map(String::as_str)), Err(BadAudiences::TooMany));
    }
}
