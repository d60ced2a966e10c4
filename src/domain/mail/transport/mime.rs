//! From a letter to the bytes that travel (RFC 5322, MIME).

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::Letter;

/// Text first, HTML second, one recipient; marked as written by a machine (RFC 3834 §5), so that nobody's
/// out-of-office answers it.
pub(super) fn message(letter: &Letter) -> Message {
    let (name, from) = (letter.from.name(), letter.from.address());
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
    let micros = u64::try_from(letter.at.micros()).expect("no instant lies before 1970");
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
    let parts = MultiPart::alternative()
        .boundary(format!("latchkey_{}", letter.id))
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    Message::builder()
        .from(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address(from)))
        .to(Mailbox::new(None, address(letter.to.as_str())))
        .subject(letter.subject.clone())
        .date(UNIX_EPOCH + Duration::from_micros(micros))
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .raw_header(automatic)
        .multipart(parts)
        .expect("a letter has a sender and a recipient")
}

fn address(text: &str) -> Address {
    text.parse().expect("EmailAddress and Sender hold only what this rule takes")
}
