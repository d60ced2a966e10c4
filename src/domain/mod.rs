//! The rules: one folder for each feature.

pub mod accounts;
pub mod mail;
