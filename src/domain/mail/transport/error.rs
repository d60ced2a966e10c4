//! Why a letter was not taken, told apart by what follows from it.

use std::error::Error as _;
use std::{fmt, io};

use lettre::transport::smtp;

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The server will never take this letter (a 5xx reply).
    Refused,
    /// The server does not take this letter now (a 4xx reply).
    Deferred,
    /// The server does not accept our user name and password.
    SignIn,
    /// There is no connection, or it broke.
    Unreachable,
    /// The server took longer than it may.
    Timeout,
    /// The server offers no encryption, or its certificate is not valid for its name.
    Certificate,
    /// The mail folder cannot be written.
    Folder,
    /// The stored message cannot be read.
    Unreadable,
}

impl Class {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Refused,
        Self::Deferred,
        Self::SignIn,
        Self::Unreachable,
        Self::Timeout,
        Self::Certificate,
        Self::Folder,
        Self::Unreadable,
    ];

    /// The word that is kept and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Deferred => "deferred",
            Self::SignIn => "sign-in",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Certificate => "certificate",
            Self::Folder => "folder",
            Self::Unreadable => "unreadable",
        }
    }

    /// Whether another attempt with the same letter is useless.
    pub fn is_permanent(self) -> bool {
        matches!(self, Self::Refused)
    }

    /// Whether any other letter would fail now just the same.
    pub fn concerns_every_letter(self) -> bool {
        match self {
            Self::SignIn | Self::Unreachable | Self::Timeout | Self::Certificate | Self::Folder => true,
            Self::Refused | Self::Deferred | Self::Unreadable => false,
        }
    }
}

/// A letter was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    class: Class,
    detail: String,
}

/// How much of a server's answer is kept, in characters.
const DETAIL_MAX: usize = 120;

impl SendError {
    /// Of this kind; of the detail only printable ASCII is kept, and one short line of it.
    pub fn new(class: Class, detail: &str) -> Self {
        let plain = |c: char| if c.is_ascii_graphic() { c } else { ' ' };
        Self { class, detail: detail.chars().take(DETAIL_MAX).map(plain).collect() }
    }

    /// What kind of failure it was.
    pub fn class(&self) -> Class {
        self.class
    }

    /// The time limit has passed.
    pub(super) fn timeout() -> Self {
        Self::new(Class::Timeout, "the server did not answer in time")
    }

    /// While connecting or sending.
    pub(super) fn of_smtp(error: &smtp::Error) -> Self {
        if let Some(code) = error.status() {
            let code = u16::from(code);
            let said = error.source().map(ToString::to_string).unwrap_or_default();
            return Self::new(class_of_reply(code), &format!("{code} {said}"));
        }
        if error.is_timeout() {
            return Self::timeout();
        }
        let class = if error.is_tls() || broken_encryption(error) { Class::Certificate } else { Class::Unreachable };
        Self::new(class, &error.source().map_or_else(|| error.to_string(), ToString::to_string))
    }
}

/// RFC 5321 §4.2; the codes about signing in are RFC 4954 §6.
fn class_of_reply(code: u16) -> Class {
    match code {
        421 => Class::Unreachable,
        454 | 530 | 534 | 535 | 538 => Class::SignIn,
        500.. => Class::Refused,
        _ => Class::Deferred,
    }
}

/// rustls reports a certificate that it does not accept, and bytes that are no TLS, as invalid data.
fn broken_encryption(error: &smtp::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        source = error.source();
    }
    false
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class.word(), self.detail)
    }
}

impl std::error::Error for SendError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_answer_is_kept_as_one_short_plain_line() {
        let error = SendError::new(Class::Refused, &format!("550 no\r\n\u{1b}[31m{}", "é".repeat(500)));
        let shown = error.to_string();
        assert!(shown.starts_with("refused: 550 no   [31m"), "{shown}");
        assert!(shown.chars().all(|c| c == ' ' || c.is_ascii_graphic()) && shown.len() < 140);
    }

    #[test]
    fn a_wrong_password_is_a_reason_to_wait_and_an_unknown_recipient_is_not() {
        assert!(!class_of_reply(535).is_permanent() && class_of_reply(535).concerns_every_letter());
        assert!(class_of_reply(550).is_permanent() && !class_of_reply(550).concerns_every_letter());
        assert!(!class_of_reply(451).is_permanent());
    }
}
