//! What a profile says beside the name. Nothing here decides anything: it is kept for the product, and told to whoever acts
//! as the person.

use serde_json::{Map, Value, json};

use super::store;
use crate::base::id::AccountId;
use crate::base::metadata::Metadata;
use crate::base::text::{Line, PersonName, PictureAddress};
use crate::db;
use crate::domain::Ctx;

/// What a profile says beside the name. Every part may be empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attributes {
    /// The telephone number, as it was written.
    pub phone: Line,
    /// The first part of the name, where it was told apart.
    pub first_name: PersonName,
    /// The rest of it.
    pub last_name: PersonName,
    /// The day of birth, as it was written.
    pub birth_date: Line,
    /// Where a picture of the person is.
    pub picture: PictureAddress,
    /// Whatever else the product keeps with the person.
    pub metadata: Metadata,
}

impl Attributes {
    /// The first part of a name and the rest of it: as they were told apart, else at the first space.
    pub fn parts<'a>(&'a self, name: &'a str) -> (&'a str, &'a str) {
        match (self.first_name.as_str(), self.last_name.as_str()) {
            ("", "") => name.split_once(' ').map_or((name, ""), |(first, rest)| (first, rest.trim_start())),
            parts => parts,
        }
    }

    /// What is there, by name: what is empty is left out.
    pub(in crate::domain) fn told(&self) -> Value {
        let texts = [
            ("phone", self.phone.as_str()),
            ("firstName", self.first_name.as_str()),
            ("lastName", self.last_name.as_str()),
            ("birthDate", self.birth_date.as_str()),
            ("picture", self.picture.as_str()),
        ];
        let mut kept: Map<String, Value> =
            texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name.to_owned(), text.into())).collect();
        if !self.metadata.is_empty() {
            kept.insert("metadata".to_owned(), json!(self.metadata.members()));
        }
        Value::Object(kept)
    }

    /// The spelling in the database.
    pub(super) fn to_db(&self) -> String {
        self.told().to_string()
    }

    /// Reads that spelling.
    pub(in crate::domain::accounts) fn from_db(text: &str) -> Option<Self> {
        let kept: Map<String, Value> = serde_json::from_str(text).ok()?;
        let text = |name: &str| kept.get(name).and_then(Value::as_str).unwrap_or_default();
        let metadata = kept.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default();
        Some(Self {
            phone: Line::parse(text("phone")).ok()?,
            first_name: PersonName::parse(text("firstName")).ok()?,
            last_name: PersonName::parse(text("lastName")).ok()?,
            birth_date: Line::parse(text("birthDate")).ok()?,
            picture: PictureAddress::parse(text("picture")).ok()?,
            metadata: Metadata::parse(metadata).ok()?,
        })
    }
}

/// What the profile of an account says beside the name.
///
/// # Errors
/// When the database does not answer.
pub async fn attributes(ctx: &Ctx, id: AccountId) -> db::Result<Attributes> {
    store::attributes(&mut ctx.db.read().await?, id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_as_it_was_written_and_its_name_comes_apart_at_the_first_space() {
        let name = |text: &str| PersonName::parse(text).expect("a name");
        let full = Attributes {
            phone: Line::parse("+49 30 1234").expect("a line"),
            first_name: name("José"),
            last_name: name("O'Brien-Smith"),
            birth_date: Line::parse("1961-02-03").expect("a line"),
            picture: PictureAddress::parse("https://example.com/p.png").expect("an address"),
            metadata: Metadata::parse(Map::from_iter([("plan".to_owned(), json!("gold"))])).expect("small"),
        };
        assert_eq!(Attributes::from_db(&full.to_db()), Some(full.clone()));
        assert_eq!(Attributes::from_db("{}"), Some(Attributes::default()));
        assert_eq!(Attributes::default().to_db(), "{}");
        assert_eq!(full.parts("Somebody Else"), ("José", "O'Brien-Smith"));
        assert_eq!(Attributes::default().parts("Ludwig van Beethoven"), ("Ludwig", "van Beethoven"));
        assert_eq!(Attributes::default().parts("Madonna"), ("Madonna", ""));
    }
}
