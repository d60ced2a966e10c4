//! `/admin…`.

mod audit;
mod policy;
mod scopes;
