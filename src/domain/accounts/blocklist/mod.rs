//! The words that guessers try: a list inside the binary, so that it works without a network.
//!
//! `words.txt` holds one word a line, sorted by its bytes: leaked passwords, and the words and names that people
//! build passwords from. `LICENSE.md` beside it says where it comes from. It is searched as it lies in the binary:
//! nothing is read, unpacked or indexed at start.

/// A sorted list of lines `word<TAB>digit`.
#[derive(Clone, Copy)]
pub(super) struct Words(&'static str);

/// The list in this binary.
pub(super) const WORDS: Words = Words(include_str!("words.txt"));

impl Words {
    /// The listed words that `text` begins with, shortest first: their lengths in bytes, and how early a guesser
    /// tries them (`bits`: among the first 2^bits words).
    pub(super) fn that_begin(self, text: &str) -> impl Iterator<Item = Listed> {
        let mut from = 0;
        let mut over = false;
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).skip(MIN_CHARS - 1);
        ends.map_while(move |end| {
            if over {
                return None;
            }
            from = self.first_at_or_after(&text[..end], from);
            let (word, bits) = self.line(from)?;
            over = !word.starts_with(&text[..end]);
            Some((word == &text[..end]).then_some(Listed { len: end, bits }))
        })
        .flatten()
    }

    /// Where the first line begins whose word is not before `word`. `from` is the beginning of a line before that,
    /// and most often near: so the search goes in growing strides from there, then halves the last one.
    fn first_at_or_after(self, word: &str, from: usize) -> usize {
        let (mut low, mut high, mut stride) = (from, self.0.len(), 64);
        while low < high {
            let probe = if stride < high - low { low + stride } else { low + (high - low) / 2 };
            let start = self.0.as_bytes()[low..probe].iter().rposition(|&b| b == b'\n').map_or(low, |at| low + at + 1);
            let (found, _) = self.line(start).expect("a line begins before the end");
            if found < word {
                low = start + found.len() + "\t0\n".len();
                stride = stride.saturating_mul(2);
            } else {
                high = start;
                stride = usize::MAX;
            }
        }
        low
    }

    /// The line that begins at a byte.
    fn line(self, at: usize) -> Option<(&'static str, u32)> {
        let rest = self.0.get(at..)?;
        let (word, rest) = rest.split_once('\t')?;
        let digit = rest.bytes().next().filter(u8::is_ascii_digit)?;
        Some((word, u32::from(digit - b'0') + MIN_BITS))
    }
}

/// A listed word at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its length in bytes.
    pub(super) len: usize,
    /// Guessers try it among the first 2^bits words.
    pub(super) bits: u32,
}

/// What the digit 0 stands for in the list: the 512 words that are tried first.
const MIN_BITS: u32 = 9;

/// No listed word has fewer characters.
const MIN_CHARS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_every_line_is_found() {
        let mut last = "";
        for line in WORDS.0.lines() {
            let (word, digit) = line.split_once('\t').expect("a word and a digit");
            assert!(last < word, "{last} before {word}");
            assert!(matches!(digit.as_bytes(), [b'0'..=b'9']), "{line}");
            last = word;
        }
        for line in WORDS.0.lines().step_by(97) {
            let word = line.split_once('\t').expect("a word and a digit").0;
            assert!(WORDS.that_begin(word).any(|listed| listed.len == word.len()), "{word}");
        }
    }

    #[test]
    fn words_are_found_shortest_first_and_nothing_else_is() {
        let list = Words("car\t0\ncarpet\t3\ndog\t1\nété\t2\n");
        let found = |text| list.that_begin(text).map(|l| (l.len, l.bits)).collect::<Vec<_>>();
        assert_eq!(found("carpets"), [(3, 9), (6, 12)]);
        assert_eq!(found("dog"), [(3, 10)]);
        assert_eq!(found("étés"), [(5, 11)]);
        assert_eq!(found("ca"), []);
        assert_eq!(found("zebra"), []);
        assert_eq!(found(""), []);
    }
}
