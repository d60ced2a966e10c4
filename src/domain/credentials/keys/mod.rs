//! Keys: what a workspace gives to programs (secret keys) and to web pages and apps (publishable keys).
//!
//! A key belongs to its workspace and outlives whoever made it. It is managed by members whose standing allows it, and
//! by secret keys that hold `keys:manage`, unless the workspace forbids that; in development, also by whoever names the
//! workspace: a [`KeyManager`] is one of them, and is looked at again in the transaction of every verb. A key manages only what is no more than itself: in environment,
//! scopes, life, addresses and limit.
//!
//! The token policy's switch and roles are about people, so they do not stop keys; its bounds of life bind every key
//! that is made while they stand.

mod change;
mod detail;
mod developer;
mod issue;
mod key;
mod list;
mod manager;
mod revoke;
mod rotate;
mod store;

pub use change::{ChangeKeyError, KeyChange, change, pause, resume};
pub use detail::{find, home};
pub use developer::{Developer, NotDeveloper, developer};
pub use issue::{IssueKeyError, KEYS_AT_MOST, KeyDraft, issue, issue_once};
pub use key::{Key, KeyKind};
pub use list::{KeyListing, count, list};
pub use manager::{Grown, KeyManager, NotManager};
pub use revoke::{Children, Revocation, revoke};
pub use rotate::{Grace, KeyRotation, RotateKeyError, RotatedKey, end_overlap, rotate, rotate_once};

pub(super) use store::find as find_in;
