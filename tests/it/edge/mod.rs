//! What every request passes, whichever door it is for.

mod access;
mod address;
mod bounds;
mod changes;
mod doors;
mod framing;
mod headers;
mod host;
pub mod inventory;
mod operations;
mod outage;
mod tenants;
