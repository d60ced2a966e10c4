//! A person's own tokens, as the page lists them.

use super::credential::State;
use super::store;
use crate::base::id::CredentialId;
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::Scopes;
use crate::domain::accounts::Person;

/// Which tokens, by where they are in their life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Good ones.
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

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// By name.
    Name,
    /// What ends soonest first.
    Expires,
    /// What was used last first.
    LastUsed,
}

impl Sort {
    /// All of them, in the order of the page.
    pub const ALL: &[Self] = &[Self::Newest, Self::Name, Self::Expires, Self::LastUsed];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Name => "name",
            Self::Expires => "expires",
            Self::LastUsed => "used",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sort| sort.as_str() == word)
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// Which tab.
    pub tab: Tab,
    /// In which order.
    pub sort: Sort,
    /// A part of the name, in the form of [`Label::key`]; empty for all.
    pub search: String,
}

impl ListFilter {
    /// With a search as it was typed.
    pub fn new(tab: Tab, sort: Sort, search: &str) -> Self {
        let search = Label::parse(search).map(|label| label.key()).unwrap_or_default();
        Self { tab, sort, search }
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
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_address: Option<String>,
    /// With what.
    pub last_used_agent: Option<String>,
    /// How often it has been used.
    pub uses: i64,
    pub(super) sort_key: String,
}

impl Summary {
    /// Where it is in its life.
    pub fn state(&self, now: Timestamp) -> State {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => State::Revoked,
            (None, Some(end)) if end <= now => State::Expired,
            (None, _) => State::Active,
        }
    }
}

/// A page of tokens, and whether the person may have any.
pub type Listing = Page<Summary>;

/// The person's tokens.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx, of: &Person, filter: &ListFilter, after: Option<&Cursor>, size: PageSize) -> db::Result<Listing> {
    let mut cx = ctx.db.read().await?;
    let rows = store::list(&mut cx, of.id(), filter, after, size.rows() + 1, ctx.now()).await?;
    Ok(Page::cut(rows, size, |row| Cursor { key: row.sort_key.clone(), id: row.id.to_db() }))
}

/// One of the person's tokens; somebody else's does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn find(ctx: &Ctx, of: &Person, id: CredentialId) -> db::Result<Option<Summary>> {
    store::find(&mut ctx.db.read().await?, of.id(), id).await
}
