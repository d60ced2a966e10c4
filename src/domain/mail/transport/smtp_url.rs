//! Where a mail server is, and how far the way to it is trusted.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use secrecy::SecretString;

/// A mail server, as the setting names it.
///
/// | form | meaning | port |
/// |---|---|---|
/// | `smtps://user:password@host` | encrypted from the first byte | 465 |
/// | `smtp+starttls://user:password@host`, `smtp://host?tls=required` | encrypted before anything is said | 587 |
/// | `smtp://localhost` | in the clear, on this machine | 25 |
/// | `smtp://host?tls=off` | in the clear, where the network between is trusted | 25 |
#[derive(Clone)]
pub struct SmtpUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) login: Option<Login>,
}

/// What protects the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    Clear,
    StartTls,
    Tls,
}

/// Who we are to the server.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: SecretString,
}

/// Why a text names no mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSmtpUrl {
    /// Another scheme, or none.
    #[error("the SMTP URL must begin with smtps://, smtp+starttls:// or smtp://")]
    UnknownScheme,
    /// No host, or a port that is no number.
    #[error("the SMTP URL must have the form smtps://user:password@host:port")]
    Malformed,
    /// A user without a password, or a `%` that encodes nothing.
    #[error("the SMTP URL must have the user and the password as user:password@, with special characters as %XX")]
    BadLogin,
    /// Something after the `?` that means nothing.
    #[error("the SMTP URL knows one option: tls=required or tls=off")]
    UnknownOption,
    /// In the clear to another machine, without saying that this is meant.
    #[error(
        "smtp:// would send mail to another machine unencrypted. Use smtps:// or smtp+starttls://, or add ?tls=off if the network between is trusted"
    )]
    Unencrypted,
}

impl FromStr for SmtpUrl {
    type Err = BadSmtpUrl;

    fn from_str(url: &str) -> Result<Self, BadSmtpUrl> {
        let (scheme, rest) = url.split_once("://").ok_or(BadSmtpUrl::UnknownScheme)?;
        let (rest, option) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (login, place) = match authority.rsplit_once('@') {
            Some((login, place)) => (Some(read_login(login)?), place),
            None => (None, authority),
        };
        let (host, port) = read_place(place)?;
        let security = security(scheme, option, host)?;
        let port = port.unwrap_or(match security {
            Security::Clear => 25,
            Security::StartTls => 587,
            Security::Tls => 465,
        });
        Ok(Self { host: host.to_owned(), port, security, login })
    }
}

fn read_login(text: &str) -> Result<Login, BadSmtpUrl> {
    let (user, password) = text.split_once(':').ok_or(BadSmtpUrl::BadLogin)?;
    Ok(Login { user: percent_decoded(user)?, password: SecretString::from(percent_decoded(password)?) })
}

/// RFC 3986 §2.1.
fn percent_decoded(text: &str) -> Result<String, BadSmtpUrl> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).ok_or(BadSmtpUrl::BadLogin)?;
        let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| plain).ok_or(BadSmtpUrl::BadLogin)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| BadSmtpUrl::BadLogin)
}

fn read_place(place: &str) -> Result<(&str, Option<u16>), BadSmtpUrl> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or(BadSmtpUrl::Malformed)?;
            (host, rest.strip_prefix(':').map(Some).unwrap_or(None))
        }
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(harmless) {
        return Err(BadSmtpUrl::Malformed);
    }
    let port = port.map(str::parse).transpose().map_err(|_| BadSmtpUrl::Malformed)?;
    Ok((host, port))
}

fn security(scheme: &str, option: &str, host: &str) -> Result<Security, BadSmtpUrl> {
    let on_this_machine = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    match (scheme, option) {
        ("smtps", "") => Ok(Security::Tls),
        ("smtp+starttls", "") | ("smtp", "tls=required") => Ok(Security::StartTls),
        ("smtp", "tls=off") => Ok(Security::Clear),
        ("smtp", "") if on_this_machine => Ok(Security::Clear),
        ("smtp", "") => Err(BadSmtpUrl::Unencrypted),
        ("smtps" | "smtp+starttls" | "smtp", _) => Err(BadSmtpUrl::UnknownOption),
        _ => Err(BadSmtpUrl::UnknownScheme),
    }
}

/// Without the user and the password.
impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.login.is_some() { "…@" } else { "" };
        write!(f, "{:?}://{login}{}:{}", self.security, self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(url: &str) -> Result<(Security, String, u16), BadSmtpUrl> {
        SmtpUrl::from_str(url).map(|url| (url.security, url.host, url.port))
    }

    #[test]
    fn each_form_says_how_the_connection_is_protected() {
        let is = |security, host: &str, port| Ok((security, host.to_owned(), port));
        assert_eq!(read("smtps://mail.example.com"), is(Security::Tls, "mail.example.com", 465));
        assert_eq!(read("smtp+starttls://u:p@mail.example.com/"), is(Security::StartTls, "mail.example.com", 587));
        assert_eq!(read("smtp://mail.example.com:25?tls=required"), is(Security::StartTls, "mail.example.com", 25));
        assert_eq!(read("smtp://127.0.0.1:1025"), is(Security::Clear, "127.0.0.1", 1025));
        assert_eq!(read("smtp://[::1]:1025"), is(Security::Clear, "::1", 1025));
        assert_eq!(read("smtp://mailpit:1025?tls=off"), is(Security::Clear, "mailpit", 1025));
    }

    #[test]
    fn r56_mail_never_leaves_the_machine_unencrypted_by_accident() {
        assert_eq!(read("smtp://mail.example.com"), Err(BadSmtpUrl::Unencrypted));
        assert_eq!(read("smtp://mail.example.com?tls=opportunistic"), Err(BadSmtpUrl::UnknownOption));
        assert_eq!(read("smtps://mail.example.com?tls=off"), Err(BadSmtpUrl::UnknownOption));
    }

    #[test]
    fn what_names_no_server_is_refused() {
        for (wrong, why) in [
            ("", BadSmtpUrl::UnknownScheme),
            ("http://localhost", BadSmtpUrl::UnknownScheme),
            ("smtps://", BadSmtpUrl::Malformed),
            ("smtps://host:port", BadSmtpUrl::Malformed),
            ("smtps://ho st", BadSmtpUrl::Malformed),
            ("smtps://[::1", BadSmtpUrl::Malformed),
            ("smtps://user@host", BadSmtpUrl::BadLogin),
            ("smtps://user:%zz@host", BadSmtpUrl::BadLogin),
            ("smtps://user:%+f@host", BadSmtpUrl::BadLogin),
        ] {
            assert_eq!(read(wrong), Err(why), "{wrong}");
        }
    }

    #[test]
    fn a_password_may_hold_any_character_and_is_never_printed() {
        let url = SmtpUrl::from_str("smtps://me%40example.com:p%40s%2Fs%C3%A9@host").expect("a valid URL");
        assert_eq!(format!("{url:?}"), "Tls://…@host:465");
        let login = url.login.expect("a login");
        assert_eq!((login.user.as_str(), login.password.expose_secret()), ("me@example.com", "p@s/sé"));
    }
}
