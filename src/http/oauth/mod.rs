//! OAuth 2, as its standards spell it: no envelope, errors of RFC 6749 §5.2, forms and never JSON.
//!
//! | path | what it is |
//! |---|---|
//! | `/.well-known/oauth-authorization-server` | [what works here](metadata) (RFC 8414) |
//! | `/oauth2/token` | [tokens](token) (RFC 6749) |
//! | `/oauth2/device_authorization` | [codes for a device](device_authorization) (RFC 8628) |
//! | `/oauth2/authorize`, `/device` | [the pages](crate::http::web::authorize) on which people decide |
//! | `/oauth2/introspect` | [what a token is](introspect) that somebody presented (RFC 7662) |
//! | `/oauth2/revoke` | [its end](revoke) (RFC 7009) |
//! | `/.well-known/jwks.json` | [the keys](keys) that sign tokens (RFC 7517) |
//!
//! [`client`] establishes which program asks, [`form`] reads what it sends, [`error`] tells what is wrong.

pub mod client;
pub mod device_authorization;
pub mod error;
mod exchange;
pub mod form;
pub mod introspect;
pub mod keys;
pub mod metadata;
mod redeem;
pub mod revoke;
pub mod token;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, resource};

pub use error::{OAuthError, Problem, present, undone};

/// Whether a path belongs to this door. The page on which people decide is none of it.
pub fn owns(path: &str) -> bool {
    path != "/oauth2/authorize" && path.strip_prefix("/oauth2").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/oauth2")
            .service(resource("/token").post(token::token))
            .service(resource("/device_authorization").post(device_authorization::begin))
            .service(resource("/introspect").post(introspect::introspect))
            .service(resource("/revoke").post(revoke::revoke))
            .wrap(from_fn(present))
            .default_service(web::to(error::not_found)),
    );
}
