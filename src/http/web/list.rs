//! The marks of a list that is too long for one page.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped_by_three() {
        let texts = [0, 12, 999, 1_000, 12_408, -1_234_567].map(|n| grouped(&n));
        assert_eq!(texts, ["0", "12", "999", "1\u{202f}000", "12\u{202f}408", "−1\u{202f}234\u{202f}567"]);
    }
}
