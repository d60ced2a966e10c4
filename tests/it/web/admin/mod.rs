//! `/admin…`.

mod audit;
mod policy;
