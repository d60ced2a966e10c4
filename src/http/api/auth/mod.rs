//! `/v1/auth`: accounts and sign-in for programs.

pub mod login;
pub mod logout;
pub mod refresh;
pub mod register;
pub mod token;
mod tokens;

use serde_json::{Value, json};

use super::operation::Operation;
use super::schema;

/// The chapter of the document.
const TAG: &str = "Accounts and sign-in";

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![register::operation(), login::operation(), token::operation(), refresh::operation(), logout::operation()]
}

/// An address, as it is asked for.
fn email() -> Value {
    let mut schema = schema::text(3, 254, "An email address.");
    schema["format"] = json!("email");
    schema
}
