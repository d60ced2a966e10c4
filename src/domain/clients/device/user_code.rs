//! The code that people type.

use crate::base::rng::Rng;

/// Letters that make no words and are not taken for one another (RFC 8628 section 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 8;

/// Eight letters, of which there are 20: 34 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A new one.
    pub(super) fn generate(rng: &Rng) -> Self {
        // 240 is the greatest multiple of 20 that a byte can be below: with more, some letters would come more often.
        let mut code = String::new();
        while code.len() < LENGTH {
            let drawn =
                rng.bytes32().into_iter().filter(|byte| *byte < 240).map(|byte| char::from(LETTERS[usize::from(byte % 20)]));
            code.extend(drawn.take(LENGTH - code.len()));
        }
        Self(code)
    }

    /// Reads what somebody typed, with its dash or without, in any case; nothing if no code is like that.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut letters = typed.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(|c| c.to_ascii_uppercase());
        let code: String = letters.by_ref().take(LENGTH).collect();
        let known = code.bytes().all(|letter| LETTERS.contains(&letter));
        (known && code.len() == LENGTH && letters.next().is_none()).then_some(Self(code))
    }

    /// The letters alone.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown: `BCDF-GHJK`.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(LENGTH / 2);
        format!("{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r97_a_user_code_is_eight_letters_read_however_they_are_typed() {
        let code = UserCode::generate(&Rng::seeded(5));
        let shown = code.shown();
        assert_eq!((shown.len(), shown.as_bytes()[4]), (9, b'-'));
        let spaced = format!(" {} {} ", &shown[..4], &shown[5..]);
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), spaced] {
            assert_eq!(UserCode::parse(&typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in ["", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF_GHJK", "BCDF-GHJ1", "ÄBCDFGHJ"] {
            assert_eq!(UserCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn r97_every_letter_comes_as_often_as_the_others() {
        let rng = Rng::seeded(6);
        let mut counts = [0u32; 20];
        for _ in 0..5_000 {
            for letter in UserCode::generate(&rng).0.bytes() {
                counts[LETTERS.iter().position(|known| *known == letter).expect("a letter of ours")] += 1;
            }
        }
        assert!(counts.iter().all(|count| (1_800..2_200).contains(count)), "{counts:?}");
    }
}
