//! Somebody in a workspace.

use super::roles::{MemberRoles, Right, Standing};
use super::store;
use super::workspace::{Slug, Workspace};
use crate::base::id::{AccountId, MembershipId, WorkspaceId};
use crate::db::{self, Cx, Db};
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

/// Why somebody is no member who can do anything.
#[derive(Debug, thiserror::Error)]
pub enum NoMember {
    /// There is no such workspace, or they do not belong to it: nobody can tell which.
    #[error("there is no such workspace")]
    NotFound,
    /// An administrator has suspended the workspace.
    #[error("this workspace is suspended. Ask an administrator")]
    Suspended,
    /// Their address is not confirmed.
    #[error("confirm your email address first")]
    Unconfirmed,
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why a member may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The membership has ended, or the workspace is suspended or gone: nobody can tell which.
    #[error("there is no such workspace")]
    NotFound,
    /// The member's roles do not allow it.
    #[error("your roles in this workspace do not allow it. Ask one of its owners")]
    Forbidden,
}

/// The person as a member of this workspace. Only a confirmed person in a workspace that is not suspended is one.
///
/// # Errors
/// Why they are none.
pub async fn member(db: &Db, person: &Person, which: &Which) -> Result<Member, NoMember> {
    let found = store::membership(&mut db.read().await?, person.id(), which).await?;
    let (workspace, id, roles) = found.ok_or(NoMember::NotFound)?;
    if workspace.suspended_at.is_some() {
        return Err(NoMember::Suspended);
    }
    if !person.is_verified() {
        return Err(NoMember::Unconfirmed);
    }
    Ok(Member { person: person.clone(), workspace, id, roles })
}

/// Whether an account belongs to a workspace at this moment.
///
/// # Errors
/// When the database does not answer.
pub async fn is_member(db: &Db, account: AccountId, workspace: WorkspaceId) -> db::Result<bool> {
    let found = store::membership(&mut db.read().await?, account, &Which::Id(workspace)).await?;
    Ok(found.is_some())
}

/// The person's workspaces with what they are there, by name; their own comes first. Suspended ones are among them.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, account: AccountId) -> db::Result<Vec<(Workspace, MemberRoles)>> {
    store::of_account(&mut db.read().await?, account).await
}

/// How many people belong to the member's workspace.
///
/// # Errors
/// When the database does not answer.
pub async fn count_members(db: &Db, of: &Member) -> db::Result<i64> {
    store::count_members(&mut db.read().await?, of.workspace.id).await
}

/// The living membership of an account in a workspace, in the transaction that binds something to it; nothing if they do
/// not belong to it, or it is suspended.
pub(in crate::domain) async fn membership_in(
    cx: &mut Cx,
    account: AccountId,
    which: &Which,
) -> db::Result<Option<(WorkspaceId, MembershipId, MemberRoles)>> {
    let found = store::membership(cx, account, which).await?.filter(|(workspace, _, _)| workspace.suspended_at.is_none());
    Ok(found.map(|(workspace, membership, roles)| (workspace.id, membership, roles)))
}

/// The member's standing at this moment, in the transaction that acts on it; nothing if the membership has ended or the
/// workspace is suspended.
pub(in crate::domain) async fn still(cx: &mut Cx, member: &Member) -> db::Result<Option<Standing>> {
    let id = Which::Id(member.workspace.id);
    let found = store::membership(cx, member.person.id(), &id).await?;
    let same = found.filter(|(workspace, id, _)| *id == member.id && workspace.suspended_at.is_none());
    Ok(same.map(|(_, _, roles)| roles.standing()))
}

/// The member's standing at this moment, if it allows this.
pub(in crate::domain) async fn allowed<E: From<Refused> + From<db::Error>>(
    cx: &mut Cx,
    member: &Member,
    right: Right,
) -> Result<Standing, E> {
    let standing = still(cx, member).await?.ok_or(Refused::NotFound)?;
    if standing.may(right) { Ok(standing) } else { Err(Refused::Forbidden.into()) }
}
