//! `/workspaces` and `/w/{slug}…`: the workspaces that one belongs to.
//!
//! | module | what it is |
//! |---|---|
//! | [`within`] | who is behind a page of a workspace: a member, or nobody |
//! | [`list`], [`new`] | all of mine, and one more |
//! | [`overview`] | the facts of one |
//! | [`members`], [`roles`] | who belongs to it, and as what |
//! | [`invites`], [`join`] | who is invited to it, and their answer |
//! | [`keys`] | what it gives to programs and web pages |
//! | [`service_accounts`] | the identities of its machines |
//! | [`usage`] | how its keys were used |
//! | [`settings`] | what it is called, what its keys may do |
//! | [`delete`] | its end |

pub mod delete;
pub mod invites;
pub mod join;
pub mod keys;
pub mod list;
pub mod members;
pub mod new;
pub mod overview;
pub mod roles;
pub mod service_accounts;
pub mod settings;
pub mod usage;
pub mod within;

use crate::base::time::Timestamp;
use crate::domain::workspaces::members::Membership;
use crate::domain::workspaces::{Member, Right, Slug, Workspace};

/// A workspace, as its own pages name it.
#[derive(Debug, Clone)]
pub struct WorkspaceView {
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Whether whoever looks invites, removes and changes members.
    pub manages_members: bool,
    /// Whether whoever looks changes its settings.
    pub manages_settings: bool,
}

impl WorkspaceView {
    /// As this member sees it.
    pub fn of(member: &Member) -> Self {
        Self {
            slug: member.workspace().slug.as_str().to_owned(),
            name: member.workspace().name.as_str().to_owned(),
            manages_members: member.may(Right::ManageMembers),
            manages_settings: member.may(Right::ManageSettings),
        }
    }
}

/// Somebody in a workspace, as its pages show them.
#[derive(Debug, Clone)]
pub struct MemberView {
    /// The membership's id on the wire: `mem_…`.
    pub id: String,
    /// What they are called; may be empty.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// Since when they belong to it.
    pub since: Timestamp,
    /// Whether an administrator has stopped their account.
    pub is_suspended: bool,
    /// Whether it is whoever looks.
    pub is_me: bool,
}

impl MemberView {
    fn of(found: &Membership, me: &Member) -> Self {
        Self {
            id: found.id.to_string(),
            name: found.name.as_str().to_owned(),
            email: found.email.to_string(),
            roles: found.roles.words().map(str::to_owned).collect(),
            since: found.since,
            is_suspended: found.suspended,
            is_me: found.account == me.person().id(),
        }
    }

    /// What to call them: the name, or the address of those who gave none.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

/// A page of this member's workspace.
fn place(of: &Member, page: &str) -> String {
    format!("/w/{}/{page}", of.workspace().slug.as_str())
}

/// The first page of a workspace.
fn page_of(workspace: &Workspace) -> String {
    page_of_slug(&workspace.slug)
}

/// The first page of the workspace with this name in addresses.
fn page_of_slug(slug: &Slug) -> String {
    format!("/w/{}", slug.as_str())
}
