//! What an administrator's change would do to the tokens that are in use: seen before it is made, told when it is.

mod change_policy;
mod configure;
mod remove_scope;
mod store;

pub use change_policy::{Affected, ChangePolicyError, Effect, Why, change_policy};
pub use configure::{AuthConfiguration, AuthEdit, ConfigureError, auth_configuration, configure_auth};
pub use remove_scope::{RemoveScopeError, holders, remove_scope};
