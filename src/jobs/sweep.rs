//! Deletes what nobody needs any more.

use std::sync::Arc;
use std::time::Duration;

use super::{Plan, Round};
use crate::db;
use crate::domain::{Ctx, accounts, attempts, clients, credentials, mail, repeats, sessions, workspaces};

/// How often.
const EVERY: Duration = Duration::from_secs(3_600);

/// How many rows were deleted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Sessions that ended a month ago.
    pub sessions: u64,
    /// Counters of wrong attempts that nobody has added to for a month.
    pub attempts: u64,
    /// Links that could not be used any more a month ago.
    pub links: u64,
    /// Invitations to workspaces that could not be accepted any more a month ago.
    pub invitations: u64,
    /// Mails that were sent, or given up, 90 days ago.
    pub mails: u64,
    /// Hours of usage that are 90 days old.
    pub hours: u64,
    /// Changes that every process has long heard of.
    pub changes: u64,
    /// Keys of requests that were sent a day ago.
    pub repeats: u64,
    /// Codes of apps and devices that ran out a day ago.
    pub codes: u64,
    /// Signed tokens that were given up and have ended by themselves.
    pub given_up: u64,
}

/// When the job has its rounds.
pub fn plan() -> Plan {
    Plan { name: "sweep", every: EVERY, wake: Arc::default() }
}

/// One sweep.
///
/// # Errors
/// When the database does not answer.
pub async fn round(ctx: Arc<Ctx>) -> anyhow::Result<Round> {
    run_once(&ctx).await?;
    Ok(Round::Rest)
}

/// Sweeps now.
///
/// # Errors
/// When the database does not answer.
pub async fn run_once(ctx: &Ctx) -> db::Result<Swept> {
    Ok(Swept {
        sessions: sessions::sweep(ctx).await?,
        attempts: attempts::sweep(ctx).await?,
        links: accounts::sweep_links(ctx).await?,
        invitations: workspaces::invitations::sweep(ctx).await?,
        mails: mail::sweep(&ctx.db, ctx.now()).await?,
        hours: credentials::sweep(ctx).await?,
        given_up: credentials::sweep_given_up(ctx).await?,
        changes: ctx.db.prune_changes(ctx.now()).await?,
        repeats: repeats::sweep(ctx).await?,
        codes: clients::sweep(ctx).await?,
    })
}
