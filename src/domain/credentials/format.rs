//! What a secret looks like: `{brand}_{kind}[_{environment}]_{43 base62 of 256 random bits}{6 base62 of CRC-32}`.
//!
//! It is a [checked] text: a typo or a random guess costs no read, a double click selects the whole, and Basic credentials
//! need no encoding.

use super::credential::{Environment, Kind};
use crate::base::checked;
use crate::base::rng::Rng;
use crate::base::secret::{PlainSecret, hex};

/// How a new secret is spelled. Whatever its spelling, it is found by the digest of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spelling {
    /// Our own way, with a checksum.
    #[default]
    Native,
    /// 64 hexadecimal digits, as other services spell theirs: behind `sk_live_` or `sk_test_` the secrets of programs,
    /// behind `ql_` those of people.
    Plain,
}

/// How many digits a plain secret has.
const PLAIN: usize = 64;
/// What a plain secret of a person begins with.
const OF_PERSON: &str = "ql_";

/// Writes and recognises the secrets of one brand.
#[derive(Debug, Clone)]
pub struct SecretFormat {
    brand: String,
}

impl SecretFormat {
    /// For the configured brand.
    pub fn new(brand: &str) -> Self {
        Self { brand: brand.to_owned() }
    }

    /// A new secret in this spelling; what has no plain one is spelled our way.
    pub fn spell(&self, spelling: Spelling, kind: Kind, environment: Option<Environment>, rng: &Rng) -> PlainSecret {
        match (spelling, kind, environment) {
            (Spelling::Plain, Kind::Secret, Some(environment)) => {
                PlainSecret::new(format!("sk_{}_{}", environment.as_str(), hex(&rng.bytes32())))
            }
            (Spelling::Plain, Kind::Personal, _) => PlainSecret::new(format!("{OF_PERSON}{}", hex(&rng.bytes32()))),
            (_, kind, environment) => self.generate(kind, environment, rng),
        }
    }

    /// A new secret of this kind: 256 bits of the operating system's randomness.
    pub fn generate(&self, kind: Kind, environment: Option<Environment>, rng: &Rng) -> PlainSecret {
        let (mark, environment) = environment.map_or(("", ""), |environment| ("_", environment.as_str()));
        checked::generate(&format!("{}_{}{mark}{environment}", self.brand, kind.word()), rng)
    }

    /// The kind of a well-formed secret; nothing for anything else, to the last letter. Any brand will do: secrets
    /// outlive a change of the brand.
    pub fn recognise(&self, text: &str) -> Option<Kind> {
        if let Some(kind) = plain(text) {
            return Some(kind);
        }
        let (brand, rest) = checked::head_of(text)?.split_once('_')?;
        let (word, environment) = rest.split_once('_').map_or((rest, None), |(word, environment)| (word, Some(environment)));
        if brand.is_empty() || !brand.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            return None;
        }
        let kind = Kind::from_word(word)?;
        let fits = match environment {
            Some(word) => kind.has_environment() && Environment::parse(word).is_some(),
            None => !kind.has_environment(),
        };
        fits.then_some(kind)
    }

    /// What a list shows of a secret: its prefix with the first four characters, and the last four.
    pub fn hints(&self, secret: &PlainSecret) -> (String, String) {
        let text = secret.reveal();
        let shown = text.rfind('_').map_or(0, |mark| mark + 1) + 4;
        (text.chars().take(shown).collect(), text.chars().skip(text.len() - 4).collect())
    }
}

/// Nothing in it can be checked but its length and its letters.
fn plain(text: &str) -> Option<Kind> {
    let (kind, digits) = match text.strip_prefix(OF_PERSON) {
        Some(digits) => (Kind::Personal, digits),
        None => {
            let (environment, digits) = text.strip_prefix("sk_")?.split_once('_')?;
            Environment::parse(environment)?;
            (Kind::Secret, digits)
        }
    };
    let hex = digits.len() == PLAIN && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    hex.then_some(kind)
}

/// The expressions that find secrets of this brand in source code, and plain ones, by kind.
pub fn secret_patterns(brand: &str) -> Vec<(&'static str, String)> {
    Kind::ALL
        .iter()
        .map(|kind| {
            let environment = if kind.has_environment() { "(?:test|live)_" } else { "" };
            let length = checked::TAIL;
            (kind.word(), format!("\\b{brand}_{}_{environment}[A-Za-z0-9]{{{length}}}\\b", kind.word()))
        })
        .chain([
            (Kind::Secret.word(), format!("\\bsk_(?:test|live)_[0-9a-f]{{{PLAIN}}}\\b")),
            (Kind::Personal.word(), format!("\\b{OF_PERSON}[0-9a-f]{{{PLAIN}}}\\b")),
        ])
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::rng::Rng;

    fn format() -> SecretFormat {
        SecretFormat::new("lk")
    }

    #[test]
    fn r62_a_secret_is_recognised_and_shows_its_ends_only() {
        let secret = format().generate(Kind::Personal, None, &Rng::os());
        assert_eq!(secret.reveal().len(), "lk_pat_".len() + 49);
        assert_eq!(format().recognise(secret.reveal()), Some(Kind::Personal));
        let (prefix, last) = format().hints(&secret);
        assert!(secret.reveal().starts_with(&prefix) && secret.reveal().ends_with(&last));
        assert_eq!((prefix.len(), last.len()), ("lk_pat_".len() + 4, 4));
    }

    #[test]
    fn r62_a_key_says_its_kind_and_environment_and_is_recognised_with_both_alone() {
        for (kind, begins) in [(Kind::Secret, "lk_sec_live_"), (Kind::Publishable, "lk_pub_live_")] {
            let secret = format().generate(kind, Some(Environment::Live), &Rng::os());
            assert!(secret.reveal().starts_with(begins));
            assert_eq!(format().recognise(secret.reveal()), Some(kind));
            assert_eq!(format().hints(&secret).0.len(), begins.len() + 4);
            for other in ["_test_", "_", "_staging_"] {
                assert_eq!(format().recognise(&secret.reveal().replace("_live_", other)), None, "{other}");
            }
        }
        let service = format().generate(Kind::Service, None, &Rng::os());
        assert_eq!(format().recognise(service.reveal()), Some(Kind::Service));
    }

    #[test]
    fn r63_a_hundred_thousand_secrets_differ_and_use_every_letter_evenly() {
        const DRAWN: usize = 100_000;
        let rng = Rng::os();
        let mut seen = std::collections::HashSet::new();
        let mut counts = [0usize; 128];
        for _ in 0..DRAWN {
            let secret = format().generate(Kind::Personal, None, &rng);
            let random = &secret.reveal()[8..50];
            random.bytes().for_each(|b| counts[usize::from(b)] += 1);
            assert!(seen.insert(random.to_owned()), "a secret came twice");
        }
        let expected = (DRAWN * 42) as f64 / 62.0;
        let letters = (0..128u8).filter(u8::is_ascii_alphanumeric).map(|b| counts[usize::from(b)] as f64);
        let chi_squared: f64 = letters.map(|n| (n - expected).powi(2) / expected).sum();
        // 61 degrees of freedom: 112 is passed by chance once in ten thousand runs, 150 once in a hundred million.
        assert!(chi_squared < 150.0, "{chi_squared}");
    }

    #[test]
    fn a_plain_secret_is_recognised_to_its_last_digit() {
        let secret = format().spell(Spelling::Plain, Kind::Secret, Some(Environment::Live), &Rng::os());
        let text = secret.reveal();
        assert!(text.starts_with("sk_live_") && text.len() == 72);
        assert_eq!((format().recognise(text), format().hints(&secret).0.len()), (Some(Kind::Secret), 12));
        for wrong in
            [&text[..71], &format!("{text}0"), &text.to_uppercase(), &text.replace("_live_", "_"), &text.replace("sk_", "pk_")]
        {
            assert_eq!(format().recognise(wrong), None, "{wrong}");
        }
        let own = format().spell(Spelling::Plain, Kind::Personal, None, &Rng::os());
        assert!(own.reveal().starts_with("ql_") && own.reveal().len() == 67);
        assert_eq!((format().recognise(own.reveal()), format().hints(&own).0.len()), (Some(Kind::Personal), 7));
        for wrong in [&own.reveal()[..66], &format!("{}0", own.reveal()), &own.reveal().to_uppercase(), "ql_"] {
            assert_eq!(format().recognise(wrong), None, "{wrong}");
        }
        let publishable = format().spell(Spelling::Plain, Kind::Publishable, Some(Environment::Test), &Rng::os());
        assert!(publishable.reveal().starts_with("lk_pub_test_"));
    }

    #[test]
    fn a_secret_of_an_earlier_brand_is_still_one() {
        let secret = SecretFormat::new("acme").generate(Kind::Personal, None, &Rng::os());
        assert_eq!(format().recognise(secret.reveal()), Some(Kind::Personal));
    }

    proptest! {
        #[test]
        fn r62_any_changed_character_fails_the_checksum(seed in any::<u64>(), place in 0usize..56, letter in "[A-Za-z0-9_]") {
            let secret = format().generate(Kind::Personal, None, &Rng::seeded(seed));
            let mut text = secret.reveal().to_owned();
            prop_assume!(text[place..=place] != letter);
            text.replace_range(place..=place, &letter);
            prop_assert_eq!(format().recognise(&text), None);
        }

        #[test]
        fn r66_only_the_whole_string_is_recognised(seed in any::<u64>(), cut in 0usize..56, tail in "[ -~\\x00é]{1,3}") {
            let secret = format().generate(Kind::Personal, None, &Rng::seeded(seed));
            prop_assert_eq!(format().recognise(&secret.reveal()[..cut]), None);
            let extended = [secret.reveal(), tail.as_str()].concat();
            let led = [tail.as_str(), secret.reveal()].concat();
            prop_assert_eq!(format().recognise(&extended), None);
            prop_assert_eq!(format().recognise(&led), None);
        }

        #[test]
        fn recognising_never_panics(text in any::<String>()) {
            prop_assert_eq!(format().recognise(&text), None);
        }
    }
}
