//! What a member may be, and what that allows.

use crate::domain::accounts::{BadRoles, Roles};

/// How far a member's rights in a workspace reach: each standing may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Looks.
    Viewer,
    /// Manages keys and service accounts.
    Developer,
    /// Manages members and settings.
    Admin,
    /// Decides who owns the workspace, and whether there is one.
    Owner,
}

/// What somebody wants to do in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// See its members, keys and usage.
    Read,
    /// Create and end its keys and service accounts.
    ManageKeys,
    /// Invite, remove and change members.
    ManageMembers,
    /// Rename it, and decide what its keys may do.
    ManageSettings,
    /// Delete it.
    Delete,
}

impl Standing {
    /// All of them, from the least.
    pub const ALL: &[Self] = &[Self::Viewer, Self::Developer, Self::Admin, Self::Owner];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// What it allows, for the person who chooses it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Viewer => "Sees members, keys and usage.",
            Self::Developer => "Creates, rotates and revokes keys and service accounts, too.",
            Self::Admin => "Invites and removes members and changes settings, too.",
            Self::Owner => "Decides who owns the workspace, and can delete it.",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|standing| standing.as_str() == word)
    }

    /// Whether it allows this.
    pub fn may(self, right: Right) -> bool {
        let needed = match right {
            Right::Read => Self::Viewer,
            Right::ManageKeys => Self::Developer,
            Right::ManageMembers | Right::ManageSettings => Self::Admin,
            Right::Delete => Self::Owner,
        };
        self >= needed
    }
}

/// The roles of a member: `owner`, `admin`, `developer` or `viewer`, and any words of the product's own beside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRoles(Roles);

impl MemberRoles {
    /// What whoever creates a workspace is.
    pub fn owner() -> Self {
        Self::of(Standing::Owner)
    }

    /// One standing and nothing else.
    pub fn of(standing: Standing) -> Self {
        Self(Roles::parse(standing.as_str()).expect("a standing is a role"))
    }

    /// Words separated by commas or white space.
    ///
    /// # Errors
    /// When there is none, or one of them is no role.
    pub fn parse(text: &str) -> Result<Self, BadRoles> {
        Roles::parse(text).map(Self)
    }

    /// How far they reach: the furthest of the known words. Words of the product's own reach no further than looking.
    pub fn standing(&self) -> Standing {
        self.0.words().filter_map(Standing::parse).max().unwrap_or(Standing::Viewer)
    }

    /// Whether this word is one of them.
    pub fn has(&self, role: &str) -> bool {
        self.0.has(role)
    }

    /// Whether they include this one, or reach further where it is a standing.
    pub fn reach(&self, role: &str) -> bool {
        match Standing::parse(role) {
            Some(standing) => self.standing() >= standing,
            None => self.has(role),
        }
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.words()
    }

    /// The spelling in the database: a JSON list.
    pub fn to_db(&self) -> String {
        self.0.to_db()
    }

    /// Reads that spelling.
    pub fn from_db(text: &str) -> Option<Self> {
        Roles::from_db(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_standing_may_do_what_those_before_it_may_and_one_thing_more() {
        let may = |standing: Standing| {
            [Right::Read, Right::ManageKeys, Right::ManageMembers, Right::ManageSettings, Right::Delete]
                .map(|right| standing.may(right))
        };
        assert_eq!(may(Standing::Viewer), [true, false, false, false, false]);
        assert_eq!(may(Standing::Developer), [true, true, false, false, false]);
        assert_eq!(may(Standing::Admin), [true, true, true, true, false]);
        assert_eq!(may(Standing::Owner), [true; 5]);
    }

    #[test]
    fn roles_reach_lower_standings_and_the_words_they_name() {
        let roles = MemberRoles::parse("admin, billing").expect("roles");
        let reached = ["viewer", "developer", "admin", "owner", "billing", "support"].map(|role| roles.reach(role));
        assert_eq!(reached, [true, true, true, false, true, false]);
    }

    #[test]
    fn words_of_the_products_own_only_look() {
        let standing = |text: &str| MemberRoles::parse(text).map(|roles| roles.standing());
        assert_eq!(standing("billing, support"), Ok(Standing::Viewer));
        assert_eq!(standing("billing developer"), Ok(Standing::Developer));
        assert_eq!(standing("viewer, Owner"), Ok(Standing::Owner));
        assert_eq!(standing("owners"), Ok(Standing::Viewer));
        assert_eq!(standing(""), Err(BadRoles::Empty));
    }
}
