//! Who belongs to a workspace, and as what.
//!
//! Owners are granted, changed and removed by owners alone, an admin manages those below, nobody raises themself, and
//! there is always an owner who can act.

mod change;
mod end;
mod store;

pub use change::{MemberError, set_roles};
pub use end::{leave, remove};

pub(super) use change::{OwnersLeft, owners_left_in};
pub(super) use store::{list as list_in, others as others_in};

use std::collections::HashMap;

use super::member::Member;
use super::reader::Inside;
use super::roles::{MemberRoles, Standing};
use crate::base::id::{AccountId, MembershipId, WorkspaceId};
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::db::{self, Db};

/// Somebody in a workspace, as the others see them.
#[derive(Debug, Clone)]
pub struct Membership {
    /// Which membership.
    pub id: MembershipId,
    /// Whose account.
    pub account: AccountId,
    /// What they are called; may be empty.
    pub name: PersonName,
    /// Their address.
    pub email: EmailAddress,
    /// What they are there.
    pub roles: MemberRoles,
    /// Since when they belong to it.
    pub since: Timestamp,
    /// Whether an administrator has stopped their account.
    pub suspended: bool,
    sort_key: String,
}

impl Membership {
    /// What comes after them in their list starts here.
    pub(in crate::domain) fn cursor(&self) -> Cursor {
        Cursor { key: self.sort_key.clone(), id: self.id.to_db() }
    }

    /// How far their rights reach.
    pub fn standing(&self) -> Standing {
        self.roles.standing()
    }
}

/// A page of those who belong to the workspace, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, of: &impl Inside, after: Option<&Cursor>, size: PageSize) -> db::Result<Page<Membership>> {
    let rows = store::list(&mut db.read().await?, of.workspace().id, after, size.rows() + 1).await?;
    Ok(Page::cut(rows, size, Membership::cursor))
}

/// Who belongs to each workspace of an account, by when they came to; of many the first hundred.
///
/// # Errors
/// When the database does not answer.
pub async fn beside(db: &Db, account: AccountId) -> db::Result<HashMap<WorkspaceId, Vec<Membership>>> {
    let mut found: HashMap<WorkspaceId, Vec<Membership>> = HashMap::new();
    for (workspace, member) in store::beside(&mut db.read().await?, account).await? {
        found.entry(workspace).or_default().push(member);
    }
    Ok(found)
}

/// One of those who belong to the workspace; nothing if nobody there has this membership.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, of: &Member, id: MembershipId) -> db::Result<Option<Membership>> {
    store::find(&mut db.read().await?, of.workspace().id, id).await
}
