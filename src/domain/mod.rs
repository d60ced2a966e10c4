//! The rules: one folder for each feature.

pub mod accounts;
pub mod audit;
pub mod limits;
pub mod mail;
