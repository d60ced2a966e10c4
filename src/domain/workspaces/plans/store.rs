//! The table `plans`, the plan of new workspaces, and the plan that a workspace has.

use super::{Entitlements, Plan, PlanName, PlanRate, PlanTerms};
use crate::base::id::WorkspaceId;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

/// All plans with how many workspaces have each.
pub(super) async fn all(cx: &mut Cx) -> Result<Vec<Plan>> {
    let rows: Vec<(String, i64, String, i64)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT p.name, p.requests_per_minute, p.entitlements, (SELECT COUNT(*) FROM workspaces w WHERE w.plan = p.name)
             FROM plans p ORDER BY p.position, p.name"
        ))
        .fetch_all(c)
        .await
    })?;
    let plan = |(name, rate, entitlements, workspaces): (String, i64, String, i64)| {
        let (name, terms) = read((name, rate, entitlements))?;
        Ok(Plan { name, terms, workspaces })
    };
    rows.into_iter().map(plan).collect()
}

/// The plan of a workspace, and what it gives.
pub(super) async fn terms_of(cx: &mut Cx, workspace: WorkspaceId) -> Result<Option<(PlanName, PlanTerms)>> {
    let row: Option<(String, i64, String)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT p.name, p.requests_per_minute, p.entitlements FROM workspaces w JOIN plans p ON p.name = w.plan WHERE w.id = $1"
        ))
        .bind(workspace.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(read).transpose()
}

fn read((name, rate, entitlements): (String, i64, String)) -> Result<(PlanName, PlanTerms)> {
    let corrupt = || Error::corrupt("plan");
    let name = PlanName::parse(&name).ok_or_else(corrupt)?;
    let rate = u32::try_from(rate).ok().and_then(PlanRate::per_minute).ok_or_else(corrupt)?;
    let entitlements = Entitlements::from_db(&entitlements).ok_or_else(corrupt)?;
    Ok((name, PlanTerms { rate, entitlements }))
}

/// Adds one.
///
/// # Errors
/// `Taken` when there is one of this name.
pub(super) async fn insert(tx: &mut Tx, name: &PlanName, terms: &PlanTerms, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO plans (name, requests_per_minute, entitlements, position, updated_at)
             VALUES ($1, $2, $3, (SELECT COALESCE(MAX(position), 0) + 1 FROM plans), $4)"
        ))
        .bind(name.as_str())
        .bind(i64::from(terms.rate.count()))
        .bind(terms.entitlements.to_json().to_string())
        .bind(now.micros())
    )?;
    Ok(())
}

/// Changes one.
pub(super) async fn update(tx: &mut Tx, name: &PlanName, terms: &PlanTerms, now: Timestamp) -> Result<()> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE plans SET requests_per_minute = $2, entitlements = $3, updated_at = $4 WHERE name = $1"))
            .bind(name.as_str())
            .bind(i64::from(terms.rate.count()))
            .bind(terms.entitlements.to_json().to_string())
            .bind(now.micros())
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::corrupt("plan")) }
}

/// Deletes one that no workspace has.
pub(super) async fn delete(tx: &mut Tx, name: &PlanName) -> Result<()> {
    let gone = execute!(
        tx,
        sqlx::query(sql!("DELETE FROM plans WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.plan = $1)"))
            .bind(name.as_str())
    )?;
    if gone == 1 { Ok(()) } else { Err(Error::corrupt("plan")) }
}

/// Says which one a new workspace gets.
pub(super) async fn save_new(tx: &mut Tx, name: &PlanName, now: Timestamp) -> Result<()> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE workspace_policy SET new_plan = $1, updated_at = $2 WHERE id = 1"))
            .bind(name.as_str())
            .bind(now.micros())
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::corrupt("workspace policy")) }
}

/// The one that a workspace has.
pub(super) async fn of(cx: &mut Cx, workspace: WorkspaceId) -> Result<Option<String>> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT plan FROM workspaces WHERE id = $1")).bind(workspace.to_db()).fetch_optional(c).await
    })
}

/// Gives a workspace another one.
pub(super) async fn give(tx: &mut Tx, workspace: WorkspaceId, (before, after): (&str, &PlanName), now: Timestamp) -> Result<()> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE workspaces SET plan = $2, updated_at = $3 WHERE id = $1 AND plan = $4"))
            .bind(workspace.to_db())
            .bind(after.as_str())
            .bind(now.micros())
            .bind(before)
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::corrupt("workspace")) }
}
