//! The end of a workspace, and of everything in it.

use serde_json::json;

use super::member::{self, Member, Refused};
use super::members::{self, Membership, OwnersLeft};
use super::roles::{Right, Standing};
use super::store;
use super::workspace::Workspace;
use crate::base::id::AccountId;
use crate::db::{self, Change, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::Person;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, MembershipEnd, MembershipEnded, Message, NOTICE_LIFE};

/// Why a workspace was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// The member may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It is somebody's own.
    #[error("a personal workspace stays with its person. It goes with their account")]
    Personal,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Deletes the workspace with its keys, service accounts and memberships. The other members are told by mail.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn delete(ctx: &Ctx, by: &Member) -> Result<(), DeleteError> {
    let workspace = by.workspace();
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    member::allowed::<DeleteError>(&mut tx, by, Right::Delete).await?;
    if workspace.personal_of.is_some() {
        return Err(DeleteError::Personal);
    }
    for told in members::others_in(&mut tx, workspace.id, by.person().id()).await? {
        tell(&mut tx, ctx, by, told).await?;
    }
    delete_in(&mut tx, ctx, workspace, by.person()).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// Deletes a workspace, in a transaction that does more.
pub(in crate::domain) async fn delete_in(tx: &mut Tx, ctx: &Ctx, workspace: &Workspace, by: &Person) -> db::Result<()> {
    if !store::delete(tx, workspace.id).await? {
        return Ok(());
    }
    let now = ctx.now();
    tx.narrow(Change::Workspace(workspace.id.to_db()), now).await?;
    let event = Event::done_in(Actor::Account(by.id()), by.origin(), Action::WorkspaceDeleted, workspace.id)
        .about(by.id())
        .of(workspace.id)
        .with(json!({ "name": workspace.name.as_str(), "slug": workspace.slug.as_str() }));
    audit::record(tx, ctx, now, event).await
}

async fn tell(tx: &mut Tx, ctx: &Ctx, by: &Member, told: Membership) -> db::Result<()> {
    let message = MembershipEnded {
        name: told.name,
        workspace: by.workspace().name.clone(),
        by: by.person().email().to_string(),
        end: MembershipEnd::WorkspaceDeleted,
        cause: Cause::new(ctx.now(), by.person().origin()),
    };
    ctx.post_to(tx, &told.email, Some(told.account), &Message::MembershipEnded(message), NOTICE_LIFE).await
}

/// What becomes of somebody's workspaces when their account goes.
#[derive(Debug, Default)]
pub struct Leaving {
    /// Those that go with it: one's own, and those that nobody else belongs to.
    pub deleted: Vec<Workspace>,
    /// Those that others belong to and nobody would own: they have to be given to somebody, or deleted, first.
    pub orphaned: Vec<Workspace>,
}

/// What would become of an account's workspaces.
pub(in crate::domain) async fn leaving_in(cx: &mut Cx, account: AccountId) -> db::Result<Leaving> {
    let mut leaving = Leaving::default();
    for (workspace, roles) in store::of_account(cx, account).await? {
        let alone = store::count_members(cx, workspace.id).await? == 1;
        if alone || workspace.personal_of == Some(account) {
            leaving.deleted.push(workspace);
        } else if roles.standing() == Standing::Owner
            && members::owners_left_in(cx, workspace.id, account).await? == OwnersLeft::None
        {
            leaving.orphaned.push(workspace);
        }
    }
    Ok(leaving)
}
