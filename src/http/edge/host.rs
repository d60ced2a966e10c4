//! Which hosts we answer for. Links are built from the public URL alone; a request that names another host gets no
//! page at all, so that no cache and no mail can be made to carry a foreign name.

use actix_web::dev::RequestHead;
use actix_web::http::header::HOST;

use crate::config::Http;
use crate::http::api::Code;

/// The `Host` values that are answered, in lower case.
pub struct Hosts(Vec<String>);

impl Hosts {
    /// The public URL's, those of the settings, and on a loopback address its usual names.
    pub fn new(http: &Http) -> Self {
        let mut names = vec![http.public_url.authority().to_ascii_lowercase()];
        names.extend(http.allowed_hosts.iter().map(|name| name.to_ascii_lowercase()));
        if http.bind.ip().is_loopback() {
            let port = http.bind.port();
            names.extend(["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}")));
        }
        Self(names)
    }

    /// Whether this is a host of ours.
    pub fn includes(&self, authority: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(authority))
    }

    /// Whether the request names a host of ours, once: 400 when it names none or several, 421 when it names another
    /// (RFC 9110 §7.2, §15.5.20). Probes ask for health by address, so health is answered for any host.
    pub(super) fn check(&self, head: &RequestHead) -> Result<(), Code> {
        if matches!(head.uri.path(), "/healthz" | "/readyz") {
            return Ok(());
        }
        let mut named = head.headers().get_all(HOST);
        let (Some(host), None) = (named.next(), named.next()) else { return Err(Code::Invalid) };
        let host = host.to_str().map_err(|_| Code::Invalid)?;
        let target = head.uri.authority().map(actix_web::http::uri::Authority::as_str);
        if self.includes(host) && target.is_none_or(|target| self.includes(target)) { Ok(()) } else { Err(Code::WrongHost) }
    }
}
