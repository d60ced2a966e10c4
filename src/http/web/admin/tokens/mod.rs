//! `/admin/tokens…`: everybody's credentials.

mod asked;
pub mod download;
pub mod list;
pub mod revoke;
pub mod row;
pub mod which;
