//! The marks of a list that is too long for one page.

use actix_web::HttpRequest;

use super::error::Trouble;
use super::outcome::WebError;
use crate::base::page::Cursor;
use crate::base::secret::Keys;
use crate::domain::credentials::Counts;
use crate::http::extract::query;

/// Where the other pages of a list are.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// The first page, when this is another one.
    pub first: Option<String>,
    /// The next page, when there is one.
    pub next: Option<String>,
}

/// The head of a column that a list can be sorted by.
#[derive(Debug, Clone)]
pub struct SortHead {
    /// What the column is called.
    pub label: &'static str,
    /// The list sorted by it, or sorted the other way round.
    pub href: String,
    /// How the list is sorted by it now.
    pub sorted: Sorted,
}

/// How a list is sorted by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// By another column.
    No,
    /// Smallest, earliest or `a` first.
    Up,
    /// Largest, latest or `z` first.
    Down,
}

/// The address of a list: its path, and what was asked of it.
#[derive(Debug, Clone)]
pub struct Address {
    path: String,
    query: Vec<(&'static str, String)>,
}

impl Address {
    /// The list, with nothing asked of it.
    pub fn of(path: impl Into<String>) -> Self {
        Self { path: path.into(), query: Vec::new() }
    }

    /// The same, asked for something; an empty value asks for nothing.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.retain(|(known, _)| *known != name);
        let value = value.into();
        if !value.is_empty() {
            self.query.push((name, value));
        }
        self
    }

    /// As a link has it.
    pub fn href(&self) -> String {
        if self.query.is_empty() {
            return self.path.to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        format!("{}?{query}", self.path)
    }
}

impl Pager {
    /// Of the list at `here`, on the page after `after`, with the sealed cursor of the next page.
    pub fn of(here: &Address, after: Option<&Cursor>, next: Option<String>) -> Self {
        Self { first: after.map(|_| here.href()), next: next.map(|cursor| here.clone().with("after", cursor).href()) }
    }
}

/// Where the request wants the list to go on; nothing for its first page.
///
/// # Errors
/// 400 for anything that was not written for this list.
pub fn cursor(request: &HttpRequest, keys: &Keys, list: &str) -> Result<Option<Cursor>, WebError> {
    match query(request, "after") {
        Some(text) => Cursor::open(&text, keys, list).map(Some).ok_or(Trouble::Unreadable.into()),
        None => Ok(None),
    }
}

/// A number as people read it: `12 408`, with narrow no-break spaces.
pub fn grouped(number: &i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if *number < 0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// How many tokens there are, as far as they are counted: `1 000+` stands for any number beyond.
pub fn counted(number: &i64) -> String {
    if *number > Counts::MOST { format!("{}+", grouped(&Counts::MOST)) } else { grouped(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_ends_where_nobody_counts_on() {
        assert_eq!([0, 999, 1_000, 1_001].map(|n| counted(&n)), ["0", "999", "1\u{202f}000", "1\u{202f}000+"]);
    }

    #[test]
    fn the_address_of_a_list_says_what_was_asked_and_no_more() {
        let list = Address::of("/a");
        assert_eq!(list.clone().with("q", "").href(), "/a");
        let asked = list.with("q", "b & c").with("state", "expired");
        assert_eq!(asked.href(), "/a?q=b+%26+c&state=expired");
        assert_eq!(asked.with("q", "\"><").href(), "/a?state=expired&q=%22%3E%3C");
    }

    #[test]
    fn long_numbers_are_grouped_by_three() {
        let texts = [0, 12, 999, 1_000, 12_408, -1_234_567].map(|n| grouped(&n));
        assert_eq!(texts, ["0", "12", "999", "1\u{202f}000", "12\u{202f}408", "−1\u{202f}234\u{202f}567"]);
    }
}
