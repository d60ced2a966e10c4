//! The table `workspace_invitations`.

use super::invite::{Link, NewMember};
use super::{LIFE, OpenInvitation, Waiting};
use crate::base::id::{AccountId, InvitationId, WorkspaceId};
use crate::base::secret::Digest;
use crate::base::text::{EmailAddress, Label};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::workspaces::store::look;
use crate::domain::workspaces::{MemberRoles, Slug};
use crate::{execute, on, sql};

/// Adds an invitation. Whoever calls this has ended the one that the address may have had.
pub(super) async fn insert(
    tx: &mut Tx,
    id: InvitationId,
    (workspace, by): (WorkspaceId, AccountId),
    new: &NewMember,
    link: &Link,
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO workspace_invitations (id, workspace_id, email, email_key, roles, invited_by, seed, digest, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ))
        .bind(id.to_db())
        .bind(workspace.to_db())
        .bind(new.email.as_str())
        .bind(new.email.key())
        .bind(new.roles.to_db())
        .bind(by.to_db())
        .bind(&link.seed)
        .bind(link.digest.hex())
        .bind(now.micros())
        .bind((now + LIFE).micros())
    )?;
    Ok(())
}

/// Gives a waiting invitation a new link and a new end; false if it is answered or cancelled.
pub(super) async fn renew(tx: &mut Tx, id: InvitationId, by: AccountId, link: &Link, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE workspace_invitations SET invited_by = $2, seed = $3, digest = $4, created_at = $5, expires_at = $6
             WHERE id = $1 AND ended_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(by.to_db())
        .bind(&link.seed)
        .bind(link.digest.hex())
        .bind(now.micros())
        .bind((now + LIFE).micros())
    )?;
    Ok(changed == 1)
}

/// Ends an invitation that can still be answered; false if it cannot.
pub(super) async fn end(tx: &mut Tx, id: InvitationId, answer: &'static str, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE workspace_invitations SET ended_at = $2, ended_as = $3 WHERE id = $1 AND ended_at IS NULL AND expires_at > $2"
        ))
        .bind(id.to_db())
        .bind(now.micros())
        .bind(answer)
    )?;
    Ok(changed == 1)
}

/// Cancels a waiting invitation, whether its time is over or not; false if it is answered or cancelled.
pub(super) async fn cancel(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE workspace_invitations SET ended_at = $2, ended_as = 'cancelled' WHERE id = $1 AND ended_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Cancels the invitation of this address that waits, if there is one.
pub(super) async fn cancel_to(tx: &mut Tx, workspace: WorkspaceId, email_key: &str, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE workspace_invitations SET ended_at = $3, ended_as = 'cancelled'
             WHERE workspace_id = $1 AND email_key = $2 AND ended_at IS NULL"
        ))
        .bind(workspace.to_db())
        .bind(email_key)
        .bind(now.micros())
    )
}

/// Cancels what an account has invited others to: it may not any more.
pub(in crate::domain) async fn cancel_those_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    inviter: AccountId,
    now: Timestamp,
) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE workspace_invitations SET ended_at = $3, ended_as = 'cancelled'
             WHERE workspace_id = $1 AND invited_by = $2 AND ended_at IS NULL"
        ))
        .bind(workspace.to_db())
        .bind(inviter.to_db())
        .bind(now.micros())
    )
}

/// Whether somebody with this address belongs to the workspace.
pub(super) async fn is_member(cx: &mut Cx, workspace: WorkspaceId, email_key: &str) -> Result<bool> {
    let found: i64 = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM memberships m JOIN accounts a ON a.id = m.account_id
             WHERE m.workspace_id = $1 AND a.email_key = $2"
        ))
        .bind(workspace.to_db())
        .bind(email_key)
        .fetch_one(c)
        .await
    })?;
    Ok(found > 0)
}

/// How many invitations wait for an answer.
pub(super) async fn count_waiting(cx: &mut Cx, workspace: WorkspaceId) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT COUNT(*) FROM workspace_invitations WHERE workspace_id = $1 AND ended_at IS NULL"))
            .bind(workspace.to_db())
            .fetch_one(c)
            .await
    })
}

#[derive(sqlx::FromRow)]
struct WaitingRow {
    id: String,
    email: String,
    roles: String,
    inviter: Option<String>,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<WaitingRow> for Waiting {
    type Error = Error;

    fn try_from(row: WaitingRow) -> Result<Self> {
        Ok(Self {
            id: InvitationId::from_db(&row.id).map_err(|_| Error::corrupt("invitation id"))?,
            email: EmailAddress::parse(&row.email).map_err(|_| Error::corrupt("address"))?,
            roles: MemberRoles::from_db(&row.roles).ok_or(Error::corrupt("role"))?,
            inviter: row.inviter,
            sent_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

/// The invitations of a workspace that nobody has answered, the latest first.
pub(super) async fn waiting(cx: &mut Cx, workspace: WorkspaceId, rows: i64) -> Result<Vec<Waiting>> {
    let rows: Vec<WaitingRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT i.id, i.email, i.roles, a.email AS inviter, i.created_at, i.expires_at
             FROM workspace_invitations i LEFT JOIN accounts a ON a.id = i.invited_by
             WHERE i.workspace_id = $1 AND i.ended_at IS NULL ORDER BY i.created_at DESC, i.id DESC LIMIT $2"
        ))
        .bind(workspace.to_db())
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Waiting::try_from).collect()
}

/// One of them.
pub(super) async fn find_waiting(cx: &mut Cx, workspace: WorkspaceId, id: InvitationId) -> Result<Option<Waiting>> {
    let row: Option<WaitingRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, email, roles, NULL AS inviter, created_at, expires_at FROM workspace_invitations
             WHERE workspace_id = $1 AND id = $2 AND ended_at IS NULL"
        ))
        .bind(workspace.to_db())
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Waiting::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct OpenRow {
    id: String,
    workspace_id: String,
    name: String,
    slug: String,
    logo: Option<String>,
    labels: String,
    email: String,
    roles: String,
    inviter: Option<String>,
    expires_at: i64,
}

impl TryFrom<OpenRow> for OpenInvitation {
    type Error = Error;

    fn try_from(row: OpenRow) -> Result<Self> {
        Ok(Self {
            id: InvitationId::from_db(&row.id).map_err(|_| Error::corrupt("invitation id"))?,
            workspace: WorkspaceId::from_db(&row.workspace_id).map_err(|_| Error::corrupt("workspace id"))?,
            name: Label::parse(&row.name).map_err(|_| Error::corrupt("name"))?,
            slug: Slug::parse(&row.slug).ok_or(Error::corrupt("slug"))?,
            look: look(row.logo.as_deref(), &row.labels)?,
            email: EmailAddress::parse(&row.email).map_err(|_| Error::corrupt("address"))?,
            roles: MemberRoles::from_db(&row.roles).ok_or(Error::corrupt("role"))?,
            inviter: row.inviter,
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

/// The invitation with this digest, if it can be accepted.
pub(super) async fn by_digest(cx: &mut Cx, digest: &Digest, now: Timestamp) -> Result<Option<OpenInvitation>> {
    let row: Option<OpenRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT i.id, i.workspace_id, w.name, w.slug, w.logo, w.labels, i.email, i.roles, a.email AS inviter, i.expires_at
             FROM workspace_invitations i JOIN workspaces w ON w.id = i.workspace_id LEFT JOIN accounts a ON a.id = i.invited_by
             WHERE i.digest = $1 AND i.ended_at IS NULL AND i.expires_at > $2 AND w.suspended_at IS NULL"
        ))
        .bind(digest.hex())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(OpenInvitation::try_from).transpose()
}

/// The invitation with this id, if it can be accepted.
pub(super) async fn by_id(cx: &mut Cx, id: InvitationId, now: Timestamp) -> Result<Option<OpenInvitation>> {
    let row: Option<OpenRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT i.id, i.workspace_id, w.name, w.slug, w.logo, w.labels, i.email, i.roles, a.email AS inviter, i.expires_at
             FROM workspace_invitations i JOIN workspaces w ON w.id = i.workspace_id LEFT JOIN accounts a ON a.id = i.invited_by
             WHERE i.id = $1 AND i.ended_at IS NULL AND i.expires_at > $2 AND w.suspended_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(OpenInvitation::try_from).transpose()
}

/// The invitations of an address that can be accepted, the latest first.
pub(super) async fn to_address(cx: &mut Cx, email_key: &str, now: Timestamp) -> Result<Vec<OpenInvitation>> {
    let rows: Vec<OpenRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT i.id, i.workspace_id, w.name, w.slug, w.logo, w.labels, i.email, i.roles, a.email AS inviter, i.expires_at
             FROM workspace_invitations i JOIN workspaces w ON w.id = i.workspace_id LEFT JOIN accounts a ON a.id = i.invited_by
             WHERE i.email_key = $1 AND i.ended_at IS NULL AND i.expires_at > $2 AND w.suspended_at IS NULL
             ORDER BY i.created_at DESC, i.id DESC LIMIT 100"
        ))
        .bind(email_key)
        .bind(now.micros())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(OpenInvitation::try_from).collect()
}

/// Deletes invitations that ended before `before`.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("DELETE FROM workspace_invitations WHERE COALESCE(ended_at, expires_at) < $1")).bind(before.micros())
    )
}
