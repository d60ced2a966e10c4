//! The headers of every answer, also of errors and of files.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::config::Http;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const PERMISSIONS: &str = "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), \
    microphone=(), payment=(), usb=()";
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What a page puts into the extensions of its answer when its form is answered with another place than here: a source of
/// a Content-Security-Policy. Browsers hold the whole way of a form to it.
pub struct FormsLeadTo(pub String);

/// The headers that never change while the process runs.
pub struct SecurityHeaders {
    transport: Option<HeaderValue>,
}

impl SecurityHeaders {
    /// With the demand for HTTPS (RFC 6797) when people use HTTPS.
    pub fn new(http: &Http) -> Self {
        let demand = if http.hsts_subdomains { "max-age=63072000; includeSubDomains" } else { "max-age=63072000" };
        Self { transport: http.public_url.is_https().then(|| HeaderValue::from_static(demand)) }
    }

    /// Adds them. What a handler has set stays: files are cached, a page may be stricter about the referrer.
    pub fn add(&self, path: &str, response: &mut HttpResponse) {
        let policy = response.extensions().get::<FormsLeadTo>().map_or(HeaderValue::from_static(CSP), policy_with);
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(OPENER, HeaderValue::from_static("same-origin"));
        headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
        headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static(if secret_in(path) { "no-referrer" } else { "same-origin" }));
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if let Some(transport) = &self.transport {
            headers.insert(STRICT_TRANSPORT_SECURITY, transport.clone());
        }
    }
}

fn policy_with(FormsLeadTo(place): &FormsLeadTo) -> HeaderValue {
    let policy = CSP.replace("form-action 'self'", &format!("form-action 'self' {place}"));
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(CSP))
}

/// Pages whose address is a secret, or that show one.
fn secret_in(path: &str) -> bool {
    ["/verify/", "/setup/", "/profile/tokens"].iter().any(|start| path.starts_with(start))
}
