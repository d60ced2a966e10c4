//! `/admin…`: who may hold tokens, and who did what.

pub mod audit;
pub mod policy;
