//! `/v1/admin`: what administrators see. For their sessions only: no credential administers.

mod accounts;
mod audit;
pub mod event;
mod inventory;
mod policy;

use super::operation::Operation;

/// The chapter of the document.
const TAG: &str = "Administration";

/// The operations.
pub fn operations() -> Vec<Operation> {
    let mut all = accounts::operations();
    all.extend([policy::operation(), audit::operation(), inventory::operation()]);
    all
}
