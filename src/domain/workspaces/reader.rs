//! Looking into a workspace without changing anything: its members may, and credentials that may read it.

use super::member::{Member, Which};
use super::roles::{MemberRoles, Right};
use super::store;
use super::workspace::Workspace;
use crate::base::id::{AccountId, WorkspaceId};
use crate::db::{self, Cx};

/// Somebody who may look into a workspace. Only this feature knows such, so nobody looks into one that is not theirs.
pub trait Inside: sealed::Known {
    /// Which.
    fn workspace(&self) -> &Workspace;

    /// Whether they may read what happened there, which names people and their addresses.
    fn sees_events(&self) -> bool;
}

mod sealed {
    /// What this feature has built.
    pub trait Known {}
    impl Known for super::Member {}
    impl Known for super::Reader {}
}

impl Inside for Member {
    fn workspace(&self) -> &Workspace {
        self.workspace()
    }

    fn sees_events(&self) -> bool {
        self.may(Right::ManageMembers)
    }
}

/// A credential, or a person, that may look into a workspace and do nothing else there.
#[derive(Debug, Clone)]
pub struct Reader {
    workspace: Workspace,
    roles: Option<MemberRoles>,
}

impl Reader {
    /// What the person is there; nothing for what belongs to the workspace itself.
    pub fn roles(&self) -> Option<&MemberRoles> {
        self.roles.as_ref()
    }
}

impl From<&Member> for Reader {
    fn from(member: &Member) -> Self {
        Self { workspace: member.workspace().clone(), roles: Some(member.roles().clone()) }
    }
}

impl Inside for Reader {
    fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    fn sees_events(&self) -> bool {
        self.roles.as_ref().is_none_or(|roles| roles.standing().may(Right::ManageMembers))
    }
}

/// What belongs to this workspace, as it looks into the one that it names; nothing if that is another.
pub(in crate::domain) async fn own_reader_in(cx: &mut Cx, home: WorkspaceId, which: &Which) -> db::Result<Option<Reader>> {
    let found = store::find(cx, which).await?.filter(|workspace| workspace.id == home);
    Ok(found.map(|workspace| Reader { workspace, roles: None }))
}

/// What acts for this account, as it looks into one of its workspaces; nothing if it does not belong to it.
pub(in crate::domain) async fn reader_for_in(cx: &mut Cx, account: AccountId, which: &Which) -> db::Result<Option<Reader>> {
    let found = store::membership(cx, account, which).await?;
    Ok(found.map(|(workspace, _, roles)| Reader { workspace, roles: Some(roles) }))
}
