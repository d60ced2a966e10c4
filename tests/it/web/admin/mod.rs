//! `/admin…`.

mod accounts;
mod audit;
mod policy;
mod scopes;
mod sign_in_policy;
