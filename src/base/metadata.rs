//! Facts that somebody carries for the product, told again whenever they are: those of a credential by every verification, those
//! of an account to whoever acts as it.

use serde_json::{Map, Value};

/// A JSON object: up to 50 members, up to 4 KiB as text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata(Map<String, Value>);

/// Why an object is no metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMetadata {
    /// More members than fit.
    #[error("has too many members: {max} at most", max = Metadata::MEMBERS)]
    TooMany,
    /// More text than fits.
    #[error("is too long: {max} bytes of JSON at most", max = Metadata::BYTES)]
    TooLong,
    /// A name that is empty or longer than 64 characters.
    #[error("has a member whose name is empty or longer than 64 characters")]
    Name,
}

impl Metadata {
    /// How many members it may have.
    pub const MEMBERS: usize = 50;
    /// How long its text may be.
    pub const BYTES: usize = 4 * 1024;

    /// From an object.
    ///
    /// # Errors
    /// When it is too large.
    pub fn parse(members: Map<String, Value>) -> Result<Self, BadMetadata> {
        if members.len() > Self::MEMBERS {
            return Err(BadMetadata::TooMany);
        }
        if members.keys().any(|name| name.is_empty() || name.chars().count() > 64) {
            return Err(BadMetadata::Name);
        }
        let metadata = Self(members);
        if metadata.to_db().len() > Self::BYTES { Err(BadMetadata::TooLong) } else { Ok(metadata) }
    }

    /// The same with these members in the place of those of the same name; null takes one away.
    ///
    /// # Errors
    /// When that is too large.
    pub fn merged(&self, with: Map<String, Value>) -> Result<Self, BadMetadata> {
        let mut members = self.0.clone();
        for (name, value) in with {
            if value.is_null() {
                members.remove(&name);
            } else {
                members.insert(name, value);
            }
        }
        Self::parse(members)
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The spelling in the database.
    pub fn to_db(&self) -> String {
        serde_json::to_string(&self.0).expect("an object of JSON values is JSON")
    }

    /// Reads that spelling.
    pub fn from_db(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: Value) -> Result<Metadata, BadMetadata> {
        Metadata::parse(value.as_object().expect("an object").clone())
    }

    #[test]
    fn metadata_is_a_small_object_and_is_read_as_it_was_written() {
        let metadata = parse(json!({ "customer": "c_1", "tier": 2, "tags": ["a", "b"] })).expect("small");
        assert_eq!(Metadata::from_db(&metadata.to_db()), Some(metadata));
        let many: Map<String, Value> = (0..10_001).map(|n| (n.to_string(), Value::Null)).collect();
        assert_eq!(Metadata::parse(many), Err(BadMetadata::TooMany));
        assert_eq!(parse(json!({ "a": "x".repeat(5_000) })), Err(BadMetadata::TooLong));
        assert_eq!(parse(json!({ "": 1 })), Err(BadMetadata::Name));
    }
}
