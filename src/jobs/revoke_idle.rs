//! Revokes tokens that nobody uses, where the token policy says so.

use std::sync::Arc;
use std::time::Duration;

use super::{Plan, Round};
use crate::domain::Ctx;
use crate::domain::credentials::{self, Progress};

/// How much longer than the policy says an unused token may live.
const EVERY: Duration = Duration::from_secs(600);

/// When the job has its rounds.
pub fn plan() -> Plan {
    Plan { name: "revoke_idle", every: EVERY, wake: Arc::default() }
}

/// One batch of tokens.
///
/// # Errors
/// When the database does not answer; the tokens wait for the next round.
pub async fn round(ctx: Arc<Ctx>) -> anyhow::Result<Round> {
    match credentials::revoke_idle(&ctx).await? {
        Progress::More(_) => Ok(Round::Again),
        Progress::Done(_) => Ok(Round::Rest),
    }
}
