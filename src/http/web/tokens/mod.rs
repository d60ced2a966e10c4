//! `/profile/tokens…`: API tokens.

mod asked;
pub mod create;
pub mod created;
mod draft;
pub mod list;
pub mod new;
pub mod revoke;
mod row;
pub mod save;
