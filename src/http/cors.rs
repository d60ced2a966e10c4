//! Which answers web pages of other origins may read: those to a publishable key whose list names the page, and no other.
//!
//! A browser asks before it sends a key, and that question (a preflight) carries no key, so nobody can know yet whose list
//! to look at. It is therefore answered for every origin, for the few operations that publishable keys may read, and it
//! grants nothing by itself: the request that follows is judged by its key, and only a page that the key names may read
//! the answer. Cookies mean nothing to `/v1`, so credentials are never allowed, and no answer is for everybody (`*`).

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::guard::{GuardContext, fn_guard};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, Route, web};

use crate::base::url::PublicUrl;
use crate::domain::credentials::Granted;

/// How long a browser need not ask again, in seconds.
const MAX_AGE: &str = "600";

/// The origin of a page that may read the answer.
#[derive(Clone)]
struct Reader(HeaderValue);

/// Remembers the page that asks, if the key names it.
pub fn admit(request: &HttpRequest, granted: &Granted) {
    let page = request.headers().get(ORIGIN);
    if let Some(page) = page.filter(|page| page.to_str().is_ok_and(|origin| granted.names_page(origin))) {
        request.extensions_mut().insert(Reader(page.clone()));
    }
}

/// Tells the browser that the page may read the answer, if it may.
///
/// # Errors
/// None of its own.
pub async fn tell(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = next.call(request).await?;
    let reader = response.request().extensions().get::<Reader>().cloned();
    if let Some(Reader(page)) = reader {
        let headers = response.response_mut().headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, page);
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    Ok(response)
}

/// The route that answers preflights; every other OPTIONS is a method like any that a path does not have.
pub fn preflight() -> Route {
    web::route().guard(fn_guard(is_preflight)).to(allow)
}

fn is_preflight(context: &GuardContext<'_>) -> bool {
    let head = context.head();
    let reads = head.headers().get(ACCESS_CONTROL_REQUEST_METHOD).is_some_and(|method| method == "GET" || method == "HEAD");
    head.method == Method::OPTIONS && reads && page_of(head.headers()).is_some()
}

/// The origin that a request names, in the one spelling that browsers use.
fn page_of(headers: &HeaderMap) -> Option<&HeaderValue> {
    headers
        .get(ORIGIN)
        .filter(|value| value.to_str().is_ok_and(|origin| PublicUrl::parse(origin).is_ok_and(|parsed| parsed.as_str() == origin)))
}

async fn allow(request: HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::NoContent();
    if let Some(page) = page_of(request.headers()) {
        answer
            .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, page.clone()))
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "authorization, x-api-key, content-type"))
            .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
            .insert_header((VARY, "Origin"));
    }
    answer.finish()
}
