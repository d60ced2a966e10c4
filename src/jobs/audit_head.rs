//! Writes the end of the audit log into this process's log, which is usually kept elsewhere: a log that was cut off
//! later is found by it.

use std::sync::Arc;
use std::time::Duration;

use super::{Plan, Round};
use crate::domain::{Ctx, audit};

/// How often.
const EVERY: Duration = Duration::from_secs(3_600);

/// When the job has its rounds.
pub fn plan() -> Plan {
    Plan { name: "audit_head", every: EVERY, wake: Arc::default() }
}

/// One line.
///
/// # Errors
/// When the database does not answer.
pub async fn round(ctx: Arc<Ctx>) -> anyhow::Result<Round> {
    let head = audit::head(&ctx.db).await?;
    tracing::info!(%head, "the audit log ends here; `latchkey audit verify --head` shows whether it was cut off since");
    Ok(Round::Rest)
}
