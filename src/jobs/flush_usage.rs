//! Writes what has been counted of credentials' uses.

use std::sync::Arc;
use std::time::Duration;

use super::{Plan, Round};
use crate::domain::Ctx;
use crate::domain::credentials;

/// How old "last used" may be on a page.
const EVERY: Duration = Duration::from_secs(2);

/// When the job has its rounds.
pub fn plan() -> Plan {
    Plan { name: "flush_usage", every: EVERY, wake: Arc::default() }
}

/// One flush.
///
/// # Errors
/// When the database does not answer; the counts wait for the next round.
pub async fn round(ctx: Arc<Ctx>) -> anyhow::Result<Round> {
    credentials::flush(&ctx).await?;
    Ok(Round::Rest)
}

/// The flush of a process that is about to end.
pub async fn last(ctx: &Ctx) {
    if let Err(error) = credentials::flush(ctx).await {
        tracing::warn!(%error, "the last uses of credentials were not counted");
    }
}
