//! Tells people that tokens of theirs end soon, or have ended.

use std::sync::Arc;
use std::time::Duration;

use super::{Plan, Round};
use crate::domain::Ctx;
use crate::domain::credentials::{self, Progress};

/// How late a notice may be.
const EVERY: Duration = Duration::from_secs(300);

/// When the job has its rounds.
pub fn plan() -> Plan {
    Plan { name: "expiry_notices", every: EVERY, wake: Arc::default() }
}

/// One batch of notices.
///
/// # Errors
/// When the database does not answer; the notices wait for the next round.
pub async fn round(ctx: Arc<Ctx>) -> anyhow::Result<Round> {
    match credentials::tell_of_ends(&ctx).await? {
        Progress::More(_) => Ok(Round::Again),
        Progress::Done(_) => Ok(Round::Rest),
    }
}
