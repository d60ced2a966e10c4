//! Credentials: what stays when secrets come and go.
//!
//! A personal token ("API token" on the pages) acts as its owner. [`verify`](Verifier) is the path that every request
//! takes: format and checksum, digest, cache or one indexed read, state, owner, policy, limits; it makes no write and
//! takes no lock that all requests share.

mod cache;
mod credential;
mod format;
mod issue;
mod list;
mod revoke;
mod store;
mod usage;
mod verify;

pub use cache::Verifier;
pub use credential::{Credential, Expiry, Kind, RevokedBy, State};
pub use format::{SecretFormat, secret_patterns};
pub use issue::{IssueError, Issued, PersonalDraft, TOKENS_AT_MOST, issue_personal};
pub use list::{Column, Counts, Direction, ListFilter, Listing, Sort, Summary, Tab, count, find, list};
pub use revoke::{RevokeError, revoke_own, revoke_presented};
pub use usage::{Flushed, flush};
pub use verify::{Demand, Granted, Refusal, Unverified, authenticate, verify};
