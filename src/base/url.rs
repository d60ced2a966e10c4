//! The address under which people and programs reach this service.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An origin: scheme, host and port, nothing after it (RFC 6454 §4).
///
/// Links in pages and mails are built from it alone, never from what a request says its host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
    secure: bool,
}

/// Why a text is no public URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPublicUrl {
    /// Neither `http://` nor `https://`.
    #[error("it must begin with https:// (or http:// on this machine alone)")]
    Scheme,
    /// A name, an address or a port that cannot be.
    #[error("its host or port cannot be read: write it like https://auth.example.com")]
    Host,
    /// Something follows the host and port, or precedes them.
    #[error("it must be a host and perhaps a port, without user, path or query: write it like https://auth.example.com")]
    NotAnOrigin,
}

impl PublicUrl {
    /// Parses; the host becomes lower-case ASCII, a default port and a last `/` are dropped.
    ///
    /// # Errors
    /// When it is not an origin of HTTP.
    pub fn parse(text: &str) -> Result<Self, BadPublicUrl> {
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(BadPublicUrl::Scheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@', '\\']) {
            return Err(BadPublicUrl::NotAnOrigin);
        }
        let (host, port) = split_port(rest)?;
        let host = canonical_host(host)?;
        let scheme = if secure { "https" } else { "http" };
        let usual = if secure { 443 } else { 80 };
        let text = match port {
            Some(port) if port != usual => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        };
        Ok(Self { text, host, secure })
    }

    /// The origin, without a `/` at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host alone: a name, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host and the port as a `Host` header names them.
    pub fn authority(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Whether it is HTTPS, so that cookies can be `Secure`.
    pub fn is_https(&self) -> bool {
        self.secure
    }

    /// Whether it can only mean this machine (RFC 6761 §6.3 for `localhost` names).
    pub fn is_loopback(&self) -> bool {
        let v6 = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self.host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || v6.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// The full address of a path that begins with `/`.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A path on this server that a redirect may lead to.
///
/// Browsers read `//host`, `/\host` and paths with stripped tabs or line breaks as other hosts; none of these is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// How many bytes it may have.
    const MAX: usize = 2_000;

    /// Parses; nothing if it could lead anywhere else.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        let local = text.starts_with('/') && !text.starts_with("//");
        (plain && local && text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// The path, with its query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), BadPublicUrl> {
    let after_host = if text.starts_with('[') { text.find(']').ok_or(BadPublicUrl::Host)? } else { 0 };
    match text[after_host..].find(':') {
        None => Ok((text, None)),
        Some(at) => {
            let (host, port) = text.split_at(after_host + at);
            let digits = &port[1..];
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let port = if plain { digits.parse().ok() } else { None };
            port.map(|port| (host, Some(port))).ok_or(BadPublicUrl::Host)
        }
    }
}

fn canonical_host(host: &str) -> Result<String, BadPublicUrl> {
    if let Some(v6) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return v6.parse::<Ipv6Addr>().map(|address| format!("[{address}]")).map_err(|_| BadPublicUrl::Host);
    }
    let name = idna::domain_to_ascii_strict(host).map_err(|_| BadPublicUrl::Host)?;
    if name.is_empty() { Err(BadPublicUrl::Host) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_has_one_spelling() {
        let text = |url: &str| PublicUrl::parse(url).map(|url| url.text);
        assert_eq!(text("https://Auth.Example.com:443/").as_deref(), Ok("https://auth.example.com"));
        assert_eq!(text("http://127.0.0.1:8080").as_deref(), Ok("http://127.0.0.1:8080"));
        assert_eq!(text("https://bücher.example").as_deref(), Ok("https://xn--bcher-kva.example"));
        assert_eq!(text("http://[0:0::1]:80").as_deref(), Ok("http://[::1]"));
        let url = PublicUrl::parse("https://auth.example.com:8443").expect("an origin");
        assert_eq!((url.host(), url.authority()), ("auth.example.com", "auth.example.com:8443"));
        assert_eq!(url.link("/login"), "https://auth.example.com:8443/login");
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for wrong in ["", "auth.example.com", "ftp://a.example", "HTTPS:/a.example"] {
            assert_eq!(PublicUrl::parse(wrong), Err(BadPublicUrl::Scheme), "{wrong}");
        }
        for wrong in
            ["https://a.example/x", "https://a.example//", "https://u:p@a.example", "https://a.example?x", "https://a\\b"]
        {
            assert_eq!(PublicUrl::parse(wrong), Err(BadPublicUrl::NotAnOrigin), "{wrong}");
        }
        for wrong in [
            "https://",
            "https://a b",
            "https://a:",
            "https://a:x",
            "https://a:70000",
            "https://[::1",
            "https://[a]",
            "https://a:1:2",
        ] {
            assert_eq!(PublicUrl::parse(wrong), Err(BadPublicUrl::Host), "{wrong}");
        }
    }

    #[test]
    fn r44_a_local_path_leads_nowhere_else() {
        for good in ["/", "/profile/tokens?sort=name", "/a/..//e", "/@e", "/%09/e", "/a//b"] {
            assert_eq!(LocalPath::parse(good).as_ref().map(LocalPath::as_str), Some(good));
        }
        let long = format!("/{}", "a".repeat(LocalPath::MAX));
        for wrong in ["", "a", "//e", "/\\e", "\\/e", "/a\\b", "/\t/e", " /a", "/a b", "/\r\nX: y", "https:e", "/ä", &long] {
            assert_eq!(LocalPath::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        let local = |url: &str| PublicUrl::parse(url).expect("an origin").is_loopback();
        assert!(["http://localhost", "http://app.localhost:1", "http://127.9.9.9", "http://[::1]:8080"].into_iter().all(local));
        assert!(!["http://localhost.example", "http://0.0.0.0", "http://[::]", "http://10.0.0.1"].into_iter().any(local));
    }
}
