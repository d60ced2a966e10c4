//! `/v1/auth`: accounts and sign-in for programs.

pub mod login;
pub mod logout;
pub mod register;

use serde_json::{Value, json};

use super::operation::Operation;
use super::schema;

/// The chapter of the document.
const TAG: &str = "Accounts and sign-in";

/// The operations.
pub fn operations() -> Vec<Operation> {
    vec![register::operation(), login::operation(), logout::operation()]
}

/// An address, as it is asked for.
fn email() -> Value {
    let mut schema = schema::text(3, 254, "An email address.");
    schema["format"] = json!("email");
    schema
}
