//! `/admin…`.

mod accounts;
mod apps;
mod audiences;
mod audit;
mod board;
mod inventory;
mod mail;
mod plans;
mod policy;
mod revoke;
mod scopes;
mod sign_in_policy;
mod system;
mod tokens;
mod workspaces;
