//! `/workspaces` and `/w/{slug}…`: the workspaces that one belongs to.
//!
//! | module | what it is |
//! |---|---|
//! | [`within`] | who is behind a page of a workspace: a member, or nobody |
//! | [`list`], [`new`] | all of mine, and one more |
//! | [`overview`] | the facts of one |
//! | [`settings`] | what it is called, what its keys may do |

pub mod list;
pub mod new;
pub mod overview;
pub mod settings;
pub mod within;

use crate::domain::workspaces::{Member, Right, Workspace};

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

/// The first page of a workspace.
pub(super) fn page_of(workspace: &Workspace) -> String {
    format!("/w/{}", workspace.slug.as_str())
}
