//! Texts that cannot be wrong once they exist: parsed at the door, trusted behind it.

use std::fmt;

use lettre::address as lettre_address;
use unicode_normalization::UnicodeNormalization;

/// An e-mail address, as its owner wrote it and as it is compared.
///
/// Two addresses are the same account exactly when their [`key`](Self::key)s are equal: white space around it is
/// dropped, the text is normalised (NFC), the domain becomes its lower-case ASCII form (IDNA, UTS 46) and the local
/// part is compared without case. Nothing else is folded: dots and `+tags` belong to the provider, not to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    written: String,
    key: String,
}

/// Why a text is no e-mail address we can write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEmail {
    /// Nothing there.
    #[error("Enter an email address.")]
    Empty,
    /// More than 254 bytes (RFC 5321 §4.5.3.1.3).
    #[error("This email address is too long: 254 characters at most.")]
    TooLong,
    /// Not of the form `name@domain`.
    #[error("Enter an email address in the form name@example.com.")]
    Malformed,
}

impl EmailAddress {
    /// Parses and canonicalises.
    ///
    /// # Errors
    /// When the text is no address, or one that look-alike letters could confuse with another.
    pub fn parse(text: &str) -> Result<Self, BadEmail> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err(BadEmail::Empty);
        }
        if text.len() > 254 {
            return Err(BadEmail::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(BadEmail::Malformed)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| BadEmail::Malformed)?;
        let written = format!("{local}@{domain}");
        if written.len() > 254 {
            return Err(BadEmail::TooLong);
        }
        let plain_domain = domain.contains('.') && domain.parse::<std::net::Ipv4Addr>().is_err();
        if !plain_domain || !local.chars().all(plain_local) || written.parse::<lettre_address::Address>().is_err() {
            return Err(BadEmail::Malformed);
        }
        let key = format!("{}@{domain}", local.to_lowercase().nfc().collect::<String>());
        Ok(Self { written, key })
    }

    /// The address as written, with its domain in ASCII: what mail is sent to.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The form that decides whether two addresses are the same.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The address for those who may know that there is one but not which: `a…@example.com`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.written.rsplit_once('@').unwrap_or_default();
        format!("{}…@{domain}", local.chars().next().unwrap_or_default())
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.written.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Letters that keep their identity under case folding and compatibility mapping. The Kelvin sign, full-width
/// letters and the dotless ı do not: with them, two addresses that look the same could be two accounts.
fn plain_local(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_graphic() && !matches!(c, '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | ']' | '\\' | '@');
    }
    c.is_alphanumeric() && c != 'ı' && std::iter::once(c).nfkc().eq(std::iter::once(c))
}

/// Who a mail is from: an address, perhaps of this machine, and the name shown with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    name: String,
    address: String,
}

impl Sender {
    /// Parses `Name <address>` or an address alone.
    ///
    /// # Errors
    /// When the address cannot send mail, or the name could break a mail's header.
    pub fn parse(text: &str) -> Result<Self, BadEmail> {
        let (name, address) = match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address),
            None => ("", text.trim()),
        };
        let name = printable(name, PersonName::MAX).map_err(|_| BadEmail::Malformed)?;
        let address: lettre_address::Address = address.parse().map_err(|_| BadEmail::Malformed)?;
        if name.contains(['<', '>', '"']) {
            return Err(BadEmail::Malformed);
        }
        Ok(Self { name, address: address.to_string() })
    }

    /// The name; empty if there is none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// The name of a person, as they want to be called. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonName(String);

/// The name of a thing: a token, a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing but white space.
    #[error("Enter a name.")]
    Empty,
    /// More characters than fit.
    #[error("This name is too long: {max} characters at most.")]
    TooLong {
        /// How many characters fit.
        max: usize,
    },
    /// A line break, a control character or an invisible direction mark.
    #[error("This name contains a character that cannot be shown, such as a line break. Remove it.")]
    Unprintable,
}

impl PersonName {
    /// How many characters a person's name may have.
    pub const MAX: usize = 100;

    /// Parses; white space around it is dropped.
    ///
    /// # Errors
    /// When it is too long or holds characters that could break a page or a mail's header.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        printable(text, Self::MAX).map(Self)
    }

    /// The name; empty if none was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Label {
    /// How many characters a label may have.
    pub const MAX: usize = 100;

    /// Parses; white space around it is dropped.
    ///
    /// # Errors
    /// When it is empty, too long or holds characters that cannot be shown.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        let text = printable(text, Self::MAX)?;
        if text.is_empty() { Err(BadName::Empty) } else { Ok(Self(text)) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that decides whether two names are the same: without case.
    pub fn key(&self) -> String {
        self.0.to_lowercase().nfkc().collect()
    }
}

/// A line of text that means nothing to us: a telephone number, the day of a birth. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(String);

impl Line {
    /// How many characters a line may have.
    pub const MAX: usize = 100;

    /// Parses; white space around it is dropped.
    ///
    /// # Errors
    /// When it is too long or holds characters that cannot be shown.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        printable(text, Self::MAX).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address of a picture: of the web, or a path of the product's own. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PictureAddress(String);

/// Why a text is no address of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPictureAddress {
    /// As of any text.
    #[error(transparent)]
    Text(#[from] BadName),
    /// Neither of the web nor a path.
    #[error("Enter an address that begins with https:// or with a slash.")]
    Scheme,
}

impl PictureAddress {
    /// How many characters it may have.
    pub const MAX: usize = 2_000;

    /// Parses. Nothing that a browser would run is an address of a picture.
    ///
    /// # Errors
    /// When it is too long, or of another kind.
    pub fn parse(text: &str) -> Result<Self, BadPictureAddress> {
        let text = printable(text, Self::MAX)?;
        let small = text.to_ascii_lowercase();
        let known = text.is_empty() || ["https://", "http://", "/"].iter().any(|start| small.starts_with(start));
        if known { Ok(Self(text)) } else { Err(BadPictureAddress::Scheme) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why somebody did something, in a line of their own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// How many characters a reason may have.
    pub const MAX: usize = 300;

    /// Parses; white space around it is dropped.
    ///
    /// # Errors
    /// When it is empty, too long or holds characters that cannot be shown.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        let text = printable(text, Self::MAX)?;
        if text.is_empty() { Err(BadName::Empty) } else { Ok(Self(text)) }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn printable(text: &str, max: usize) -> Result<String, BadName> {
    if text.len() > max * 16 {
        return Err(BadName::TooLong { max });
    }
    let text: String = text.trim().nfc().collect();
    if text.chars().any(unprintable) {
        return Err(BadName::Unprintable);
    }
    if text.chars().count() > max { Err(BadName::TooLong { max }) } else { Ok(text) }
}

/// Control characters, line and paragraph separators, and the marks that turn the direction of a text.
fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Result<String, BadEmail> {
        EmailAddress::parse(text).map(|e| e.key().to_owned())
    }

    #[test]
    fn spellings_of_one_address_are_one_account() {
        assert_eq!(key(" A@Example.com "), key("a@example.COM"));
        assert_eq!(key("zoë@bücher.example"), key("ZOË@xn--bcher-kva.example"));
        assert_eq!(key("\u{212a}@example.com"), key("k@example.com"), "the Kelvin sign is a K");
        assert_ne!(key("a.b@example.com"), key("ab@example.com"));
        assert_ne!(key("a+x@example.com"), key("a@example.com"));
    }

    #[test]
    fn look_alikes_and_malformed_addresses_are_refused() {
        let long = format!("{}@example.com", "a".repeat(250));
        for wrong in [
            "",
            "a",
            "a@",
            "@example.com",
            "a@b",
            "a b@example.com",
            "a@example.com\r\nBcc: v@e.com",
            "ı@example.com",
            "ａ@example.com",
            "a@xn--example-.org",
            "a@exa mple.com",
            "a@127.0.0.1",
            "<a@example.com>",
            &long,
        ] {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_keep_what_people_are_called_and_refuse_what_breaks_a_header() {
        assert_eq!(PersonName::parse(" José O'Brien-Smith ").map(|n| n.0), Ok("José O'Brien-Smith".to_owned()));
        assert_eq!(PersonName::parse("x\r\nBcc: v@e"), Err(BadName::Unprintable));
        assert_eq!(Label::parse(" \t "), Err(BadName::Empty));
        assert_eq!(Label::parse(&"n".repeat(10_000)), Err(BadName::TooLong { max: 100 }));
        assert_eq!(Label::parse("\u{202e}gnp.exe"), Err(BadName::Unprintable));
    }

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let parts = |text: &str| Sender::parse(text).map(|s| (s.name, s.address));
        assert_eq!(parts("Latchkey <latchkey@localhost>"), Ok(("Latchkey".into(), "latchkey@localhost".into())));
        assert_eq!(parts("\"Our Keys\" <keys@example.com>"), Ok(("Our Keys".into(), "keys@example.com".into())));
        assert_eq!(parts("keys@example.com"), Ok((String::new(), "keys@example.com".into())));
        for wrong in ["", "Latchkey", "Latchkey <>", "x\r\nBcc: v@e.com <a@b.com>", "<a@b.com> <c@d.com>", "a@b.com\r\nX: y"] {
            assert_eq!(parts(wrong), Err(BadEmail::Malformed), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn parsing_an_address_never_panics_and_is_stable(text in "\\PC{0,80}") {
            if let Ok(once) = EmailAddress::parse(&text) {
                let again = EmailAddress::parse(once.as_str()).expect("what was parsed parses");
                prop_assert_eq!(once, again);
            }
        }

        #[test]
        fn parsing_a_name_never_panics_and_is_stable(text in any::<String>()) {
            if let Ok(once) = Label::parse(&text) {
                prop_assert_eq!(Label::parse(once.as_str()), Ok(once));
            }
        }
    }
}
