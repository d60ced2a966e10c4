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
//!
//! # Deviations
//! - A password is no grant: `grant_type=password` is refused, as are the implicit and hybrid flows (RFC 9700).
//! - Apps are public clients: they prove themselves with PKCE, `S256` alone, and have no secret. Service accounts are the
//!   confidential clients; they authenticate with `client_secret_basic` or `client_secret_post`.
//! - A redirect URI is compared letter by letter; a loopback address may have any port (RFC 8252 section 7.3).
//! - Access tokens are JWTs signed with `EdDSA` alone (RFC 9068). A token without the claim `scope` may do all that its person
//!   may.
//! - A refresh token is replaced with each use. The one before is answered with the same successor for 30 seconds, until that
//!   is used; whatever older one comes ends the grant.
//! - Token exchange (RFC 8693) asks for no client: whoever holds a token gets less of it, never more. `act` names the holder.
//! - Introspection needs the scope `introspect`. It tells of every kind of secret; one that is bound to addresses is not
//!   active, for nobody says from where it was presented.
//! - Revocation answers 200 whatever becomes of the token.

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
