//! How the keys and service accounts of a workspace were used.

use super::history::{DAYS_KEPT, UsageSeries, days_and_hours, first_instants};
use super::{RecentUse, store};
use crate::base::id::CredentialId;
use crate::db;
use crate::domain::Ctx;
use crate::domain::credentials::credential::Kind;
use crate::domain::workspaces::{Inside, Member};

/// How many are named among the busiest.
const NAMED: i64 = 10;

/// A credential of a workspace with how often it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    /// Which.
    pub id: CredentialId,
    /// What kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Uses.
    pub allowed: i64,
    /// Refusals.
    pub denied: i64,
}

/// How one of the workspace's credentials was used in the last days: 1 to 90, today included. Another workspace's does
/// not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn usage_in(ctx: &Ctx, of: &Member, id: CredentialId, days: i64) -> db::Result<Option<UsageSeries>> {
    let (now, days) = (ctx.now(), days.clamp(1, DAYS_KEPT));
    let mut cx = ctx.db.read().await?;
    if !store::is_in(&mut cx, of.workspace().id, id).await? {
        return Ok(None);
    }
    let (first, first_hour) = first_instants(now, days);
    let hours = store::hours(&mut cx, id, first.min(first_hour)).await?;
    Ok(Some(days_and_hours(&hours, now, days)))
}

/// The latest uses and refusals of one of the workspace's credentials, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn recent_in(ctx: &Ctx, of: &Member, id: CredentialId) -> db::Result<Option<Vec<RecentUse>>> {
    let mut cx = ctx.db.read().await?;
    if !store::is_in(&mut cx, of.workspace().id, id).await? {
        return Ok(None);
    }
    store::recent(&mut cx, id).await.map(Some)
}

/// How all keys and service accounts of the workspace were used in the last days, and the busiest of them.
///
/// # Errors
/// When the database does not answer.
pub async fn usage_of_workspace(ctx: &Ctx, of: &impl Inside, days: i64) -> db::Result<(UsageSeries, Vec<Busy>)> {
    let (now, days) = (ctx.now(), days.clamp(1, DAYS_KEPT));
    let (first, first_hour) = first_instants(now, days);
    let mut cx = ctx.db.read().await?;
    let hours = store::hours_in(&mut cx, of.workspace().id, first.min(first_hour)).await?;
    let busiest = store::busiest(&mut cx, of.workspace().id, first, NAMED).await?;
    Ok((days_and_hours(&hours, now, days), busiest))
}
