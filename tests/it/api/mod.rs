//! `/v1`: one module per operation, as in the source.

mod me;
mod revoke;
mod verify;
