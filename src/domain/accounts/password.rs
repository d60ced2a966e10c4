//! Passwords, and the rules a new one has to pass.
//!
//! # The one normalisation
//! A password is brought into Unicode's NFC and is otherwise taken as it came: case, NUL bytes and spaces at either
//! end all count. `é` typed as one character on one keyboard and as two on another is so the same password.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::guess;

/// The most bytes a password may have, in NFC. Longer ones are refused, never cut.
pub const MAX_BYTES: usize = 1024;

/// A password in plain text that has passed the rules.
///
/// It has no `Debug`, `Clone`, `Display` or `Serialize`, so it cannot reach a log or a row; it is wiped when dropped.
pub struct Password(Zeroizing<String>);

/// Why a password cannot be chosen. The text is for the person who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Fewer characters than the setting asks for.
    #[error("This password is too short: use {min_chars} characters or more.")]
    TooShort {
        /// How many Unicode code points it must have.
        min_chars: usize,
    },
    /// More than [`MAX_BYTES`].
    #[error("This password is too long: use {MAX_BYTES} bytes or fewer.")]
    TooLong,
    /// On the list of common passwords, or made from it the way guessers make theirs.
    #[error(
        "This password is among the first that people try when they guess. Use three or more words that do not belong together."
    )]
    Breached,
    /// Little more than the address, the name, the workspace or the name of this service.
    #[error(
        "This password is too close to your name, your email address, your workspace or the name of this service. Use words that have nothing to do with them."
    )]
    Context,
}

impl PasswordProblem {
    /// The code that APIs answer with.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password_short",
            Self::TooLong => "password_long",
            Self::Breached => "password_breached",
            Self::Context => "password_context",
        }
    }
}

impl Password {
    /// Accepts a new password of `min_chars` Unicode code points or more. `context` is what a guesser knows of its
    /// owner: the local part of the address, the name, the name of this service. There are no rules on which
    /// characters to use.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn choose(text: &str, min_chars: usize, context: &[&str]) -> Result<Self, PasswordProblem> {
        let text = normalise(text).ok_or(PasswordProblem::TooLong)?;
        if text.chars().count() < min_chars {
            return Err(PasswordProblem::TooShort { min_chars });
        }
        let about_owner = words_of(context);
        let cost = guess::cost(&text, &about_owner);
        if cost >= guess::ENOUGH {
            return Ok(Self(text));
        }
        let owner_made_it_cheap = !about_owner.is_empty() && cost < guess::cost(&text, &[]);
        Err(if owner_made_it_cheap { PasswordProblem::Context } else { PasswordProblem::Breached })
    }

    /// What is hashed.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A password presented at sign-in. It is never refused: whatever it is, it costs one hash.
pub struct PasswordAttempt(Option<Zeroizing<String>>);

impl PasswordAttempt {
    /// Takes any text. One that is too long to be a password matches none.
    pub fn new(text: &str) -> Self {
        Self(normalise(text))
    }

    /// What is hashed; nothing if no password can be like this.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        self.0.as_ref().map(|text| text.as_bytes())
    }
}

/// The text in NFC, or nothing if it is too long.
fn normalise(text: &str) -> Option<Zeroizing<String>> {
    // NFC shortens a text to a third of its bytes at most; what is longer is not worth the work.
    if text.len() > 3 * MAX_BYTES {
        return None;
    }
    // Sized before it is filled (NFC never needs more than three times the bytes): a buffer that grows leaves its
    // old text behind in memory.
    let mut normal = Zeroizing::new(String::with_capacity(3 * text.len()));
    normal.extend(text.nfc());
    (normal.len() <= MAX_BYTES).then_some(normal)
}

/// The words of the context: each whole, without its punctuation, and in pieces. Very short ones are in everything.
fn words_of(context: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for text in context {
        let folded = guess::fold(&text.nfc().collect::<String>());
        words.push(folded.chars().filter(|c| c.is_alphanumeric()).collect::<String>());
        words.extend(folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    }
    words.retain(|word| word.chars().count() >= 3);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Option<PasswordProblem> {
        Password::choose(text, 12, &[]).err()
    }

    #[test]
    fn r01_length_is_counted_in_code_points_and_too_long_is_refused() {
        let letters = |n: usize| "gkq7wz1mvxd9ul4e".chars().cycle().take(n).collect::<String>();
        let mixed = |n: usize| format!("vexing otter {}", letters(n - 13));
        assert_eq!(problem("gkq7wz1mvxd"), Some(PasswordProblem::TooShort { min_chars: 12 }));
        assert_eq!(problem("gkq7wz1mvxd9"), None);
        assert_eq!(problem(&mixed(64)), None);
        assert_eq!(problem(&mixed(1024)), None);
        assert_eq!(problem(&mixed(1025)), Some(PasswordProblem::TooLong));
        assert_eq!(problem(&"x".repeat(1_000_000)), Some(PasswordProblem::TooLong));
        assert_eq!(problem("żółć gęślą ja"), None, "13 characters in 20 bytes");
        assert_eq!(Password::choose("gkq7wz1m", 8, &[]).err(), None);
        let short = PasswordProblem::TooShort { min_chars: 15 };
        assert_eq!(Password::choose("gkq7wz1mvxd9", 15, &[]).err(), Some(short));
        assert_eq!(short.to_string(), "This password is too short: use 15 characters or more.");
    }

    #[test]
    fn r02_any_characters_will_do() {
        for good in
            ["correct horse battery staple", "🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎", "  gkq7wz1mvxd9  ", "漢字と仮名交じりの合言葉だよ"]
        {
            assert_eq!(problem(good), None, "{good}");
        }
    }

    #[test]
    fn r03_nfc_is_the_only_normalisation() {
        let hashed = |text: &str| PasswordAttempt::new(text).bytes().map(<[u8]>::to_vec);
        assert_eq!(hashed("caf\u{e9}"), hashed("cafe\u{301}"));
        let all = ["secret", "Secret", " secret", "secret ", "secret\0", "secret\0more", "ｓecret"];
        for (i, one) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|other| hashed(one) != hashed(other)), "{one:?}");
        }
        let chosen = Password::choose("vexing otter caf\u{e9} ", 12, &[]).ok().map(|password| password.bytes().to_vec());
        assert_eq!(chosen, hashed("vexing otter cafe\u{301} "));
    }

    #[test]
    fn r03_an_attempt_too_long_for_a_password_matches_none() {
        assert!(PasswordAttempt::new(&"x".repeat(1024)).bytes().is_some());
        assert!(PasswordAttempt::new(&"x".repeat(1025)).bytes().is_none());
        assert!(PasswordAttempt::new(&"e\u{301}".repeat(512)).bytes().is_some(), "1536 bytes that are 1024 in NFC");
    }

    #[test]
    fn r04_every_common_password_is_refused_in_any_case() {
        let common = include_str!("../../../tests/data/common.txt");
        assert!(common.lines().count() >= 3_000);
        for line in common.lines() {
            assert!(line.chars().count() >= 12, "{line}");
            assert_eq!(problem(line), Some(PasswordProblem::Breached), "{line}");
        }
        for line in common.lines().step_by(50) {
            assert_eq!(problem(&line.to_uppercase()), Some(PasswordProblem::Breached), "{line}");
        }
    }

    #[test]
    fn r04_good_passphrases_are_not() {
        for line in include_str!("../../../tests/data/passphrases.txt").lines() {
            assert_eq!(problem(line), None, "{line}");
        }
    }

    #[test]
    fn r05_what_is_mainly_about_the_owner_is_refused() {
        let context = ["alice.developer", "Alice Q. Devel", "Latchkey"];
        let choose = |text| Password::choose(text, 12, &context).err();
        for text in
            ["alicedeveloper", "Alice.Developer", "alicedeveloper2024!", "latchkeylatchkey", "4lic3-l4tchk3y", "alice@latchkey"]
        {
            assert_eq!(choose(text), Some(PasswordProblem::Context), "{text}");
        }
        assert_eq!(choose("alice feeds vexed otters"), None);
        assert_eq!(choose("password1234"), Some(PasswordProblem::Breached));
    }

    #[test]
    fn each_problem_has_its_code_and_says_what_to_do() {
        let problems = [
            (PasswordProblem::TooShort { min_chars: 12 }, "password_short"),
            (PasswordProblem::TooLong, "password_long"),
            (PasswordProblem::Breached, "password_breached"),
            (PasswordProblem::Context, "password_context"),
        ];
        for (problem, code) in problems {
            assert_eq!(problem.code(), code);
            assert!(problem.to_string().to_lowercase().contains("use "), "{problem}");
        }
    }
}
