//! From a view to an answer, and from a path to a page.

use actix_web::http::StatusCode;
use actix_web::web;
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder};
use askama::Template;

use super::outcome::WebError;

/// What most handlers of pages return.
pub type Answer = Result<HttpResponse, WebError>;

/// A view that can be the answer.
pub trait Page: Template {
    /// 200.
    ///
    /// # Errors
    /// When the template does not render.
    fn ok(&self) -> Answer {
        self.with_status(StatusCode::OK)
    }

    /// 422: the form again, with what is wrong in it.
    ///
    /// # Errors
    /// When the template does not render.
    fn unprocessable(&self) -> Answer {
        self.with_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// The page, with this status.
    ///
    /// # Errors
    /// When the template does not render.
    fn with_status(&self, status: StatusCode) -> Answer {
        let html = self.render().map_err(|error| WebError::Unexpected(error.to_string()))?;
        Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
    }
}

impl<T: Template> Page for T {}

/// A page that GET shows, and HEAD too: actix does not answer HEAD by itself, and mail scanners, monitors and caches
/// ask with it. A form adds its `.post(…)`; every other method is answered with 405 and what is allowed.
pub(super) fn page<F, Args>(path: &str, show: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(show.clone())).route(web::head().to(show))
}
