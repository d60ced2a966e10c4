//! The workspace that a session is busy with: its person chooses it, for programs that ask "which one now?" instead of
//! naming it with each request.
//!
//! It is a choice and no bound. What the session may do does not depend on it, and it is over with the membership by which
//! it was made: who leaves the workspace stays signed in, and is busy with none. A session that is bound to a workspace is
//! always busy with that one.

mod store;

use serde_json::json;

use crate::base::id::{MembershipId, WorkspaceId};
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::Person;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::workspaces::{self, Member, NoMember, Refused, Right, Which};

/// What the row of a session says of it.
pub(super) struct Choice {
    pub workspace: WorkspaceId,
    pub membership: MembershipId,
    pub tie: Tie,
}

/// How a session holds on to its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// Its person may choose another.
    Chosen,
    /// It is good for that one alone.
    Bound,
}

/// Why the session stayed with its workspace.
#[derive(Debug, thiserror::Error)]
pub enum ActivateError {
    /// The membership or the session has ended, or the workspace is suspended or gone.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The session is good for another workspace alone.
    #[error("this session is bound to another workspace")]
    Bound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Makes the member's session busy with their workspace.
///
/// # Errors
/// When the session is bound to another one; then nothing has changed.
pub async fn activate(ctx: &Ctx, by: &Member) -> Result<(), ActivateError> {
    let (person, workspace) = (by.person(), by.workspace());
    let mut tx = ctx.db.write().await?;
    workspaces::allowed::<ActivateError>(&mut tx, by, Right::Read).await?;
    match store::choice(&mut tx, person.id(), person.session()).await? {
        Some(now) if now.workspace == workspace.id && now.membership == by.id() => return Ok(()),
        Some(Choice { tie: Tie::Bound, .. }) => return Err(ActivateError::Bound),
        _ => {}
    }
    if !store::choose(&mut tx, person.id(), person.session(), (workspace.id, by.id())).await? {
        return Err(Refused::NotFound.into());
    }
    let event = Event::done_in(Actor::Account(person.id()), person.origin(), Action::WorkspaceActivated, workspace.id)
        .about(person.id())
        .of(person.session())
        .with(json!({ "name": workspace.name.as_str() }));
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await?;
    Ok(())
}

/// The person as a member of the workspace that their session is busy with; nothing if there is none, or they do not belong
/// to it any more.
///
/// # Errors
/// When the database does not answer.
pub async fn active(ctx: &Ctx, of: &Person) -> db::Result<Option<Member>> {
    let chosen = store::choice(&mut ctx.db.read().await?, of.id(), of.session()).await?;
    let Some(Choice { workspace, membership, .. }) = chosen else { return Ok(None) };
    match workspaces::member(&ctx.db, of, &Which::Id(workspace)).await {
        Ok(member) => Ok(Some(member).filter(|member| member.id() == membership)),
        Err(NoMember::NotFound | NoMember::Suspended | NoMember::Unconfirmed) => Ok(None),
        Err(NoMember::Unexpected(error)) => Err(error),
    }
}
