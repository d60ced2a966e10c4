//! A person's own tokens, as the page lists them.

mod store;

pub(super) use store::{ENDED_SHOWN, EXPIRING, SummaryRow, made_by_form};

use super::credential::{RevokedBy, State};
use crate::base::id::{CredentialId, SecretId, WorkspaceId};
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::{Scopes, Viewed};
use crate::domain::accounts::Person;
use crate::domain::workspaces::MemberRoles;

/// Which tokens, by where they are in their life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Good ones, also those that are paused.
    #[default]
    Active,
    /// Those whose time ended in the last 90 days.
    Expired,
    /// Those revoked in the last 90 days.
    Revoked,
}

impl Tab {
    /// All of them, in the order of the page.
    pub const ALL: &[Self] = &[Self::Active, Self::Expired, Self::Revoked];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|tab| tab.as_str() == word)
    }
}

/// Some of the good ones: those that somebody should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subset {
    /// Those that end within 14 days.
    Expiring,
    /// Those that were not used for 90 days.
    Unused,
    /// Those that never end.
    Endless,
}

impl Subset {
    /// All of them, in the order of the page.
    pub const ALL: &[Self] = &[Self::Expiring, Self::Unused, Self::Endless];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expiring => "expiring",
            Self::Unused => "unused",
            Self::Endless => "never-expires",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|subset| subset.as_str() == word)
    }
}

/// By what a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Column {
    /// When a token was made.
    #[default]
    Created,
    /// Its name.
    Name,
    /// When it ends; what never ends comes after everything that does.
    Expires,
    /// When it was last used; what never was comes before everything that was.
    LastUsed,
}

impl Column {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Created, Self::Name, Self::Expires, Self::LastUsed];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Expires => "expires",
            Self::LastUsed => "used",
        }
    }
}

/// Which end of a list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Earliest, soonest or `a` first.
    Up,
    /// Latest or `z` first.
    Down,
}

impl Direction {
    /// The word for the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// In which order: newest first, unless somebody asks for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: Column,
    /// Which end first.
    pub direction: Direction,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: Column::Created, direction: Direction::Down }
    }
}

impl Sort {
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
        Column::ALL.iter().find(|column| column.as_str() == name).map(|by| Self { by: *by, direction })
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

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Which tab.
    pub tab: Tab,
    /// Which of the good ones alone; of no effect under another tab.
    pub subset: Option<Subset>,
    /// In which order.
    pub sort: Sort,
    /// A part of the name or of what is shown of the secret, in the form of [`Label::key`]; empty for all.
    pub search: String,
}

impl ListFilter {
    /// With a search as it was typed.
    pub fn new(tab: Tab, sort: Sort, search: &str) -> Self {
        let search = Label::parse(search).map(|label| label.key()).unwrap_or_default();
        Self { tab, sort, search, subset: None }
    }

    /// The same, for some of the good ones alone.
    #[must_use]
    pub fn only(self, subset: Option<Subset>) -> Self {
        Self { subset, ..self }
    }

    /// The word for the database.
    pub(super) fn word(&self) -> &'static str {
        match (self.tab, self.subset) {
            (Tab::Active, Some(subset)) => subset.as_str(),
            (tab, _) => tab.as_str(),
        }
    }
}

/// A token as a list shows it.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Which.
    pub id: CredentialId,
    /// Its name.
    pub name: String,
    /// Its scopes; nothing if what is stored cannot be read, and then it allows nothing.
    pub scopes: Option<Scopes>,
    /// The beginning of its secret.
    pub prefix: String,
    /// The end of its secret.
    pub last_four: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Who revoked it.
    pub revoked_by: Option<RevokedBy>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_address: Option<String>,
    /// With what.
    pub last_used_agent: Option<String>,
    /// How often it has been used.
    pub uses: i64,
    /// The workspace that it is locked to, if it is a person's and is locked to one.
    pub place: Option<LockedTo>,
    /// The secret that was replaced last, if any ever was: it may still be good.
    pub previous: Option<SecretFacts>,
    sort_key: String,
}

/// The workspace that a token is locked to.
#[derive(Debug, Clone)]
pub struct LockedTo {
    /// Which.
    pub id: WorkspaceId,
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// What the owner is there; nothing if the membership has ended, and then the token is refused.
    pub roles: Option<MemberRoles>,
}

/// What may be known of a secret, which is not the secret.
#[derive(Debug, Clone)]
pub struct SecretFacts {
    /// Which.
    pub id: SecretId,
    /// Its beginning.
    pub prefix: String,
    /// Its end.
    pub last_four: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good, if it was replaced.
    pub valid_until: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_address: Option<String>,
    /// With what.
    pub last_used_agent: Option<String>,
    /// How often it has been used.
    pub uses: i64,
}

impl Summary {
    /// Where it is in its life.
    pub fn state(&self, now: Timestamp) -> State {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => State::Revoked,
            (None, Some(end)) if end <= now => State::Expired,
            (None, _) if self.paused_at.is_some() => State::Paused,
            (None, _) => State::Active,
        }
    }

    /// What the owner is in the workspace that it is locked to.
    pub fn roles_there(&self) -> Option<&MemberRoles> {
        self.place.as_ref().and_then(|place| place.roles.as_ref())
    }

    /// Whether it is locked to a membership that has ended.
    pub fn is_homeless(&self) -> bool {
        self.place.as_ref().is_some_and(|place| place.roles.is_none())
    }

    /// Whether it is neither revoked nor expired.
    pub fn is_living(&self, now: Timestamp) -> bool {
        matches!(self.state(now), State::Active | State::Paused)
    }

    /// Its place in the list that it was read for.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor { key: self.sort_key.clone(), id: self.id.to_db() }
    }

    /// The replaced secret, while it is still good beside the new one.
    pub fn overlap(&self, now: Timestamp) -> Option<&SecretFacts> {
        self.previous.as_ref().filter(|secret| self.is_living(now) && secret.valid_until.is_some_and(|end| end > now))
    }
}

/// A page of tokens.
pub type Listing = Page<Summary>;

/// How many tokens a person has under each tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Good ones.
    pub active: i64,
    /// Those whose time ended in the last 90 days.
    pub expired: i64,
    /// Those revoked in the last 90 days.
    pub revoked: i64,
    /// Of the good ones, those that end within 14 days.
    pub expiring: i64,
    /// Of the good ones, those that were not used for 90 days.
    pub unused: i64,
    /// Of the good ones, those that never end.
    pub endless: i64,
}

impl Counts {
    /// How far is counted: one more stands for any number beyond.
    pub const MOST: i64 = 1_000;
}

/// The person's tokens.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx, of: &Person, filter: &ListFilter, after: Option<&Cursor>, size: PageSize) -> db::Result<Listing> {
    let mut cx = ctx.db.read().await?;
    let rows = store::list(&mut cx, of.id(), filter, after, size.rows() + 1, ctx.now()).await?;
    Ok(Page::cut(rows, size, Summary::cursor))
}

/// How many tokens the person has.
///
/// # Errors
/// When the database does not answer.
pub async fn count(ctx: &Ctx, of: &Person) -> db::Result<Counts> {
    store::count(&mut ctx.db.read().await?, of.id(), ctx.now()).await
}

/// How many tokens somebody has whose account an administrator views.
///
/// # Errors
/// When the database does not answer.
pub async fn count_viewed(ctx: &Ctx, of: &Viewed) -> db::Result<Counts> {
    store::count(&mut ctx.db.read().await?, of.account().id, ctx.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        for by in Column::ALL {
            for direction in [Direction::Up, Direction::Down] {
                let sort = Sort { by: *by, direction };
                assert_eq!(Sort::parse(&sort.word()), Some(sort));
                assert_ne!(sort.reversed(), sort);
            }
        }
        for wrong in ["", "-", "--name", "Name", "id", "name "] {
            assert_eq!(Sort::parse(wrong), None, "{wrong}");
        }
    }
}
