//! From a view to an answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use askama::Template;

use super::outcome::WebError;
pub(super) use crate::http::shown as page;

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

/// 303: what was sent is done, the rest is to be read there.
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}
