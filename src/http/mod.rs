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
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder};

use crate::app::App;
use crate::config::Door;

/// Every route of the doors that are open. What lies behind a closed one is not found, as if it had never been.
pub fn routes(config: &mut ServiceConfig, app: &Data<App>) {
    let doors = app.doors;
    operations::routes(config);
    well_known::routes(config, doors);
    if doors.has(Door::Native) || doors.has(Door::Authz) {
        api::routes(config, doors);
    }
    if doors.has(Door::OAuth) {
        // People decide about apps on a page.
        if doors.has(Door::Web) {
            web::authorization(config, app);
        }
        oauth::routes(config);
    }
    if doors.has(Door::Qanatix) {
        compat::qanatix::routes(config);
    }
    if doors.has(Door::Qelos) {
        compat::qelos::routes(config, app);
    }
    if doors.has(Door::Qnsp) {
        compat::qnsp::routes(config);
    }
    if doors.has(Door::Web) {
        web::routes(config, app);
    } else {
        config.default_service(actix_web::web::to(nowhere));
    }
}

/// No such path, where there are no pages either.
async fn nowhere() -> HttpResponse {
    let code = api::Code::NotFound;
    HttpResponse::build(code.status()).content_type("text/plain; charset=utf-8").body(code.sentences() + "\n")
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
