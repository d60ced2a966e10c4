//! The QANATIX door, `/api/v1/auth/keys`: the keys of a workspace, managed by a key of it. Names are in snake_case, there
//! is no envelope, an error is `{"detail": "…"}` and a bad body 422 with `{"detail": [{loc, msg, type}]}`.
//!
//! | call | answer |
//! |---|---|
//! | `POST /api/v1/auth/keys` `{name, scopes, expires_at?}` | 201 `{id, name, key, scopes, expires_at, message}` |
//! | `GET /api/v1/auth/keys` | 200, the active keys by creation: `[{id, name, scopes, created_at, expires_at, last_used_at}]` |
//! | `POST /api/v1/auth/keys/{id}/rotate` | 200 `{id, name, key, scopes, expires_at, message}` |
//! | `DELETE /api/v1/auth/keys/{id}` | 204 |
//!
//! What is made here begins with `sk_live_` and goes on with 64 hex digits; any other live key of the workspace is accepted
//! beside it, and these keys at every other door.
//!
//! # Deviations
//! - A key needs the scope `keys:manage`, which `admin` implies: whoever may do less at `/v1` may do no more here.
//! - A key that manages others mints nothing beyond its own scopes, environment and expiry (403), and the policy of a
//!   workspace can forbid its keys to manage keys (403).
//! - Keys made here are live keys of the kind *secret*; the list shows those made elsewhere, too, as far as the key that asks
//!   may manage them.
//! - A key without `expires_at` lives as long as the token policy, and the key that makes it, allow; the answer says so.
//! - A personal token, a publishable key and a service account are 403 here, a session token is 401.
//! - An id that is malformed is 404 like one that does not exist.
//! - A body that cannot be read is 422 at `["body"]`, whatever is wrong with it. Unknown fields are ignored, a field that is
//!   sent twice is not.
//! - `X-Tenant-Id` stands in for a credential only while the server runs with `development` on a database that has never
//!   been used in production. Beside a credential, and in production, it is ignored.

mod answer;
mod body;
mod caller;
mod keys;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

pub use answer::undone;

use crate::http::shown;

/// Whether a path belongs to this door.
pub fn owns(path: &str) -> bool {
    path.strip_prefix("/api/v1/auth").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/api/v1/auth")
            .wrap(from_fn(answer::present))
            .service(shown("/keys", keys::list).post(keys::create))
            .service(web::resource("/keys/{id}/rotate").post(keys::rotate))
            .service(web::resource("/keys/{id}").delete(keys::revoke))
            .default_service(web::to(answer::not_found)),
    );
}
