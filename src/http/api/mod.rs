//! The native API, `/v1`: the envelope of CONTRACTS, one file per operation or per thing that it is about.
//!
//! Each file holds its [`Operation`]s beside their handlers; [`operations`] is the whole table, from which the routes, the
//! [OpenAPI document](openapi) and the page `/docs` are made.

mod admin;
mod auth;
mod code;
mod envelope;
mod fields;
mod keys;
mod me;
mod member;
mod mount;
pub mod openapi;
pub mod operation;
mod paging;
mod person;
mod revoke;
mod schema;
mod scopes;
mod verify;
mod who;
mod workspaces;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

pub use code::Code;
pub use envelope::{ApiError, undone};
pub use fields::{Fields, says_json};
pub use member::{member_of, reader_of};
pub use person::AnyCaller;

use crate::config::{Door, Doors};
use operation::Operation;

/// Whether a path belongs to this API.
pub fn owns(path: &str) -> bool {
    path.strip_prefix("/v1").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes, of the doors that are open.
pub fn routes(config: &mut ServiceConfig, doors: Doors) {
    config.service(
        mount::mount(offered(doors), web::scope("/v1"))
            .wrap(from_fn(envelope::present))
            .default_service(web::to(envelope::not_found)),
    );
}

/// What can be asked for where these doors are open: verdicts are a door of their own.
pub fn offered(doors: Doors) -> Vec<Operation> {
    let door = |operation: &Operation| if operation.path.starts_with("/verify") { Door::Authz } else { Door::Native };
    let mut all = operations();
    all.retain(|operation| doors.has(door(operation)));
    all
}

/// Everything that this API can be asked for, in the order of its document.
pub fn operations() -> Vec<Operation> {
    let mut all = auth::operations();
    all.extend(me::operations());
    all.extend(keys::operations());
    all.extend(workspaces::operations());
    all.extend(verify::operations());
    all.extend([revoke::operation(), scopes::operation()]);
    all.extend(admin::operations());
    all.push(openapi::operation());
    all
}
