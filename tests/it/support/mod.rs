//! What tests stand on.
//!
//! [`both!`](crate::both) writes a test once and runs it on SQLite and on Postgres, each time in an empty, migrated
//! database of its own.

pub mod actors;
pub mod answer;
pub mod app;
pub mod apps;
pub mod authenticator;
pub mod database;
pub mod keys;
pub mod letter;
pub mod postgres;
pub mod rows;
pub mod signed;
pub mod smtp_sink;
pub mod tenants;
pub mod wire;

pub use app::TestApp;
pub use database::{Engine, TestDb, databases};
pub use wire::Wire;

/// A variable of the environment, if it is set and not empty.
pub fn environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told where Postgres is, settings are not read here")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
