//! `/profile/tokens…`: API tokens.

pub mod created;
pub mod list;
pub mod new;
pub mod revoke;
