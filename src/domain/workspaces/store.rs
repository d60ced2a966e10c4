//! The tables `workspaces`, `memberships` and `workspace_policy`.

use super::look::{Labels, Logo, Look};
use super::member::Which;
use super::roles::MemberRoles;
use super::workspace::{KeysManage, Slug, Workspace};
use crate::base::id::{AccountId, MembershipId, WorkspaceId};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

/// A workspace's columns, for every statement that reads one.
#[derive(sqlx::FromRow)]
struct WorkspaceRow {
    id: String,
    slug: String,
    name: String,
    logo: Option<String>,
    labels: String,
    plan: String,
    personal_of: Option<String>,
    keys_manage: String,
    created_at: i64,
    suspended_at: Option<i64>,
}

impl TryFrom<WorkspaceRow> for Workspace {
    type Error = Error;

    fn try_from(row: WorkspaceRow) -> Result<Self> {
        let personal_of = row.personal_of.as_deref().map(AccountId::from_db).transpose();
        Ok(Self {
            id: WorkspaceId::from_db(&row.id).map_err(|_| Error::corrupt("workspace id"))?,
            slug: Slug::parse(&row.slug).ok_or(Error::corrupt("slug"))?,
            name: Label::parse(&row.name).map_err(|_| Error::corrupt("name"))?,
            look: look(row.logo.as_deref(), &row.labels)?,
            plan: row.plan,
            personal_of: personal_of.map_err(|_| Error::corrupt("account id"))?,
            keys_manage: KeysManage::from_db(&row.keys_manage).ok_or(Error::corrupt("workspace"))?,
            created_at: Timestamp::from_micros(row.created_at),
            suspended_at: row.suspended_at.map(Timestamp::from_micros),
        })
    }
}

/// What a workspace shows, as its columns have it.
pub(in crate::domain) fn look(logo: Option<&str>, labels: &str) -> Result<Look> {
    let logo = logo.map(|logo| Logo::parse(logo).ok_or(Error::corrupt("logo"))).transpose()?;
    Ok(Look { logo, labels: Labels::from_db(labels).ok_or(Error::corrupt("labels"))? })
}

/// Adds a workspace; false if its slug is taken.
pub(super) async fn insert(tx: &mut Tx, workspace: &Workspace, by: AccountId) -> Result<bool> {
    let added = execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO workspaces (id, slug, name, logo, labels, plan, personal_of, keys_manage, created_by, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT (slug) DO NOTHING"
        ))
        .bind(workspace.id.to_db())
        .bind(workspace.slug.as_str())
        .bind(workspace.name.as_str())
        .bind(workspace.look.logo.as_ref().map(Logo::as_str))
        .bind(workspace.look.labels.to_db())
        .bind(&workspace.plan)
        .bind(workspace.personal_of.map(|id| id.to_db()))
        .bind(workspace.keys_manage.as_str())
        .bind(by.to_db())
        .bind(workspace.created_at.micros())
    )?;
    Ok(added == 1)
}

/// Adds a member; false if they are one.
pub(super) async fn insert_membership(
    tx: &mut Tx,
    id: MembershipId,
    workspace: WorkspaceId,
    account: AccountId,
    roles: &MemberRoles,
    now: Timestamp,
) -> Result<bool> {
    let added = execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO memberships (id, workspace_id, account_id, roles, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (workspace_id, account_id) DO NOTHING"
        ))
        .bind(id.to_db())
        .bind(workspace.to_db())
        .bind(account.to_db())
        .bind(roles.to_db())
        .bind(now.micros())
    )?;
    Ok(added == 1)
}

/// Who may create workspaces, and the plan that a new one gets.
pub(super) struct PolicyRow {
    /// Roles; a star is everybody.
    pub creators: Vec<String>,
    pub new_plan: String,
}

pub(super) async fn policy(cx: &mut Cx) -> Result<PolicyRow> {
    let (creators, new_plan): (String, String) =
        on!(cx, |c| sqlx::query_as(sql!("SELECT creators, new_plan FROM workspace_policy WHERE id = 1")).fetch_one(c).await)?;
    let creators = serde_json::from_str(&creators).map_err(|_| Error::corrupt("workspace policy"))?;
    Ok(PolicyRow { creators, new_plan })
}

/// How many workspaces an account has made that still exist, its own aside.
pub(super) async fn count_made_by(cx: &mut Cx, account: AccountId) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
             WHERE m.account_id = $1 AND w.created_by = $1 AND w.personal_of IS NULL"
        ))
        .bind(account.to_db())
        .fetch_one(c)
        .await
    })
}

/// Gives a workspace another name; false if another one has the slug.
///
/// # Errors
/// [`Error::Taken`] when another transaction was faster to take it.
pub(super) async fn rename(tx: &mut Tx, id: WorkspaceId, (name, slug): (&Label, &Slug), now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE workspaces SET name = $2, slug = $3, updated_at = $4
             WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM workspaces o WHERE o.slug = $3 AND o.id <> $1)"
        ))
        .bind(id.to_db())
        .bind(name.as_str())
        .bind(slug.as_str())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Gives a workspace another name and look; false if it is gone.
pub(super) async fn set_appearance(tx: &mut Tx, id: WorkspaceId, (name, look): (&Label, &Look), now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE workspaces SET name = $2, logo = $3, labels = $4, updated_at = $5 WHERE id = $1"))
            .bind(id.to_db())
            .bind(name.as_str())
            .bind(look.logo.as_ref().map(Logo::as_str))
            .bind(look.labels.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Says whether its keys may manage keys; false if that is so already.
pub(super) async fn set_keys_manage(tx: &mut Tx, id: WorkspaceId, keys: KeysManage, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE workspaces SET keys_manage = $2, updated_at = $3 WHERE id = $1 AND keys_manage <> $2"))
            .bind(id.to_db())
            .bind(keys.as_str())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Says who may create workspaces.
pub(super) async fn save_creators(tx: &mut Tx, roles: &[String], now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE workspace_policy SET creators = $1, updated_at = $2 WHERE id = 1"))
            .bind(serde_json::Value::from(roles.to_vec()).to_string())
            .bind(now.micros())
    )?;
    Ok(())
}

/// The workspace with this identity.
pub(super) async fn by_id(cx: &mut Cx, id: WorkspaceId) -> Result<Option<Workspace>> {
    let row: Option<WorkspaceRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, slug, name, logo, labels, plan, personal_of, keys_manage, created_at, suspended_at FROM workspaces WHERE id = $1"
        ))
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Workspace::try_from).transpose()
}

/// Suspends a workspace; false if it is suspended.
pub(super) async fn suspend(tx: &mut Tx, id: WorkspaceId, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE workspaces SET suspended_at = $2, updated_at = $2 WHERE id = $1 AND suspended_at IS NULL"))
            .bind(id.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Ends a suspension; false if there is none.
pub(super) async fn restore(tx: &mut Tx, id: WorkspaceId, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE workspaces SET suspended_at = NULL, updated_at = $2 WHERE id = $1 AND suspended_at IS NOT NULL"
        ))
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Deletes a workspace and everything in it; false if it is gone.
pub(super) async fn delete(tx: &mut Tx, id: WorkspaceId) -> Result<bool> {
    Ok(execute!(tx, sqlx::query(sql!("DELETE FROM workspaces WHERE id = $1")).bind(id.to_db()))? == 1)
}

/// How many members a workspace has.
pub(super) async fn count_members(cx: &mut Cx, workspace: WorkspaceId) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT COUNT(*) FROM memberships WHERE workspace_id = $1"))
            .bind(workspace.to_db())
            .fetch_one(c)
            .await
    })
}

/// Any workspace, whoever asks.
pub(in crate::domain) async fn find(cx: &mut Cx, which: &Which) -> Result<Option<Workspace>> {
    let (id, slug) = match which {
        Which::Id(id) => (Some(id.to_db()), None),
        Which::Slug(slug) => (None, Some(slug.as_str())),
    };
    let row: Option<WorkspaceRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, slug, name, logo, labels, plan, personal_of, keys_manage, created_at, suspended_at
             FROM workspaces WHERE id = $1 OR slug = $2"
        ))
        .bind(id)
        .bind(slug)
        .fetch_optional(c)
        .await
    })?;
    row.map(Workspace::try_from).transpose()
}

/// An account's own workspace.
pub(super) async fn personal(cx: &mut Cx, account: AccountId) -> Result<Option<Workspace>> {
    let row: Option<WorkspaceRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, slug, name, logo, labels, plan, personal_of, keys_manage, created_at, suspended_at
             FROM workspaces WHERE personal_of = $1"
        ))
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Workspace::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct MembershipRow {
    #[sqlx(flatten)]
    workspace: WorkspaceRow,
    membership_id: String,
    roles: String,
}

/// An account's membership of a workspace, with the workspace.
pub(super) async fn membership(
    cx: &mut Cx,
    account: AccountId,
    which: &Which,
) -> Result<Option<(Workspace, MembershipId, MemberRoles)>> {
    let (id, slug) = match which {
        Which::Id(id) => (Some(id.to_db()), None),
        Which::Slug(slug) => (None, Some(slug.as_str())),
    };
    let row: Option<MembershipRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT w.id, w.slug, w.name, w.logo, w.labels, w.plan, w.personal_of, w.keys_manage, w.created_at,
                    w.suspended_at, m.id AS membership_id, m.roles
             FROM workspaces w JOIN memberships m ON m.workspace_id = w.id
             WHERE m.account_id = $1 AND (w.id = $2 OR w.slug = $3)"
        ))
        .bind(account.to_db())
        .bind(id)
        .bind(slug)
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| {
        let id = MembershipId::from_db(&row.membership_id).map_err(|_| Error::corrupt("membership id"))?;
        let roles = MemberRoles::from_db(&row.roles).ok_or(Error::corrupt("role"))?;
        Ok((row.workspace.try_into()?, id, roles))
    })
    .transpose()
}

/// The workspaces of an account with its roles there, its own first, then by name.
pub(super) async fn of_account(cx: &mut Cx, account: AccountId) -> Result<Vec<(Workspace, MemberRoles)>> {
    let rows: Vec<MembershipRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT w.id, w.slug, w.name, w.logo, w.labels, w.plan, w.personal_of, w.keys_manage, w.created_at,
                    w.suspended_at, m.id AS membership_id, m.roles
             FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
             WHERE m.account_id = $1
             ORDER BY CASE WHEN w.personal_of = $1 THEN 0 ELSE 1 END, lower(w.name), w.id LIMIT 1000"
        ))
        .bind(account.to_db())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| Ok((row.workspace.try_into()?, MemberRoles::from_db(&row.roles).ok_or(Error::corrupt("role"))?)))
        .collect()
}
