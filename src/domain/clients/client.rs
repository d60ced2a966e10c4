//! An app as it is kept.

use super::redirect::RedirectUri;
use crate::base::id::ClientId;
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::domain::access::{Audiences, Scopes};

/// How many addresses an app may be led back to.
pub const REDIRECTS_AT_MOST: usize = 20;

/// Whether a device without a browser may ask for this app (RFC 8628).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceSignIn {
    /// It may.
    Allowed,
    /// It may not.
    Forbidden,
}

impl DeviceSignIn {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Forbidden => "forbidden",
        }
    }

    /// Reads that word.
    pub(super) fn from_db(word: &str) -> Option<Self> {
        [Self::Allowed, Self::Forbidden].into_iter().find(|known| known.as_str() == word)
    }
}

/// What an administrator says about an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDraft {
    /// What people read when it asks them.
    pub name: Label,
    /// Where it may be led back to; none for one that only devices ask for.
    pub redirect_uris: Vec<RedirectUri>,
    /// Whether devices may ask for it.
    pub device: DeviceSignIn,
    /// What it may ask for.
    pub scopes: Scopes,
    /// For whom its access tokens may be, beside Latchkey itself.
    pub audiences: Audiences,
}

/// An app. It is a public client (RFC 6749 section 2.1): it has no secret, and proves with each code that it is the one that
/// asked for it (RFC 7636).
#[derive(Debug, Clone)]
pub struct Client {
    /// Its `client_id`.
    pub id: ClientId,
    /// What was said about it.
    pub facts: ClientDraft,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Since when it is disabled, if it is.
    pub disabled_at: Option<Timestamp>,
}

impl Client {
    /// Its name.
    pub fn name(&self) -> &str {
        self.facts.name.as_str()
    }

    /// Whether it may be led there.
    pub fn is_led_to(&self, redirect_uri: &str) -> bool {
        self.facts.redirect_uris.iter().any(|own| own.allows(redirect_uri))
    }
}
