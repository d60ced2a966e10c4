//! Where an app is led back to, once somebody has decided (RFC 6749 section 3.1.2, RFC 8252 section 7).
//!
//! What an app asks for is one of its registered addresses letter for letter (RFC 9700 section 2.1): nothing is decoded,
//! folded or resolved, so no two readings of an address can differ. Only the port of a program on the person's own machine
//! is free (RFC 8252 section 7.3): it takes the one that it finds.

use std::net::Ipv6Addr;

/// A registered address: `https://…`, `http://` on this machine alone, or a scheme of the app's own with a dot in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri(String);

/// Why an address is none to be led back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirectUri {
    /// Longer than any, or with characters that are none of an address.
    #[error("It has up to 500 plain characters, without spaces, quotes, backslashes, stars and #.")]
    Characters,
    /// Another scheme.
    #[error(
        "It begins with https://, with http://127.0.0.1, http://[::1] or http://localhost, or with a scheme of the app's own that has a dot in it, such as com.example.app:/"
    )]
    Scheme,
    /// No host that could be one, or somebody's name before it.
    #[error(
        "Its host is a name in small letters or an address, perhaps with a port, and nothing before it: https://app.example.com/back"
    )]
    Host,
}

impl RedirectUri {
    /// How many bytes one may have.
    pub const MAX: usize = 500;

    /// Parses an address that an administrator registers.
    ///
    /// # Errors
    /// When it could be read as another address, or leads where nobody should be led.
    pub fn parse(text: &str) -> Result<Self, BadRedirectUri> {
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\"'\\*#<>`{}|^;,".contains(&b));
        if !plain || text.is_empty() || text.len() > Self::MAX {
            return Err(BadRedirectUri::Characters);
        }
        let (scheme, rest) = text.split_once(':').ok_or(BadRedirectUri::Scheme)?;
        match (scheme, rest.strip_prefix("//")) {
            ("https", Some(rest)) => host_of(rest).map(drop)?,
            ("http", Some(rest)) if !is_loopback(host_of(rest)?) => return Err(BadRedirectUri::Scheme),
            ("http", Some(_)) => {}
            (own, _) if is_private(own) && rest.starts_with('/') => {}
            _ => return Err(BadRedirectUri::Scheme),
        }
        Ok(Self(text.to_owned()))
    }

    /// The address, as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an app that asks for `asked` may be led there.
    pub fn allows(&self, asked: &str) -> bool {
        match (without_port(&self.0), without_port(asked)) {
            (Some(own), Some(asked)) => own == asked,
            _ => self.0 == asked,
        }
    }
}

/// The host of what follows `//`, with brackets; an authority is a host and perhaps a port, and nothing else.
fn host_of(rest: &str) -> Result<&str, BadRedirectUri> {
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    let after_host = authority.find(']').map_or(0, |end| end + 1);
    let (host, port) = match authority[after_host..].find(':') {
        Some(at) => (&authority[..after_host + at], Some(&authority[after_host + at + 1..])),
        None => (authority, None),
    };
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).is_some_and(|host| host.parse::<Ipv6Addr>().is_ok());
    let letters =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let good_port = port.is_none_or(is_port);
    if good_port && (v6 || host.split('.').all(letters)) { Ok(host) } else { Err(BadRedirectUri::Host) }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "[::1]" | "localhost")
}

/// A scheme that an app makes from a name that is its maker's (RFC 8252 section 7.1). The dot keeps `javascript`, `data` and
/// their like out.
fn is_private(scheme: &str) -> bool {
    let plain = scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b));
    plain && scheme.starts_with(|c: char| c.is_ascii_lowercase()) && scheme.contains('.') && !scheme.ends_with('.')
}

/// The host and what follows the port, of an address on this machine; nothing of any other.
fn without_port(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let host = host_of(rest).ok().filter(|host| is_loopback(host))?;
    let after = &rest[host.len()..];
    let path = after.find(['/', '?']).map_or("", |at| &after[at..]);
    Some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_to_be_led_back_to_is_plain() {
        for good in [
            "https://app.example.com/back",
            "https://app.example.com:8443/back?from=latchkey",
            "https://app.example.com",
            "https://203.0.113.7/back",
            "http://127.0.0.1/back",
            "http://127.0.0.1:4711/back",
            "http://[::1]/back",
            "http://localhost:3000/",
            "com.example.app:/back",
            "com.example.app://back/here",
        ] {
            assert_eq!(RedirectUri::parse(good).map(|uri| uri.0), Ok(good.to_owned()), "{good}");
        }
        let long = format!("https://a.example/{}", "a".repeat(500));
        for wrong in
            ["", " https://a.example", "https://a.example/#x", "https://*.example", "https://a.example\\b", "https://ä", &long]
        {
            assert_eq!(RedirectUri::parse(wrong), Err(BadRedirectUri::Characters), "{wrong}");
        }
        for wrong in [
            "a",
            "http://a.example/",
            "javascript:alert(1)",
            "data:x",
            "HTTPS://a.example",
            "https:/a.example",
            "ftp://a",
            "com.app:x",
            "myapp:/x",
            "http://127.0.0.1.evil.test/",
        ] {
            assert_eq!(RedirectUri::parse(wrong), Err(BadRedirectUri::Scheme), "{wrong}");
        }
        for wrong in [
            "https://u@a.example/",
            "https://",
            "https:///x",
            "https://A.example/",
            "https://a.example:/",
            "https://a.example:0/",
            "https://a.example:99999/",
            "https://a..b/",
            "https://[::g]/",
        ] {
            assert_eq!(RedirectUri::parse(wrong), Err(BadRedirectUri::Host), "{wrong}");
        }
    }

    #[test]
    fn r96_an_app_is_led_to_its_registered_address_letter_for_letter_and_nowhere_else() {
        let own = RedirectUri::parse("https://good.example/back").expect("an address");
        assert!(own.allows("https://good.example/back"));
        for evil in [
            "https://good.example@evil.test/back",
            "https://evil.test/https://good.example/back",
            "https://good.example.evil.test/back",
            "https://sub.good.example/back",
            "https://good.example/back/",
            "https://good.example/back/../evil",
            "https://good.example/%62ack",
            "https://good.example/back?x=1",
            "https://good.example/back#x",
            "https://good.example:8443/back",
            "https://good.example:443/back",
            "https://GOOD.example/back",
            "http://good.example/back",
            "//evil.test",
            "https://good.example\\@evil.test/back",
            "",
        ] {
            assert!(!own.allows(evil), "{evil}");
        }
    }

    #[test]
    fn r96_on_this_machine_the_port_is_free_and_nothing_else() {
        let own = RedirectUri::parse("http://127.0.0.1/back").expect("an address");
        for good in ["http://127.0.0.1/back", "http://127.0.0.1:1/back", "http://127.0.0.1:65535/back"] {
            assert!(own.allows(good), "{good}");
        }
        for evil in [
            "http://127.0.0.1:4711@evil.test/back",
            "http://127.0.0.1:4711/other",
            "http://127.0.0.1.evil.test/back",
            "http://localhost:4711/back",
            "http://127.0.0.1:/back",
            "http://127.0.0.1:x/back",
            "http://127.0.0.1:70000/back",
            "http://127.0.0.1:4711/back#x",
            "http://127.0.0.1:4711?/back",
            "https://127.0.0.1/back",
        ] {
            assert!(!own.allows(evil), "{evil}");
        }
    }
}
