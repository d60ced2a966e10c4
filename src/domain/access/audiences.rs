//! Audiences: for whom access tokens may be, beside Latchkey itself.
//!
//! Three are built in; administrators add those of their product. Whoever has one keeps it when it is taken out of this
//! list: nothing new is given it.

use serde_json::json;

use super::administrator::ConfirmedAdministrator;
use super::edit_scope::SENTENCE_MAX;
use super::store;
use crate::db::{self, Cx, Db, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};

/// How many audiences there are at the most.
pub const AUDIENCES_AT_MOST: usize = 200;

/// The name of an audience: a word or an address of up to 200 characters without spaces and quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceName(String);

impl AudienceName {
    /// Parses, letter for letter.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
        ((1..=200).contains(&text.len()) && plain).then(|| Self(text.to_owned()))
    }

    /// The word in tokens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// The word in tokens.
    pub name: AudienceName,
    /// Who that is, in a sentence.
    pub sentence: String,
    /// Whether it came with Latchkey: such a one stays.
    pub built_in: bool,
}

/// For whom access tokens may be: words of the product's own.
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
            AudienceName::parse(word).ok_or_else(|| BadAudiences::Unknown(word.chars().take(50).collect()))?;
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

/// Why the list of audiences was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AudienceError {
    /// There is one of this name.
    #[error("there is an audience of this name")]
    NameTaken,
    /// There is none of this name that may be removed.
    #[error("there is no such audience")]
    NotFound,
    /// The sentence is empty or too long.
    #[error("the sentence needs 1 to {SENTENCE_MAX} characters")]
    Sentence,
    /// The list is full.
    #[error("there are {AUDIENCES_AT_MOST} audiences, which is the most")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// All audiences, in the order in which they are offered.
///
/// # Errors
/// When the database does not answer.
pub async fn audiences(db: &Db) -> db::Result<Vec<Audience>> {
    store::audiences(&mut db.read().await?).await
}

/// The audience of services among themselves, which no person's password buys: who accepts these tokens takes whoever
/// presents one for a service.
const BETWEEN_SERVICES: &str = "internal-service";

/// This audience, if people may have access tokens for it: all that are listed but that of services among themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn audience_of_people(db: &Db, name: &str) -> db::Result<Option<Audiences>> {
    let listed = audiences(db).await?.iter().any(|audience| audience.name.as_str() == name);
    Ok(Audiences::parse([name]).ok().filter(|_| listed && name != BETWEEN_SERVICES))
}

/// The first of these that is no audience here, in a transaction that acts on it.
pub(in crate::domain) async fn unknown_audience_in<'a>(
    cx: &mut Cx,
    mut words: impl Iterator<Item = &'a str>,
) -> db::Result<Option<String>> {
    let known = store::audiences(cx).await?;
    let unknown = words.find(|word| known.iter().all(|audience| audience.name.as_str() != *word));
    Ok(unknown.map(str::to_owned))
}

/// Adds an audience.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn add_audience(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    name: AudienceName,
    sentence: &str,
) -> Result<(), AudienceError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let known = store::audiences(&mut tx).await?;
    if known.iter().any(|audience| audience.name == name) {
        return Err(AudienceError::NameTaken);
    }
    if known.len() >= AUDIENCES_AT_MOST {
        return Err(AudienceError::TooMany);
    }
    if sentence.is_empty() || sentence.chars().count() > SENTENCE_MAX {
        return Err(AudienceError::Sentence);
    }
    let audience = Audience { name, sentence: sentence.to_owned(), built_in: false };
    store::insert_audience(&mut tx, &audience, ctx.now()).await?;
    record(&mut tx, ctx, by, Action::AudienceAdded, &audience).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes an audience out of the list. Apps and service accounts that have it keep it.
///
/// # Errors
/// When there is none, or it is built in; then nothing has changed.
pub async fn remove_audience(ctx: &Ctx, by: &ConfirmedAdministrator, name: &AudienceName) -> Result<(), AudienceError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let known = store::audiences(&mut tx).await?;
    let audience = known.iter().find(|audience| audience.name == *name && !audience.built_in).ok_or(AudienceError::NotFound)?;
    store::delete_audience(&mut tx, name).await?;
    record(&mut tx, ctx, by, Action::AudienceRemoved, audience).await?;
    tx.commit().await?;
    Ok(())
}

async fn record(tx: &mut Tx, ctx: &Ctx, by: &ConfirmedAdministrator, action: Action, audience: &Audience) -> db::Result<()> {
    let person = by.person();
    let event = Event::done(Actor::Account(person.id()), person.origin(), action, person.id())
        .of(audience.name.as_str())
        .with(json!({ "sentence": audience.sentence }));
    audit::record(tx, ctx, ctx.now(), event).await
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
