//! Keys of workspaces.

use latchkey::base::net::Origin;
use latchkey::base::text::Label;
use latchkey::domain::access::Scopes;
use latchkey::domain::credentials::keys::{self, KeyDraft, KeyKind, KeyManager};
use latchkey::domain::credentials::{self, AddressList, Demand, Environment, Granted, Issued, Metadata, OriginList, Spelling};
use latchkey::domain::workspaces::Member;

use super::TestApp;

/// From where keys come in tests.
pub fn origin() -> Origin {
    Origin::new("203.0.113.7".parse().expect("an address"), "test", "req_test".into())
}

/// A live secret key that is asked for with nothing but a name.
pub fn draft(name: &str) -> KeyDraft {
    KeyDraft {
        name: Label::parse(name).expect("a name"),
        kind: KeyKind::Secret,
        environment: Environment::Live,
        scopes: None,
        allowed_addresses: AddressList::anywhere(),
        origins: OriginList::default(),
        requests_per_minute: None,
        metadata: Metadata::default(),
        expiry: None,
        spelling: Spelling::Native,
        nonce: None,
    }
}

/// These scopes.
pub fn scopes(words: &[&str]) -> Scopes {
    Scopes::parse(words.iter().copied()).expect("scopes")
}

impl TestApp {
    /// A live secret key with these scopes.
    pub async fn key(&self, by: &Member, name: &str, words: &[&str]) -> Issued {
        self.key_like(by, KeyDraft { scopes: Some(scopes(words)), ..draft(name) }).await
    }

    /// A key.
    pub async fn key_like(&self, by: &Member, draft: KeyDraft) -> Issued {
        keys::issue(&self.app().ctx, KeyManager::Member(by), draft).await.expect("a key")
    }

    /// The secret as a door sees it that lets it in.
    pub async fn granted(&self, key: &Issued) -> Granted {
        let demand = Demand { cost: 0, ..Demand::default() };
        credentials::authenticate(&self.app().ctx, key.secret.reveal(), &demand, &origin()).await.expect("good")
    }
}
