//! What administrators decide about plans, and about the plan of one workspace.

use serde_json::{Value, json};

use super::administrator::ConfirmedAdministrator;
use crate::base::id::WorkspaceId;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::workspaces::plans::{self, PlanName, PlanTerms, Plans};

/// How many plans there are at the most.
pub const PLANS_AT_MOST: usize = 50;

/// Why no plan was added.
#[derive(Debug, thiserror::Error)]
pub enum AddPlanError {
    /// There is one of this name.
    #[error("there is a plan of this name")]
    NameTaken,
    /// There are as many as fit.
    #[error("there are {PLANS_AT_MOST} plans, which is the most")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why a plan was not changed, or not given to new workspaces.
#[derive(Debug, thiserror::Error)]
pub enum ChangePlanError {
    /// There is none of this name.
    #[error("there is no such plan")]
    NotFound,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why a plan was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletePlanError {
    /// There is none of this name.
    #[error("there is no such plan")]
    NotFound,
    /// So many workspaces have it.
    #[error("{0} workspaces have this plan")]
    InUse(i64),
    /// New workspaces get it.
    #[error("new workspaces get this plan")]
    ForNew,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why a workspace keeps its plan.
#[derive(Debug, thiserror::Error)]
pub enum SetPlanError {
    /// There is no such workspace.
    #[error("there is no such workspace")]
    NoWorkspace,
    /// There is no such plan.
    #[error("there is no such plan")]
    NoPlan,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Adds a plan.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn add_plan(ctx: &Ctx, by: &ConfirmedAdministrator, name: &PlanName, terms: &PlanTerms) -> Result<(), AddPlanError> {
    let (mut tx, found) = begin(ctx).await?;
    if found.find(name).is_some() {
        return Err(AddPlanError::NameTaken);
    }
    if found.all.len() >= PLANS_AT_MOST {
        return Err(AddPlanError::TooMany);
    }
    plans::insert_plan_in(&mut tx, name, terms, ctx.now()).await?;
    record(&mut tx, ctx, by, Action::PlanAdded, name, told(terms)).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes what a plan allows. It binds every workspace that has it on its next request.
///
/// # Errors
/// When there is no such plan; then nothing has changed.
pub async fn change_plan(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    name: &PlanName,
    terms: &PlanTerms,
) -> Result<(), ChangePlanError> {
    let (mut tx, found) = begin(ctx).await?;
    let before = found.find(name).ok_or(ChangePlanError::NotFound)?;
    if before.terms == *terms {
        return Ok(());
    }
    plans::update_plan_in(&mut tx, name, terms, ctx.now()).await?;
    tx.narrow(Change::Policy, ctx.now()).await?;
    let facts = json!({ "before": told(&before.terms), "after": told(terms), "workspaces": before.workspaces });
    record(&mut tx, ctx, by, Action::PlanChanged, name, facts).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a plan that nobody has.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn delete_plan(ctx: &Ctx, by: &ConfirmedAdministrator, name: &PlanName) -> Result<(), DeletePlanError> {
    let (mut tx, found) = begin(ctx).await?;
    let plan = found.find(name).ok_or(DeletePlanError::NotFound)?;
    if plan.workspaces > 0 {
        return Err(DeletePlanError::InUse(plan.workspaces));
    }
    if found.new == name.as_str() {
        return Err(DeletePlanError::ForNew);
    }
    plans::delete_plan_in(&mut tx, name).await?;
    record(&mut tx, ctx, by, Action::PlanDeleted, name, told(&plan.terms)).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets new workspaces have this plan. Those that there are keep theirs.
///
/// # Errors
/// When there is no such plan; then nothing has changed.
pub async fn choose_new_plan(ctx: &Ctx, by: &ConfirmedAdministrator, name: &PlanName) -> Result<(), ChangePlanError> {
    let (mut tx, found) = begin(ctx).await?;
    found.find(name).ok_or(ChangePlanError::NotFound)?;
    if found.new == name.as_str() {
        return Ok(());
    }
    plans::save_new_plan_in(&mut tx, name, ctx.now()).await?;
    let facts = json!({ "before": { "newPlan": found.new }, "after": { "newPlan": name.as_str() } });
    record(&mut tx, ctx, by, Action::WorkspacePolicyChanged, name, facts).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a workspace another plan. It binds on the next request.
///
/// # Errors
/// When there is no such workspace or plan; then nothing has changed.
pub async fn set_plan(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    workspace: WorkspaceId,
    name: &PlanName,
) -> Result<(), SetPlanError> {
    let (mut tx, found) = begin(ctx).await?;
    let before = plans::plan_of_in(&mut tx, workspace).await?.ok_or(SetPlanError::NoWorkspace)?;
    found.find(name).ok_or(SetPlanError::NoPlan)?;
    if before == name.as_str() {
        return Ok(());
    }
    let (now, person) = (ctx.now(), by.person());
    plans::give_plan_in(&mut tx, workspace, (&before, name), now).await?;
    tx.narrow(Change::Workspace(workspace.to_db()), now).await?;
    let event = Event::done_in(Actor::Account(person.id()), person.origin(), Action::WorkspaceChanged, workspace)
        .of(workspace)
        .with(json!({ "before": { "plan": before }, "after": { "plan": name.as_str() } }));
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(())
}

fn told(terms: &PlanTerms) -> Value {
    json!({ "requestsPerMinute": terms.rate.count(), "entitlements": terms.entitlements.to_json() })
}

/// A transaction with the plans as they are in it. Nobody else decides about plans, or makes a workspace, meanwhile.
async fn begin(ctx: &Ctx) -> db::Result<(Tx, Plans)> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let found = plans::plans_in(&mut tx).await?;
    Ok((tx, found))
}

async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    action: Action,
    name: &PlanName,
    facts: Value,
) -> db::Result<()> {
    let person = by.person();
    let event = Event::done(Actor::Account(person.id()), person.origin(), action, person.id()).of(name.as_str()).with(facts);
    audit::record(tx, ctx, ctx.now(), event).await
}
