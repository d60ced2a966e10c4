//! Audiences: for whom an access token is meant (RFC 9068 §2.2, `aud`).

/// For whom access tokens may be meant: words of the product's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audiences(Vec<String>);

/// Why words are no audiences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAudiences {
    /// This is none.
    #[error("“{0}” is no audience. Write a word or an address of up to 200 characters without spaces.")]
    Unknown(String),
    /// More than fit.
    #[error("These are too many audiences: {max} at most.", max = Audiences::MAX)]
    TooMany,
}

impl Audiences {
    /// How many there may be.
    pub const MAX: usize = 20;

    /// From words, without repetition.
    ///
    /// # Errors
    /// The first word that is none, cut to 50 characters, or too many of them.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, BadAudiences> {
        let mut audiences: Vec<String> = Vec::new();
        for word in words {
            if word.is_empty() || word.len() > 200 || !word.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\') {
                return Err(BadAudiences::Unknown(word.chars().take(50).collect()));
            }
            if !audiences.iter().any(|known| known == word) {
                audiences.push(word.to_owned());
            }
        }
        if audiences.len() > Self::MAX { Err(BadAudiences::TooMany) } else { Ok(Self(audiences)) }
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The spelling in the database: a JSON list.
    pub(in crate::domain) fn to_db(&self) -> String {
        serde_json::Value::from(self.0.clone()).to_string()
    }

    /// Reads that spelling.
    pub(in crate::domain) fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        Self::parse(words.iter().map(String::as_str)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_are_words() {
        let good = Audiences::parse(["platform", "https://api.example.com", "platform"]).expect("words");
        assert_eq!(good.words().collect::<Vec<_>>(), ["platform", "https://api.example.com"]);
        assert_eq!(Audiences::from_db(&good.to_db()), Some(good));
        for wrong in ["", "a b", "a\"b", "é", &"x".repeat(201)] {
            assert!(matches!(Audiences::parse([wrong]), Err(BadAudiences::Unknown(_))), "{wrong}");
        }
        let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        assert_eq!(Audiences::parse(many.iter().map(String::as_str)), Err(BadAudiences::TooMany));
    }
}
