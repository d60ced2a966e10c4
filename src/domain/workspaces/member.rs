//! Somebody in a workspace.

use super::roles::{MemberRoles, Right, Standing};
use super::store;
use super::workspace::{Slug, Workspace};
use crate::base::id::{AccountId, MembershipId, WorkspaceId};
use crate::db::{Cx, Db, Result};
use crate::domain::accounts::Person;

/// How a workspace is named by whoever asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By its id.
    Id(WorkspaceId),
    /// By its name in addresses.
    Slug(Slug),
}

impl Which {
    /// Reads an id or a slug; nothing if no workspace can be named so.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Id).ok().or_else(|| Slug::parse(text).map(Self::Slug))
    }
}

/// A person in a workspace that they belong to. Verbs that look into a workspace or change it take one, so that nobody
/// reaches them for a workspace that is not theirs.
#[derive(Debug, Clone)]
pub struct Member {
    person: Person,
    workspace: Workspace,
    id: MembershipId,
    roles: MemberRoles,
}

impl Member {
    /// The person.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The workspace, as it was when the request began.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The membership.
    pub fn id(&self) -> MembershipId {
        self.id
    }

    /// What the person is there.
    pub fn roles(&self) -> &MemberRoles {
        &self.roles
    }

    /// How far the person's rights reach there.
    pub fn standing(&self) -> Standing {
        self.roles.standing()
    }

    /// Whether the person may do this there. Verbs ask again in their transaction, by [`still`].
    pub fn may(&self, right: Right) -> bool {
        self.standing().may(right)
    }
}

/// The person as a member of this workspace; nothing if there is none, or they do not belong to it.
///
/// # Errors
/// When the database does not answer.
pub async fn member(db: &Db, person: &Person, which: &Which) -> Result<Option<Member>> {
    let found = store::membership(&mut db.read().await?, person.id(), which).await?;
    Ok(found.map(|(workspace, id, roles)| Member { person: person.clone(), workspace, id, roles }))
}

/// The person's workspaces with what they are there, by name; their own comes first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, account: AccountId) -> Result<Vec<(Workspace, MemberRoles)>> {
    store::of_account(&mut db.read().await?, account).await
}

/// The member's standing at this moment, in the transaction that acts on it; nothing if the membership has ended.
pub(in crate::domain) async fn still(cx: &mut Cx, member: &Member) -> Result<Option<Standing>> {
    let id = Which::Id(member.workspace.id);
    let found = store::membership(cx, member.person.id(), &id).await?;
    Ok(found.filter(|(_, id, _)| *id == member.id).map(|(_, _, roles)| roles.standing()))
}
