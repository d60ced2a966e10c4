//! Random texts that carry their own checksum: `{head}_{43 base62 of 256 random bits}{6 base62 of CRC-32}`.
//!
//! The checksum covers everything before it. A typo or a random guess fails it and costs no read; the letters are
//! `[A-Za-z0-9_]` only, so that a double click selects the whole.

use super::rng::Rng;
use super::secret::{PlainSecret, base62_of_32, base62_of_u32};

const RANDOM_BYTES: usize = 32;
const RANDOM: usize = 43;
const CHECK: usize = 6;
/// How many characters follow the head.
pub const TAIL: usize = RANDOM + CHECK;

/// A new one with this head: 256 bits of the operating system's randomness.
pub fn generate(head: &str, rng: &Rng) -> PlainSecret {
    of_bytes(head, &rng.bytes32())
}

/// The one with this head that is made of these bytes.
pub fn of_bytes(head: &str, random: &[u8; RANDOM_BYTES]) -> PlainSecret {
    let body = format!("{head}_{}", base62_of_32(random));
    let check = base62_of_u32(crc32fast::hash(body.as_bytes()));
    PlainSecret::new(body + &check)
}

/// The head of a well-formed text; nothing for anything else, to the last letter.
pub fn head_of(text: &str) -> Option<&str> {
    let (head, tail) = text.rsplit_once('_')?;
    if tail.len() != TAIL || !tail.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let (covered, check) = text.split_at(text.len() - CHECK);
    (base62_of_u32(crc32fast::hash(covered.as_bytes())) == check).then_some(head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::base::rng::Rng;

    use super::*;

    proptest! {
        #[test]
        fn only_the_whole_text_is_recognised(seed in any::<u64>(), place in 0usize..56, letter in "[A-Za-z0-9_]", tail in "[ -~é]{1,3}") {
            let text = generate("lk_ses", &Rng::seeded(seed));
            prop_assert_eq!(head_of(text.reveal()), Some("lk_ses"));
            prop_assert_eq!(head_of(&text.reveal()[..place]), None);
            let extended = [text.reveal(), tail.as_str()].concat();
            prop_assert_eq!(head_of(&extended), None);
            let mut changed = text.reveal().to_owned();
            prop_assume!(changed[place..=place] != letter);
            changed.replace_range(place..=place, &letter);
            prop_assert_eq!(head_of(&changed), None);
        }
    }
}
