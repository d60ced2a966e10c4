//! The turns of phrase that several mails share.

use crate::base::text::PersonName;
use crate::base::time::{Span, Timestamp};

/// What a new password meant for the tokens; nothing if it meant nothing.
pub(super) fn revoked_too(tokens: u64) -> String {
    match tokens {
        0 => String::new(),
        1 => " Its API token was revoked.".into(),
        many => format!(" Its {many} API tokens were revoked."),
    }
}

/// Exact, with its zone, and in words.
pub(super) fn moment(at: Timestamp, now: Timestamp) -> String {
    format!("{} ({})", at.day_and_time(), at.relative_to(now))
}

/// How many characters a name may have to be called by it.
const GREETED: usize = 50;

/// Greets by name, unless the name is an advertisement: whoever signs up with somebody else's address chooses what
/// we would write to that person.
pub(super) fn greeting(name: &PersonName) -> String {
    let name = name.as_str();
    if name.is_empty() || name.chars().count() > GREETED || reads_as_a_link(name) {
        return "Hello,".into();
    }
    format!("Hello {name},")
}

/// A name that somebody chose for a stranger to read; other words where it is an advertisement.
pub(super) fn as_itself<'a>(name: &'a str, otherwise: &'a str) -> &'a str {
    if reads_as_a_link(name) { otherwise } else { name }
}

/// Whether a mail program would make a link of it: an address, a scheme, or a dot inside a word ("example.com", but
/// not "J.R.R. Tolkien").
fn reads_as_a_link(text: &str) -> bool {
    let dot_in_word = |word: &str| {
        let mut labels = word.split('.');
        let before = labels.next().unwrap_or_default();
        !before.is_empty() && labels.any(|label| label.chars().filter(|c| c.is_alphanumeric()).count() > 1)
    };
    text.contains(['@', ':', '/', '\\']) || text.split_whitespace().any(dot_in_word)
}

/// In days, to the nearest, and one at least.
pub(super) fn days_until(end: Timestamp, now: Timestamp) -> String {
    let days = (end.since(now).micros() + Span::hours(12).micros()) / Span::days(1).micros();
    if days > 1 { format!("{days} days") } else { "1 day".into() }
}

/// As lines of a plain mail, of 80 characters at the most where words are shorter than that.
pub(super) fn wrapped(text: &str) -> String {
    let (mut lines, mut width) = (String::new(), 0);
    for word in text.split_whitespace() {
        let long = word.chars().count();
        if width > 0 {
            let breaks = width + 1 + long > 80;
            lines.push(if breaks { '\n' } else { ' ' });
            width = if breaks { 0 } else { width + 1 };
        }
        lines.push_str(word);
        width += long;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_greeted_by_name_and_advertisements_are_not() {
        let greet = |text: &str| greeting(&PersonName::parse(text).expect("a name"));
        for name in ["Ada", "José O'Brien-Smith", "J.R.R. Tolkien", "Dr. Grace Hopper", "Sammy Davis Jr."] {
            assert_eq!(greet(name), format!("Hello {name},"));
        }
        let long = "You have won ".repeat(5);
        for name in ["", "win at example.com", "http://e", "www.example.com", "a@b", "evil.example/x", &long] {
            assert_eq!(greet(name), "Hello,", "{name}");
        }
    }
}
