//! Whether a browser sent a request because a page of ours asked it to: the browser's own word (Fetch Metadata, else `Origin`,
//! else `Referer`), which no page can change.

use actix_web::HttpRequest;
use actix_web::http::Uri;
use actix_web::http::header::{HeaderName, ORIGIN, REFERER};
use actix_web::web::Data;

use crate::app::App;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request says about the page that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// A page of ours, or nobody but the person.
    Ours,
    /// Somebody else's.
    Foreign,
    /// Nothing: it carries none of the headers that browsers send.
    Unsaid,
}

/// What a request says about the page that it comes from.
pub fn site_of(request: &HttpRequest) -> Site {
    let app = request.app_data::<Data<App>>().expect("every server has its App");
    let header = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let ours = match (header(SEC_FETCH_SITE), header(ORIGIN), header(REFERER)) {
        (Some(site), _, _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), _) => names_us(app, origin),
        (None, None, Some(referer)) => names_us(app, referer),
        (None, None, None) => return Site::Unsaid,
    };
    if ours { Site::Ours } else { Site::Foreign }
}

/// Whether an `Origin` or a `Referer` names this server, by the scheme people use.
fn names_us(app: &App, address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    let scheme = if app.public_url.is_https() { "https" } else { "http" };
    let authority = uri.authority().map(actix_web::http::uri::Authority::as_str);
    uri.scheme_str() == Some(scheme) && authority.is_some_and(|authority| app.hosts.includes(authority))
}
