//! What a person says of themselves, beside what they sign in with.

use serde_json::{Map, Value, json};

use crate::base::metadata::BadMetadata;
use crate::base::text::{BadName, Line, PersonName, PictureAddress};
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Attributes, Person};
use crate::domain::audit::{self, Action, Actor, Event};

/// What is to be changed; what is not there stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ProfileEdit {
    /// The whole name.
    pub name: Option<PersonName>,
    /// The first part of it.
    pub first_name: Option<PersonName>,
    /// The rest of it.
    pub last_name: Option<PersonName>,
    /// The telephone number.
    pub phone: Option<Line>,
    /// The day of birth.
    pub birth_date: Option<Line>,
    /// The picture.
    pub picture: Option<PictureAddress>,
    /// What takes the place of members of the same name, or is added; null takes one away.
    pub metadata: Map<String, Value>,
}

/// Why a profile was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Its parts are too long for a name.
    #[error(transparent)]
    Name(#[from] BadName),
    /// What is kept for the product would be too large.
    #[error("metadata {0}")]
    Metadata(#[from] BadMetadata),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl ProfileEdit {
    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        let Self { name, first_name, last_name, phone, birth_date, picture, metadata } = self;
        let texts = [name.is_some(), first_name.is_some(), last_name.is_some(), phone.is_some(), birth_date.is_some()];
        !texts.contains(&true) && picture.is_none() && metadata.is_empty()
    }

    /// The name and the rest, changed. A whole name comes apart anew unless its parts are there; parts without a whole make
    /// one.
    ///
    /// # Errors
    /// When a part of it does not fit.
    pub fn apply(self, name: &PersonName, now: Attributes) -> Result<(PersonName, Attributes), EditError> {
        let (first, last) = now.parts(name.as_str());
        let (first, last) = (PersonName::parse(first)?, PersonName::parse(last)?);
        let parts = (self.first_name.is_some() || self.last_name.is_some())
            .then(|| (self.first_name.unwrap_or(first), self.last_name.unwrap_or(last)));
        let (name, (first_name, last_name)) = match (self.name, parts) {
            (Some(name), Some(parts)) => (name, parts),
            (Some(name), None) => (name, (PersonName::default(), PersonName::default())),
            (None, Some((first, last))) => {
                let whole = PersonName::parse(&format!("{} {}", first.as_str(), last.as_str()))?;
                (whole, (first, last))
            }
            (None, None) => (name.clone(), (now.first_name, now.last_name)),
        };
        let attributes = Attributes {
            phone: self.phone.unwrap_or(now.phone),
            first_name,
            last_name,
            birth_date: self.birth_date.unwrap_or(now.birth_date),
            picture: self.picture.unwrap_or(now.picture),
            metadata: now.metadata.merged(self.metadata)?,
        };
        Ok((name, attributes))
    }
}

/// Changes what the person says of themselves, and returns them as they are called now.
///
/// # Errors
/// When something does not fit; then nothing has changed.
pub async fn edit(ctx: &Ctx, by: Person, edit: ProfileEdit) -> Result<Person, EditError> {
    let (now, id) = (ctx.now(), by.id());
    let mut tx = ctx.db.write().await?;
    let Some(account) = accounts::by_id(&mut tx, id).await? else { return Ok(by) };
    let before = accounts::attributes_in(&mut tx, id).await?;
    let (name, after) = edit.apply(&account.name, before.clone())?;
    if (&name, &after) == (&account.name, &before) {
        return Ok(by.renamed(name));
    }
    if accounts::set_profile(&mut tx, id, &name, &after, now).await? {
        // What is remembered of the account's tokens says whose they are.
        tx.narrow(Change::Account(id.to_db()), now).await?;
        let renamed = name != account.name;
        let event = Event::done(Actor::Account(id), by.origin(), Action::ProfileChanged, id).with(json!({ "renamed": renamed }));
        audit::record(&mut tx, ctx, now, event).await?;
    }
    tx.commit().await?;
    Ok(by.renamed(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::metadata::Metadata;

    fn name(text: &str) -> PersonName {
        PersonName::parse(text).expect("a name")
    }

    fn applied(edit: ProfileEdit, now: &Attributes) -> (String, String, String) {
        let (whole, attributes) = edit.apply(&name("Ann Lee"), now.clone()).expect("it fits");
        let (first, last) = attributes.parts(whole.as_str());
        (whole.as_str().to_owned(), first.to_owned(), last.to_owned())
    }

    #[test]
    fn a_name_and_its_parts_follow_each_other() {
        let texts = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        let apart = Attributes { first_name: name("Ann"), last_name: name("Lee"), ..Attributes::default() };
        for now in [Attributes::default(), apart] {
            assert_eq!(applied(ProfileEdit::default(), &now), texts("Ann Lee", "Ann", "Lee"));
            let whole = ProfileEdit { name: Some(name("Bo van Dyk")), ..ProfileEdit::default() };
            assert_eq!(applied(whole, &now), texts("Bo van Dyk", "Bo", "van Dyk"));
            let last = ProfileEdit { last_name: Some(name("O'Brien-Smith")), ..ProfileEdit::default() };
            assert_eq!(applied(last, &now), texts("Ann O'Brien-Smith", "Ann", "O'Brien-Smith"));
            let none = ProfileEdit { last_name: Some(name("")), ..ProfileEdit::default() };
            assert_eq!(applied(none, &now), texts("Ann", "Ann", ""));
        }
        let long = ProfileEdit { first_name: Some(name(&"x".repeat(100))), last_name: Some(name("y")), ..ProfileEdit::default() };
        assert!(matches!(long.apply(&name(""), Attributes::default()), Err(EditError::Name(BadName::TooLong { .. }))));
    }

    #[test]
    fn metadata_is_merged_by_its_first_members_and_null_takes_one_away() {
        let members = |value: Value| value.as_object().expect("an object").clone();
        let kept = Metadata::parse(members(json!({ "a": { "x": 1 }, "b": 2 }))).expect("small");
        let now = Attributes { metadata: kept, ..Attributes::default() };
        let edit = ProfileEdit { metadata: members(json!({ "a": { "y": 2 }, "b": null, "c": 3 })), ..ProfileEdit::default() };
        let (_, after) = edit.apply(&name(""), now.clone()).expect("it fits");
        assert_eq!(json!(after.metadata.members()), json!({ "a": { "y": 2 }, "c": 3 }));
        let large = ProfileEdit { metadata: members(json!({ "z": "x".repeat(5_000) })), ..ProfileEdit::default() };
        assert!(matches!(large.apply(&name(""), now), Err(EditError::Metadata(_))));
    }
}
