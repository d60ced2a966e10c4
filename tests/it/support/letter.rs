//! Reading a mail as a person would.

/// The first address in it whose path begins with `start`, as a path.
#[track_caller]
pub fn link(mail: &str, start: &str) -> String {
    let mail = text(mail);
    let at = mail.find(start).unwrap_or_else(|| panic!("no {start} in {mail}"));
    mail[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_')).collect()
}

/// The line of six digits in it.
#[track_caller]
pub fn code(mail: &str) -> String {
    let mail = text(mail);
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    mail.lines().map(str::trim).find(is_code).unwrap_or_else(|| panic!("no code in {mail}")).to_owned()
}

/// The mail without the soft line breaks of quoted-printable (RFC 2045 §6.7).
pub fn text(mail: &str) -> String {
    mail.replace("=\r\n", "").replace("=\n", "")
}
