//! The web pages that may use a publishable key.

use crate::base::url::PublicUrl;

/// Origins of web pages (RFC 6454), each in its one spelling; an empty list is any, also no page at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OriginList(Vec<String>);

/// Why a text is no list of origins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadOrigins {
    /// This is no origin.
    #[error("“{0}” is no origin. Write scheme and host, and a port if it is unusual: https://shop.example.com.")]
    Unknown(String),
    /// More than fit.
    #[error("These are too many origins: {max} at most.", max = OriginList::MAX)]
    TooMany,
}

impl OriginList {
    /// How many origins a list may have.
    pub const MAX: usize = 50;

    /// From words, without repetition.
    ///
    /// # Errors
    /// The first word that is no origin, cut to 100 characters, or too many of them.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, BadOrigins> {
        let mut origins: Vec<String> = Vec::new();
        for word in words {
            let origin = PublicUrl::parse(word).map_err(|_| BadOrigins::Unknown(word.chars().take(100).collect()))?;
            if !origins.iter().any(|known| known == origin.as_str()) {
                origins.push(origin.as_str().to_owned());
            }
            if origins.len() > Self::MAX {
                return Err(BadOrigins::TooMany);
            }
        }
        Ok(Self(origins))
    }

    /// Whether a request that a page of this origin makes may use the key. A request of no page fits no list that has
    /// something in it.
    pub fn allows(&self, origin: Option<&str>) -> bool {
        self.0.is_empty() || origin.is_some_and(|origin| self.0.iter().any(|known| known == origin))
    }

    /// Whether it names none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this list names some, and none that `other` does not name.
    pub fn is_within(&self, other: &Self) -> bool {
        self == other || !self.is_empty() && self.0.iter().all(|origin| other.0.contains(origin))
    }

    /// The origins.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The spelling in the database: a JSON list.
    pub fn to_db(&self) -> String {
        serde_json::Value::from(self.words().collect::<Vec<_>>()).to_string()
    }

    /// Reads that spelling. Nothing for a list that cannot be read: then no page may use the key.
    pub fn from_db(text: &str) -> Option<Self> {
        let words: Vec<String> = serde_json::from_str(text).ok()?;
        Self::parse(words.iter().map(String::as_str)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r76_an_origin_is_compared_letter_for_letter() {
        let list = OriginList::parse(["https://shop.example.com", "http://localhost:3000"]).expect("origins");
        for good in ["https://shop.example.com", "http://localhost:3000"] {
            assert!(list.allows(Some(good)), "{good}");
        }
        for other in [
            "http://shop.example.com",
            "https://shop.example.com:8443",
            "https://example.com",
            "null",
            "https://shop.example.com.evil.com",
        ] {
            assert!(!list.allows(Some(other)), "{other}");
        }
        assert!(!list.allows(None) && OriginList::default().allows(None));
        assert_eq!(OriginList::from_db(&list.to_db()), Some(list));
        assert_eq!(OriginList::from_db("[\"*\"]"), None);
    }

    #[test]
    fn what_is_no_origin_is_named() {
        for wrong in ["*", "shop.example.com", "https://shop.example.com/x", "https://*.example.com", "null", ""] {
            assert_eq!(OriginList::parse([wrong]), Err(BadOrigins::Unknown(wrong.to_owned())), "{wrong}");
        }
        let many: Vec<String> = (0..51).map(|n| format!("https://shop{n}.example.com")).collect();
        assert_eq!(OriginList::parse(many.iter().map(String::as_str)), Err(BadOrigins::TooMany));
    }
}
