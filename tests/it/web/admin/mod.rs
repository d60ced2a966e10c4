//! `/admin…`.

mod accounts;
mod audit;
mod policy;
mod scopes;
