//! How many guesses a password is worth.
//!
//! A list can hold only so many passwords, while `Password2024!`, `qwertyqwerty` and `abc123abc123` are in every
//! guesser's rules. So a text is read the way a guesser builds it: as listed words, repeats, runs over the keyboard,
//! counting, dates and single characters. Each piece costs the logarithm of the choices it stands for; the cheapest
//! reading of the whole is what the text is worth. (The idea is zxcvbn's: Wheeler, USENIX Security 2016.)

use zeroize::Zeroizing;

use super::blocklist::WORDS;

/// Tenths of a bit: a text of 280 is found among the first 2^28 guesses.
pub(super) type Cost = u32;

/// What is worth less is refused: one word with a year or a few digits behind it, two common words. Three words with
/// spaces between them are always worth more.
pub(super) const ENOUGH: Cost = 280;

/// What a text is worth to somebody who knows the lists, and these words about its owner. Values from [`ENOUGH`] on
/// are not told apart. Letters count alike in both cases.
pub(super) fn cost(text: &str, about_owner: &[String]) -> Cost {
    Reading::new(text, about_owner).cheapest()
}

/// A text that is being read.
struct Reading<'a> {
    about_owner: &'a [String],
    chars: Zeroizing<Vec<char>>,
    /// Where each character lies on the keyboard.
    keys: Zeroizing<Vec<Option<Key>>>,
    /// The text as it is and with the usual digits and symbols turned back into letters, all of the same layout.
    spellings: [Zeroizing<String>; 3],
    /// Where each character begins in a spelling, and where the last one ends.
    offsets: Vec<usize>,
}

impl<'a> Reading<'a> {
    fn new(text: &str, about_owner: &'a [String]) -> Self {
        let folded = fold(text);
        let offsets: Vec<usize> = folded.char_indices().map(|(at, _)| at).chain([folded.len()]).collect();
        // Sized before they are filled: a buffer that grows leaves its old text behind in memory.
        let mut chars = Zeroizing::new(Vec::with_capacity(offsets.len()));
        chars.extend(folded.chars());
        let keys = Zeroizing::new(chars.iter().map(|&c| key(c)).collect());
        let spelled = |one| {
            let mut spelling = Zeroizing::new(String::with_capacity(folded.len()));
            spelling.extend(folded.chars().map(|c| letter_for(c, one)));
            spelling
        };
        let (with_i, with_l) = (spelled('i'), spelled('l'));
        Self { about_owner, chars, keys, spellings: [folded, with_i, with_l], offsets }
    }

    /// The cheapest way through the text; what costs enough already is not followed further.
    fn cheapest(&self) -> Cost {
        let mut best = vec![ENOUGH; self.chars.len() + 1];
        best[0] = 0;
        for start in 0..self.chars.len() {
            let so_far = best[start];
            if so_far < ENOUGH {
                self.pieces(start, &mut |end, cost| best[end] = best[end].min(so_far + cost));
            }
        }
        best[self.chars.len()]
    }

    /// Every piece that begins here: where it ends, and what it costs.
    fn pieces(&self, start: usize, found: &mut impl FnMut(usize, Cost)) {
        found(start + 1, of_char(self.chars[start]));
        self.listed(start, found);
        self.owners(start, found);
        self.copies(start, found);
        self.walks(start, found);
        self.counting(start, found);
        self.dates(start, found);
    }

    fn listed(&self, start: usize, found: &mut impl FnMut(usize, Cost)) {
        for rest in self.rests(start) {
            for word in WORDS.that_begin(rest) {
                found(self.char_at(self.offsets[start] + word.len), word.bits * 10);
            }
        }
    }

    /// Words about the owner are what a guesser tries first.
    fn owners(&self, start: usize, found: &mut impl FnMut(usize, Cost)) {
        for rest in self.rests(start) {
            for word in self.about_owner.iter().filter(|word| rest.starts_with(word.as_str())) {
                found(self.char_at(self.offsets[start] + word.len()), 10);
            }
        }
    }

    /// Something again: `hunterhunter`, `abc-abc-abc-`, `aaaaaaaa`.
    fn copies(&self, start: usize, found: &mut impl FnMut(usize, Cost)) {
        for distance in 1..=start {
            let again = |&at: &usize| self.chars[at] == self.chars[at - distance] && is_tried(self.chars[at]);
            let length = (start..self.chars.len()).take_while(again).count();
            if length >= 3 {
                found(start + length, 40 + 10 * log2(length / distance));
            }
        }
    }

    /// Four and more neighbouring keys: `qwerty`, `1qaz`, `йцукен`. Each turn is one more choice. (The same key again is
    /// a copy: were it a step, every place in a long row of one letter would be looked at.)
    fn walks(&self, start: usize, found: &mut impl FnMut(usize, Cost)) {
        let (mut cost, mut last) = (50, None);
        for end in start + 1..self.chars.len() {
            let Some(step) = self.key_step(end - 1, end).filter(|&step| step != (0, 0)) else { return };
            cost += if last.is_some_and(|last| last != step) { 10 } else { 0 };
            last = Some(step);
            if end - start >= 3 {
                found(end + 1, cost);
            }
        }
    }

    /// Counting up or down, alone or up to four abreast: `abcdef`, `123456`, `a1b2c3`, `112233`, `010203`.
    fn counting(&self, start: usize, found: &mut impl FnMut(usize, Cost)) {
        for abreast in 1..=4 {
            let goes_on = |&at: &usize| self.counts(at, abreast, start);
            let end = start + abreast + (start + abreast..self.chars.len()).take_while(goes_on).count();
            if end >= start + 3 * abreast {
                let first: Cost = self.chars[start..start + abreast].iter().map(|&c| of_char(c) + 20).sum();
                found(end, first);
            }
        }
    }

    /// Whether the character goes on from the one `abreast` before it as that one did from its own: a step of one or
    /// none, by the alphabet or along a row of keys. The first may take any such step.
    fn counts(&self, at: usize, abreast: usize, start: usize) -> bool {
        let last = at - abreast;
        if !is_tried(self.chars[at]) {
            return false;
        }
        let (letters, keys) = (self.letter_step(last, at), self.row_step(last, at));
        if last < start + abreast {
            return letters.is_some() || keys.is_some();
        }
        let before = last - abreast;
        (letters.is_some() && letters == self.letter_step(before, last))
            || (keys.is_some() && keys == self.row_step(before, last))
    }

    /// The step from one character to another in the alphabet, if it is one or none.
    fn letter_step(&self, from: usize, to: usize) -> Option<i64> {
        let [from, to] = [from, to].map(|at| i64::from(u32::from(self.chars[at])));
        Some(to - from).filter(|step| step.abs() <= 1)
    }

    /// The step from one key to another in the same row, if it is one or none.
    fn row_step(&self, from: usize, to: usize) -> Option<i8> {
        self.key_step(from, to).filter(|(rows, _)| *rows == 0).map(|(_, columns)| columns)
    }

    /// The step from one key to a neighbour: rows and columns, one or none of each.
    fn key_step(&self, from: usize, to: usize) -> Option<Key> {
        let ((row, column), (to_row, to_column)) = (self.keys[from]?, self.keys[to]?);
        Some((to_row - row, to_column - column)).filter(|(rows, columns)| rows.abs() <= 1 && columns.abs() <= 1)
    }

    /// Years, and days of the calendar in six or eight digits.
    fn dates(&self, start: usize, found: &mut impl FnMut(usize, Cost)) {
        let rest = &self.chars[start..];
        let digits: Vec<u32> = rest.iter().take(8).map_while(|c| c.to_digit(10)).collect();
        let number = |range: std::ops::Range<usize>| digits[range].iter().fold(0, |n, d| n * 10 + d);
        let is_year = |n| (1900..2040).contains(&n);
        let is_day = |a, b| (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12);
        if digits.len() >= 4 && is_year(number(0..4)) {
            found(start + 4, 70);
        }
        if digits.len() >= 6 && (is_day(number(0..2), number(2..4)) || is_day(number(2..4), number(4..6))) {
            found(start + 6, 140);
        }
        let year_last = digits.len() == 8 && is_year(number(4..8)) && is_day(number(0..2), number(2..4));
        let year_first = digits.len() == 8 && is_year(number(0..4)) && is_day(number(4..6), number(6..8));
        if year_last || year_first {
            found(start + 8, 150);
        }
    }

    /// What is left from here on, in each spelling that differs.
    fn rests(&self, start: usize) -> impl Iterator<Item = &str> {
        let from = self.offsets[start];
        let [plain, with_i, with_l] = self.spellings.each_ref().map(|spelling| &spelling[from..]);
        let changed = (with_i != plain).then_some(with_i);
        let changed_twice = (with_l != with_i).then_some(with_l);
        [Some(plain), changed, changed_twice].into_iter().flatten()
    }

    fn char_at(&self, offset: usize) -> usize {
        self.offsets.binary_search(&offset).expect("words end where a character ends")
    }
}

/// The text without case.
pub(super) fn fold(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_lowercase())
}

/// The letter that a digit or symbol stands for in `p4$$w0rd`; a `1` may be either of two.
fn letter_for(c: char, one: char) -> char {
    match c {
        '4' | '@' => 'a',
        '3' => 'e',
        '1' | '!' | '|' => one,
        '0' => 'o',
        '5' | '$' => 's',
        '7' | '+' => 't',
        other => other,
    }
}

/// What one character costs that belongs to nothing.
fn of_char(c: char) -> Cost {
    match c {
        ' ' => 20,
        '0'..='9' => 33,
        'a'..='z' => 47,
        _ if c.is_ascii() => 40,
        _ if c.is_alphanumeric() => 50,
        _ => 100,
    }
}

/// Whether guessers write it in a row. They do with letters, digits and what keyboards have; twelve horses are fine.
fn is_tried(c: char) -> bool {
    c.is_ascii() || c.is_alphanumeric()
}

/// Row and column on the keyboard.
type Key = (i8, i8);

/// Where a character lies on the keyboard.
fn key(c: char) -> Option<Key> {
    const ROWS: [(i8, i8, &str); 8] = [
        (0, 0, "`1234567890-="),
        (0, 1, "!@#$%^&*()_+"),
        (1, 1, "qwertyuiop[]\\"),
        (2, 1, "asdfghjkl;'"),
        (3, 1, "zxcvbnm,./"),
        (1, 1, "йцукенгшщзхъ"),
        (2, 1, "фывапролджэ"),
        (3, 1, "ячсмитьбю"),
    ];
    ROWS.iter().find_map(|&(row, first, keys)| {
        let at = keys.chars().position(|key| key == c)?;
        Some((row, first + i8::try_from(at).expect("a row is short")))
    })
}

fn log2(n: usize) -> Cost {
    n.max(1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> bool {
        cost(text, &[]) < ENOUGH
    }

    #[test]
    fn what_guessers_build_is_known() {
        for text in [
            "password1234",
            "Password2024!",
            "P4$$w0rd1985",
            "unbelievable",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "ÄÄÄÄÄÄÄÄÄÄÄÄÄ",
            "abcabcabcabc",
            "hunter2hunter2",
            "qwertyuiop12",
            "1qaz2wsx3edc4rfv",
            "q1w2e3r4t5y6",
            "йцукенгшщзхъ",
            "a1b2c3d4e5f6",
            "112233445566",
            "010203040506",
            "zyxwvutsrqpo",
            "31121985smith",
            "sunshine summer",
            "monkeydragon!",
            "12345678901234567890",
        ] {
            assert!(known(text), "{text}");
        }
    }

    #[test]
    fn what_nobody_builds_is_not() {
        for text in ["", "gkq7wz1mvxd9", "839204718364", "🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎", "purple-elephant-42", "why so serious"]
        {
            assert_eq!(known(text), text.is_empty(), "{text}");
        }
    }

    #[test]
    fn words_about_the_owner_are_worth_next_to_nothing() {
        let about = ["xq7zkw".to_owned()];
        assert!(cost("xq7zkw-91827", &[]) == ENOUGH);
        assert!(cost("XQ7ZKW-91827", &about) < ENOUGH);
    }

    #[test]
    fn the_longest_texts_are_read_without_delay() {
        for text in ["abcdefg1".repeat(128), "a".repeat(1024), "1qaz".repeat(256), "é".repeat(512)] {
            assert!(known(&text));
        }
    }
}
