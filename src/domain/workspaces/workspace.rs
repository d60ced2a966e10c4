//! The words of workspaces.

use super::look::Look;
use crate::base::id::{AccountId, WorkspaceId};
use crate::base::text::Label;
use crate::base::time::Timestamp;

/// The name of a workspace in addresses: 2 to 50 small letters, digits and single hyphens between them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

impl Slug {
    /// How many characters fit.
    pub const MAX: usize = 50;

    /// Parses, letter for letter.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let hyphens = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        ((2..=Self::MAX).contains(&text.len()) && plain && hyphens).then(|| Self(text.to_owned()))
    }

    /// What a name is in addresses; `workspace` where nothing of it can stand there. Leaves room for a mark that tells it
    /// from another of the same name.
    pub fn of(name: &Label) -> Self {
        let letters = name.as_str().to_lowercase();
        let words = letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let joined = words.collect::<Vec<_>>().join("-");
        let cut = joined.get(..Self::MAX - 10).unwrap_or(&joined).trim_end_matches('-');
        Self::parse(cut).unwrap_or_else(|| Self("workspace".to_owned()))
    }

    /// The same with a mark behind it.
    pub(super) fn marked(&self, mark: &str) -> Self {
        Self(format!("{}-{mark}", self.0))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a secret key with `keys:manage` may manage the keys of its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysManage {
    /// It may, within its own bounds.
    Allowed,
    /// People alone do.
    Forbidden,
}

impl KeysManage {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Forbidden => "forbidden",
        }
    }

    /// Reads that word.
    pub fn from_db(word: &str) -> Option<Self> {
        [Self::Allowed, Self::Forbidden].into_iter().find(|known| known.as_str() == word)
    }
}

/// A workspace as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its identity, for ever.
    pub id: WorkspaceId,
    /// Its name in addresses.
    pub slug: Slug,
    /// What people call it.
    pub name: Label,
    /// What it shows beside its name.
    pub look: Look,
    /// Its plan, by name.
    pub plan: String,
    /// Whose own workspace it is, if it is somebody's.
    pub personal_of: Option<AccountId>,
    /// Whether its keys may manage keys.
    pub keys_manage: KeysManage,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_small_letters_digits_and_single_hyphens() {
        for good in ["acme", "a1", "acme-eu-2", &"x".repeat(50)] {
            assert_eq!(Slug::parse(good).map(|slug| slug.0), Some(good.to_owned()));
        }
        for wrong in ["", "a", "Acme", "-acme", "acme-", "a--b", "a_b", "a/b", "ä1", &"x".repeat(51)] {
            assert_eq!(Slug::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn any_name_has_a_slug_with_room_for_a_mark() {
        let of = |name: &str| Slug::of(&Label::parse(name).expect("a name")).0;
        assert_eq!(of("Acme GmbH & Co. KG"), "acme-gmbh-co-kg");
        assert_eq!(of("Übung 7"), "bung-7");
        assert_eq!(of("日本語"), "workspace");
        let long = Slug::of(&Label::parse(&"ab ".repeat(33)).expect("a name"));
        assert!(Slug::parse(long.as_str()).is_some() && Slug::parse(long.marked("12345678").as_str()).is_some());
    }
}
