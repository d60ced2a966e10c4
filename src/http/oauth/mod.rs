//! OAuth 2, as its standards spell it: no envelope, errors of RFC 6749 §5.2, forms and never JSON.
//!
//! | path | what it is |
//! |---|---|
//! | `/.well-known/oauth-authorization-server` | [what works here](metadata) (RFC 8414) |
//! | `/.well-known/jwks.json` | [the keys](keys) that sign tokens (RFC 7517) |
//!
//! [`client`] establishes which program asks, [`form`] reads what it sends, [`error`] tells what is wrong.

pub mod client;
pub mod error;
pub mod form;
pub mod keys;
pub mod metadata;

pub use error::{OAuthError, Problem, present, undone};

/// Whether a path belongs to this door.
pub fn owns(path: &str) -> bool {
    path.strip_prefix("/oauth2").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
