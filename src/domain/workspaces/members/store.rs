//! The table `memberships`, with the people behind it.

use super::Membership;
use crate::base::id::{AccountId, MembershipId, WorkspaceId};
use crate::base::page::Cursor;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::workspaces::roles::MemberRoles;
use crate::{execute, on, sql};

/// How the standing that owns a workspace stands in the column `roles`; no other word can hold it.
const OWNER: &str = "\"owner\"";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    account_id: String,
    name: String,
    email: String,
    roles: String,
    created_at: i64,
    suspended_at: Option<i64>,
    sort_key: String,
}

impl TryFrom<Row> for Membership {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: MembershipId::from_db(&row.id).map_err(|_| Error::corrupt("membership id"))?,
            account: AccountId::from_db(&row.account_id).map_err(|_| Error::corrupt("account id"))?,
            name: PersonName::parse(&row.name).map_err(|_| Error::corrupt("name"))?,
            email: EmailAddress::parse(&row.email).map_err(|_| Error::corrupt("address"))?,
            roles: MemberRoles::from_db(&row.roles).ok_or(Error::corrupt("role"))?,
            since: Timestamp::from_micros(row.created_at),
            suspended: row.suspended_at.is_some(),
            sort_key: row.sort_key,
        })
    }
}

/// The members of a workspace, by name, or by address where there is none.
pub(in crate::domain::workspaces) async fn list(
    cx: &mut Cx,
    workspace: WorkspaceId,
    after: Option<&Cursor>,
    rows: i64,
) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT t.id, t.account_id, t.name, t.email, t.roles, t.created_at, t.suspended_at, t.sort_key
             FROM (SELECT m.id, m.account_id, a.name, a.email, m.roles, m.created_at, a.suspended_at,
                          CASE WHEN a.name = '' THEN a.email_key ELSE lower(a.name) END AS sort_key
                   FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.workspace_id = $1) t
             WHERE CAST($2 AS TEXT) IS NULL OR (t.sort_key, t.id) > ($2, $3)
             ORDER BY t.sort_key, t.id LIMIT $4"
        ))
        .bind(workspace.to_db())
        .bind(after.map(|cursor| &cursor.key))
        .bind(after.map_or("", |cursor| &cursor.id))
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Membership::try_from).collect()
}

/// One membership of the workspace.
pub(super) async fn find(cx: &mut Cx, workspace: WorkspaceId, id: MembershipId) -> Result<Option<Membership>> {
    let row: Option<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT m.id, m.account_id, a.name, a.email, m.roles, m.created_at, a.suspended_at, '' AS sort_key
             FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.workspace_id = $1 AND m.id = $2"
        ))
        .bind(workspace.to_db())
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Membership::try_from).transpose()
}

/// Everybody in a workspace beside this account.
pub(in crate::domain::workspaces) async fn others(
    cx: &mut Cx,
    workspace: WorkspaceId,
    but: AccountId,
) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT m.id, m.account_id, a.name, a.email, m.roles, m.created_at, a.suspended_at, '' AS sort_key
             FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.workspace_id = $1 AND m.account_id <> $2 ORDER BY m.id"
        ))
        .bind(workspace.to_db())
        .bind(but.to_db())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Membership::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct PlacedRow {
    workspace_id: String,
    #[sqlx(flatten)]
    row: Row,
}

/// The first hundred members of each workspace of an account.
pub(super) async fn beside(cx: &mut Cx, account: AccountId) -> Result<Vec<(WorkspaceId, Membership)>> {
    let rows: Vec<PlacedRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT t.workspace_id, t.id, t.account_id, a.name, a.email, t.roles, t.created_at, a.suspended_at, '' AS sort_key
             FROM (SELECT m.workspace_id, m.id, m.account_id, m.roles, m.created_at,
                          ROW_NUMBER() OVER (PARTITION BY m.workspace_id ORDER BY m.created_at, m.id) AS place
                   FROM memberships own JOIN memberships m ON m.workspace_id = own.workspace_id
                   WHERE own.account_id = $1) t
             JOIN accounts a ON a.id = t.account_id
             WHERE t.place <= 100 ORDER BY t.created_at, t.id"
        ))
        .bind(account.to_db())
        .fetch_all(c)
        .await
    })?;
    let workspace = |id: &str| WorkspaceId::from_db(id).map_err(|_| Error::corrupt("workspace id"));
    rows.into_iter().map(|placed| Ok((workspace(&placed.workspace_id)?, placed.row.try_into()?))).collect()
}

/// How many owners there are beside this member whose accounts are not suspended.
pub(super) async fn count_other_owners(cx: &mut Cx, workspace: WorkspaceId, but: AccountId) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM memberships m JOIN accounts a ON a.id = m.account_id
             WHERE m.workspace_id = $1 AND m.account_id <> $2 AND a.suspended_at IS NULL AND replace(m.roles, $3, '') <> m.roles"
        ))
        .bind(workspace.to_db())
        .bind(but.to_db())
        .bind(OWNER)
        .fetch_one(c)
        .await
    })
}

/// Replaces the roles if they are still those that were read.
pub(super) async fn set_roles(tx: &mut Tx, of: &Membership, after: &MemberRoles, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE memberships SET roles = $3, updated_at = $4 WHERE id = $1 AND roles = $2"))
            .bind(of.id.to_db())
            .bind(of.roles.to_db())
            .bind(after.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Ends a membership; false if it has ended.
pub(super) async fn delete(tx: &mut Tx, workspace: WorkspaceId, id: MembershipId) -> Result<bool> {
    let gone = execute!(
        tx,
        sqlx::query(sql!("DELETE FROM memberships WHERE workspace_id = $1 AND id = $2")).bind(workspace.to_db()).bind(id.to_db())
    )?;
    Ok(gone == 1)
}
