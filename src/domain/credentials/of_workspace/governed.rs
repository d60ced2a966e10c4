//! Everybody's workspaces, as administrators see them: with what is in them.

use super::store;
use crate::base::id::{AccountId, WorkspaceId};
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::Administrator;
use crate::domain::workspaces::Look;

/// Which workspaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Among {
    /// All of them.
    #[default]
    All,
    /// Those that more than one person may belong to.
    Shared,
    /// Those that are one person's own.
    Personal,
    /// Those that an administrator has stopped.
    Suspended,
}

impl Among {
    /// All choices, in the order of the page.
    pub const ALL: &[Self] = &[Self::All, Self::Shared, Self::Personal, Self::Suspended];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Shared => "shared",
            Self::Personal => "personal",
            Self::Suspended => "suspended",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|among| among.as_str() == word)
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceFilter {
    /// Which workspaces.
    pub among: Among,
    /// A part of a name or of an address; empty for all.
    part: String,
    /// The whole id, when what is sought is one.
    id: String,
    /// Somebody who belongs to them all; nothing for anybody.
    member: Option<AccountId>,
    /// A label that they all have; nothing for any.
    label: Option<Label>,
}

impl WorkspaceFilter {
    /// With a search as it was typed: a part of a name or of an address, or a whole id. What can be none of them asks for
    /// nothing.
    pub fn new(among: Among, search: &str) -> Self {
        let search = search.trim();
        Self {
            among,
            part: Label::parse(search).map(|label| label.as_str().to_owned()).unwrap_or_default(),
            id: search.parse::<WorkspaceId>().map(|id| id.to_db()).unwrap_or_default(),
            member: None,
            label: None,
        }
    }

    /// The same, of those that this person belongs to.
    #[must_use]
    pub fn having_member(self, member: AccountId) -> Self {
        Self { member: Some(member), ..self }
    }

    /// The same, of those with this label.
    #[must_use]
    pub fn labelled(self, label: Label) -> Self {
        Self { label: Some(label), ..self }
    }

    /// That person, as the database spells them; empty for anybody.
    pub(super) fn member(&self) -> String {
        self.member.map(|id| id.to_db()).unwrap_or_default()
    }

    /// How the label stands in the column `labels`, where no other word can hold it; empty for any.
    pub(super) fn label(&self) -> String {
        self.label.as_ref().map(|label| serde_json::Value::from(label.as_str()).to_string()).unwrap_or_default()
    }

    /// What is sought, as it is read; empty for all.
    pub fn search(&self) -> &str {
        &self.part
    }

    /// The whole id, as the database spells it.
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

/// A workspace as administrators see it.
#[derive(Debug, Clone)]
pub struct GovernedWorkspace {
    /// Which.
    pub id: WorkspaceId,
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// What it shows beside its name.
    pub look: Look,
    /// Its plan.
    pub plan: String,
    /// Whose own it is, if it is somebody's.
    pub personal_of: Option<AccountId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
    /// How many belong to it.
    pub members: i64,
    /// How many of its keys are neither revoked nor expired.
    pub keys: i64,
    /// The same of its service accounts.
    pub service_accounts: i64,
}

/// A page of workspaces, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_workspaces(
    ctx: &Ctx,
    _by: &Administrator,
    filter: &WorkspaceFilter,
    after: Option<&Cursor>,
    size: PageSize,
) -> db::Result<Page<GovernedWorkspace>> {
    let rows = store::governed(&mut ctx.db.read().await?, filter, after, size.rows() + 1, ctx.now()).await?;
    Ok(Page::cut(rows, size, |row| Cursor { key: String::new(), id: row.id.to_db() }))
}

/// One workspace; nothing if there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn find_workspace(ctx: &Ctx, _by: &Administrator, id: WorkspaceId) -> db::Result<Option<GovernedWorkspace>> {
    let filter = WorkspaceFilter { part: id.to_string(), id: id.to_db(), ..WorkspaceFilter::default() };
    Ok(store::governed(&mut ctx.db.read().await?, &filter, None, 1, ctx.now()).await?.pop())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sought_is_a_part_or_an_id_and_words_are_read_as_they_are_written() {
        let needles = |text: &str| {
            let filter = WorkspaceFilter::new(Among::All, text);
            (filter.search().to_owned(), filter.id().to_owned())
        };
        assert_eq!(needles(" Acme "), ("Acme".into(), String::new()));
        assert_eq!(needles("wsp_0198f3a27c5e7d3c8b1a2f4e6d8c0b1a").1, "0198f3a2-7c5e-7d3c-8b1a-2f4e6d8c0b1a");
        assert_eq!(needles("a\u{0}b"), Default::default());
        for among in Among::ALL {
            assert_eq!(Among::parse(among.as_str()), Some(*among));
        }
        assert_eq!(Among::parse("All"), None);
    }
}
