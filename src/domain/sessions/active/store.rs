//! The workspace of a session, in the table `sessions`.

use super::{Choice, Tie};
use crate::base::id::{AccountId, MembershipId, SessionId, WorkspaceId};
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

type Columns = (Option<String>, Option<String>, Option<String>, Option<String>);

/// The workspace that a session is bound to; without one, that it was made busy with.
pub(super) async fn choice(cx: &mut Cx, account: AccountId, session: SessionId) -> Result<Option<Choice>> {
    let row: Option<Columns> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT workspace_id, membership_id, active_workspace_id, active_membership_id
             FROM sessions WHERE id = $1 AND account_id = $2"
        ))
        .bind(session.to_db())
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    let (workspace, membership, tie) = match row {
        Some((Some(workspace), Some(membership), _, _)) => (workspace, membership, Tie::Bound),
        Some((_, _, Some(workspace), Some(membership))) => (workspace, membership, Tie::Chosen),
        Some(_) | None => return Ok(None),
    };
    Ok(Some(Choice {
        workspace: WorkspaceId::from_db(&workspace).map_err(|_| Error::corrupt("workspace id"))?,
        membership: MembershipId::from_db(&membership).map_err(|_| Error::corrupt("membership id"))?,
        tie,
    }))
}

/// Makes a session busy with a workspace that is bound to none; false if it has ended.
pub(super) async fn choose(
    tx: &mut Tx,
    account: AccountId,
    session: SessionId,
    (workspace, membership): (WorkspaceId, MembershipId),
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE sessions SET active_workspace_id = $3, active_membership_id = $4
             WHERE id = $1 AND account_id = $2 AND ended_at IS NULL AND workspace_id IS NULL"
        ))
        .bind(session.to_db())
        .bind(account.to_db())
        .bind(workspace.to_db())
        .bind(membership.to_db())
    )?;
    Ok(changed == 1)
}
