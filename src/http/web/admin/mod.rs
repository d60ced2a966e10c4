//! `/admin…`: what administrators see and govern.

pub mod accounts;
pub mod apps;
pub mod audiences;
pub mod audit;
pub mod board;
pub mod mail;
pub mod plan_form;
pub mod plans;
pub mod policy;
pub mod scopes;
pub mod sign_in_policy;
pub mod system;
pub mod tokens;
mod whose;
pub mod workspaces;
