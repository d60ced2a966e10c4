//! Service accounts: identities of machines in a workspace.
//!
//! A service account outlives whoever made it, so people answer for it: it has one human owner at least, and one of
//! whom none is a member any more is *orphaned*, which its pages say. It may have two living secrets, so that one can be
//! replaced without a gap; the first place is never empty while the second is taken. Only members manage them: a key
//! that could would be more than itself.

mod account;
mod change;
mod create;
mod delete;
mod list;
mod owners;
mod secrets;
mod sign_in;
mod store;

pub use account::{ServiceAccount, ServiceOwner, ServiceSecret, client_id, of_client_id};
pub use change::{ChangeServiceError, ServiceChange, change};
pub use create::{CreateServiceError, IssuedService, SERVICES_AT_MOST, ServiceDraft, create, create_once};
pub use delete::delete;
pub use list::{find, list};
pub use owners::{OwnerError, ServiceOwnerName, add_owner, remove_owner};
pub use secrets::{AddedSecret, SecretError, add_secret, add_secret_once, revoke_secret};
pub use sign_in::{ServiceSignInError, recognise, sign_in};
