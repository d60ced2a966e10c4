//! The native API, `/v1`: the envelope of CONTRACTS, one file per operation.

mod code;
mod envelope;
mod fields;
mod me;
mod revoke;
mod verify;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

pub use code::Code;
pub use envelope::{ApiError, undone};
pub use fields::Fields;

use super::shown;

/// Whether a path belongs to this API.
pub fn owns(path: &str) -> bool {
    path.strip_prefix("/v1").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/v1")
            .wrap(from_fn(envelope::present))
            .service(shown("/me", me::me))
            .service(web::resource("/verify").post(verify::verify))
            .service(web::resource("/tokens/revoke").post(revoke::revoke))
            .default_service(web::to(envelope::not_found)),
    );
}
