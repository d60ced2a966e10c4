//! Reading events back.

use serde_json::Value;

use super::event::{Action, Actor, Outcome};
use super::store;
use crate::base::id::{AccountId, WorkspaceId};
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::time::Timestamp;
use crate::db::{Db, Result};

/// Which events to show; what is `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// Of this workspace.
    pub workspace: Option<WorkspaceId>,
    /// Done by these.
    pub actor: Option<Actor>,
    /// Of this kind.
    pub action: Option<Action>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// In this request.
    pub request_id: Option<String>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

/// An event as it was recorded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its number: without gaps, in the order of commits.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What, as the stored word; [`Action::parse`] knows those of this version.
    pub action: String,
    /// Whether it was refused.
    pub refused: bool,
    /// Who, in words.
    pub by: String,
    /// Who, when it was a person in a session.
    pub actor: Option<AccountId>,
    /// Whose account it concerns.
    pub account: Option<AccountId>,
    /// That account's address.
    pub account_email: Option<String>,
    /// Which workspace it concerns.
    pub workspace: Option<WorkspaceId>,
    /// What it was done to.
    pub target: String,
    /// Facts.
    pub details: Value,
    /// From which address.
    pub address: String,
    /// With which agent.
    pub agent: String,
    /// In which request.
    pub request_id: String,
}

/// A page of events, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, filter: &Filter, after: Option<&Cursor>, size: PageSize) -> Result<Page<Recorded>> {
    let before = after.and_then(|cursor| cursor.id.parse().ok()).unwrap_or(i64::MAX);
    let rows = store::list(&mut db.read().await?, filter, before, size.rows() + 1).await?;
    Ok(Page::cut(rows, size, |event| Cursor { key: String::new(), id: event.seq.to_string() }))
}

/// The latest events about one thing of an account, newest first; `target` as the wire spells it.
///
/// # Errors
/// When the database does not answer.
pub async fn about(db: &Db, account: AccountId, target: &str, size: PageSize) -> Result<Vec<Recorded>> {
    store::about(&mut db.read().await?, account, target, size.rows()).await
}

/// The same within a workspace: what was done there with this thing, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn about_in(db: &Db, workspace: WorkspaceId, target: &str, size: PageSize) -> Result<Vec<Recorded>> {
    store::about_in(&mut db.read().await?, workspace, target, size.rows()).await
}

/// How many events of a kind were refused, from one instant until before another.
///
/// # Errors
/// When the database does not answer.
pub async fn count_refused(db: &Db, action: Action, from: Timestamp, until: Timestamp) -> Result<i64> {
    store::count_refused(&mut db.read().await?, action, from, until).await
}
