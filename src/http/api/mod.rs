//! The native API, `/v1`: the envelope of CONTRACTS, one file per operation.

mod envelope;
mod fields;
mod me;
mod revoke;
mod verify;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

pub use envelope::{ApiError, Code};
pub use fields::Fields;

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/v1")
            .wrap(from_fn(envelope::present))
            .service(web::resource("/me").get(me::me).default_service(web::to(envelope::wrong_method)))
            .service(web::resource("/verify").post(verify::verify).default_service(web::to(envelope::wrong_method)))
            .service(web::resource("/tokens/revoke").post(revoke::revoke).default_service(web::to(envelope::wrong_method)))
            .default_service(web::to(envelope::not_found)),
    );
}
