//! The Qelos door, `/api/…` and `/api/v1/…`, which are one: people, their API tokens and their workspaces, for the unmodified
//! SDKs of that product. Names are in camelCase, there is no envelope, and an error is `{message, error: {code, message}}`.
//!
//! | call | answer |
//! |---|---|
//! | `POST /api/signin` `{username, password, totp?, authType?}` | 200 `{payload: {user, workspace?}}` and a cookie, or tokens |
//! | `GET /api/me` | 200, whoever is calling |
//!
//! A user name is an e-mail address. Ids are ours: opaque texts.
//!
//! # Deviations
//! - Nobody is told whether it was the address or the password that was wrong.
//! - Whoever has a second factor sends a code of it as `totp`, with the password.
//! - A cookie counts only as [`caller`] says: what changes something comes from a page of ours.
//! - A token that the policy suspends is 401 with the policy's reason.
//! - Bodies are JSON objects that say so (415), of 64 KiB at the most (413), with no member twice (400). Unknown fields are
//!   ignored.

mod answer;
mod body;
mod caller;
mod me;
mod sign_in;
mod user;

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};

pub use answer::undone;

use crate::app::App;
use crate::http::shown;
use crate::http::web::session;

/// Whether a path belongs to this door.
pub fn owns(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes, under both of their beginnings.
pub fn routes(config: &mut ServiceConfig, app: &Data<App>) {
    for beginning in ["/api/v1", "/api"] {
        config.service(
            web::scope(beginning)
                .configure(people)
                .wrap(session::middleware(app))
                .wrap(from_fn(answer::present))
                .default_service(web::to(answer::not_found)),
        );
    }
}

/// People, and what is theirs.
fn people(table: &mut ServiceConfig) {
    table.service(web::resource("/signin").post(sign_in::create)).service(shown("/me", me::show));
}
