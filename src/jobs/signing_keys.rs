//! Looks after the keys that sign tokens: finds those of other processes, makes the next in time, deletes the last.

use std::sync::Arc;
use std::time::Duration;

use super::{Plan, Round};
use crate::domain::{Ctx, signing};

/// Far more often than a new key begins to sign after it was made.
const EVERY: Duration = Duration::from_secs(60);

/// When the job has its rounds.
pub fn plan() -> Plan {
    Plan { name: "signing_keys", every: EVERY, wake: Arc::default() }
}

/// One look.
///
/// # Errors
/// When the database does not answer; the next round looks again.
pub async fn round(ctx: Arc<Ctx>) -> anyhow::Result<Round> {
    signing::tend(&ctx).await?;
    Ok(Round::Rest)
}
