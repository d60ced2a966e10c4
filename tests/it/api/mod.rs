//! `/v1`: one module per operation, as in the source, and what all of them keep to.

use latchkey::base::rng::Rng;
use latchkey::domain::credentials::{Kind, SecretFormat};

mod access;
mod admin;
mod bad_input;
mod clock;
mod credential;
mod edits;
mod history;
mod input;
mod kept;
mod keys;
mod limits;
mod log_in;
mod me;
mod openapi;
mod pages;
mod pools;
mod readers;
mod register;
mod repeats;
mod revoke;
mod sessions;
mod switch;
mod tokens;
mod usage;
mod verify;
mod verify_batch;
mod workspace_usage;
mod workspaces;

/// A secret of the right form that is nobody's.
pub fn unknown_secret(seed: u64) -> String {
    SecretFormat::new("lk").generate(Kind::Personal, None, &Rng::seeded(seed)).reveal().to_owned()
}
