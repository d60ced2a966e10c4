//! Which credentials an administrator asks for, and in which order.

use crate::base::text::Label;
use crate::domain::credentials::Direction;
use crate::domain::credentials::credential::Owner;

/// Which credentials, by what there is to know about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// Those that nothing but the policy may refuse.
    #[default]
    Active,
    /// Of the active ones, those that end within 14 days.
    Expiring,
    /// Of the active ones, those without a use for 90 days.
    Unused,
    /// Of the active ones, those that never end.
    NeverExpires,
    /// Living ones that their owners have paused.
    Paused,
    /// Living ones of suspended accounts.
    OwnerSuspended,
    /// Those whose time is over.
    Expired,
    /// Those that somebody ended.
    Revoked,
    /// All that ever were.
    All,
}

impl Which {
    /// All of them, in the order of the page.
    pub const ALL: &[Self] = &[
        Self::Active,
        Self::Expiring,
        Self::Unused,
        Self::NeverExpires,
        Self::Paused,
        Self::OwnerSuspended,
        Self::Expired,
        Self::Revoked,
        Self::All,
    ];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Unused => "unused",
            Self::NeverExpires => "never",
            Self::Paused => "paused",
            Self::OwnerSuspended => "owner-suspended",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::All => "all",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|which| which.as_str() == word)
    }
}

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderBy {
    /// When a credential was made.
    #[default]
    Created,
    /// Its name.
    Name,
    /// Its owner's address.
    Owner,
    /// When it ends; what never ends comes after everything that does.
    Expires,
    /// When it was last used; what never was comes before everything that was.
    LastUsed,
    /// How often it was used.
    Uses,
}

impl OrderBy {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Created, Self::Name, Self::Owner, Self::Expires, Self::LastUsed, Self::Uses];

    /// The word in the URL and for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Owner => "owner",
            Self::Expires => "expires",
            Self::LastUsed => "used",
            Self::Uses => "uses",
        }
    }
}

/// In which order: newest first, unless somebody asks for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: OrderBy,
    /// Which end first.
    pub direction: Direction,
}

impl Default for Order {
    fn default() -> Self {
        Self { by: OrderBy::Created, direction: Direction::Down }
    }
}

impl Order {
    /// The word in the URL: `name`, or `-name` for the other way round.
    pub fn word(self) -> String {
        let minus = if self.direction == Direction::Down { "-" } else { "" };
        format!("{minus}{}", self.by.as_str())
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        let (direction, name) = match word.strip_prefix('-') {
            Some(name) => (Direction::Down, name),
            None => (Direction::Up, word),
        };
        OrderBy::ALL.iter().find(|by| by.as_str() == name).map(|by| Self { by: *by, direction })
    }

    /// The other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        let direction = match self.direction {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        };
        Self { direction, ..self }
    }
}

/// What to list; what is empty does not restrict.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// By what there is to know about them.
    pub which: Which,
    /// Of this account or workspace.
    pub owner: Option<Owner>,
    /// With exactly this word among their scopes.
    pub scope: String,
    /// With this part in the name or in what is shown of the secret.
    pub search: String,
    /// In which order.
    pub order: Order,
}

impl Filter {
    /// The scope as it stands in the stored list of words: with its quotation marks, so that no part of a word matches.
    pub(super) fn scope_in_list(&self) -> String {
        if self.scope.is_empty() { String::new() } else { serde_json::Value::from(self.scope.as_str()).to_string() }
    }

    /// The owner as the database spells it: no account has the id of a workspace.
    pub(super) fn owner_id(&self) -> Option<String> {
        self.owner.map(|owner| match owner {
            Owner::Account(id) => id.to_db(),
            Owner::Workspace(id) => id.to_db(),
        })
    }

    /// The search in the form that names are compared in.
    pub(super) fn search_key(&self) -> String {
        Label::parse(&self.search).map(|label| label.key()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for which in Which::ALL {
            assert_eq!(Which::parse(which.as_str()), Some(*which));
        }
        for by in OrderBy::ALL {
            for direction in [Direction::Up, Direction::Down] {
                let order = Order { by: *by, direction };
                assert_eq!((Order::parse(&order.word()), order.reversed().reversed()), (Some(order), order));
            }
        }
        for wrong in ["", "-", "--name", "Name", "id", "name "] {
            assert_eq!((Order::parse(wrong), Which::parse(wrong)), (None, None), "{wrong}");
        }
    }

    #[test]
    fn a_scope_is_searched_as_a_whole_word() {
        let of = |scope: &str| Filter { scope: scope.into(), ..Filter::default() }.scope_in_list();
        assert_eq!((of("admin").as_str(), of("").as_str(), of("a\"b").as_str()), ("\"admin\"", "", "\"a\\\"b\""));
    }
}
