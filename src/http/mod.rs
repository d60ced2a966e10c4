//! The doors: everything that speaks HTTP. A door translates; it decides nothing.
//!
//! | module | what it is |
//! |---|---|
//! | [`edge`] | what every request passes: its id, its host, its headers |
//! | [`caller`] | the one place where a secret becomes an identity |
//! | [`cors`] | which answers web pages of other origins may read |
//! | [`extract`] | reading bodies, within bounds |
//! | [`limit_headers`] | what an answer tells of a limit |
//! | [`web`] | the pages |
//! | [`api`] | `/v1` |
//! | [`oauth`] | OAuth 2 |
//! | [`compat`] | doors for programs that were written for something else |
//! | [`operations`] | health and metrics |
//! | [`well_known`] | what other programs look for |

pub mod api;
pub mod caller;
pub mod compat;
pub mod cors;
pub mod edge;
pub mod extract;
pub mod limit_headers;
pub mod oauth;
pub mod operations;
pub mod web;
pub mod well_known;

use actix_web::web::{Data, ServiceConfig, get, head, resource};
use actix_web::{FromRequest, Handler, Resource, Responder};

use crate::app::App;

/// Every route of the server.
pub fn routes(config: &mut ServiceConfig, app: &Data<App>) {
    operations::routes(config);
    well_known::routes(config);
    api::routes(config);
    web::authorization(config, app);
    oauth::routes(config);
    compat::qanatix::routes(config);
    web::routes(config, app);
}

/// What GET shows, and HEAD too: actix does not answer HEAD by itself, and mail scanners, monitors and caches ask with
/// it. A form adds its `.post(…)`; every other method is answered with 405 and what is allowed.
fn shown<F, Args>(path: &str, show: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource(path).route(get().to(show.clone())).route(head().to(show))
}
