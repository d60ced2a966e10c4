//! The table `credentials`, as far as it is about a workspace.

use super::CredentialsThere;
use crate::base::id::WorkspaceId;
use crate::base::time::Timestamp;
use crate::db::{Cx, Result};
use crate::{on, sql};

/// Counts what is neither revoked nor expired.
pub(super) async fn count(cx: &mut Cx, workspace: WorkspaceId, now: Timestamp) -> Result<CredentialsThere> {
    let (keys, service_accounts, locked_tokens): (i64, i64, i64) = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT (SELECT COUNT(*) FROM credentials WHERE workspace_id = $1 AND kind <> 'service'
                       AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)),
                    (SELECT COUNT(*) FROM credentials WHERE workspace_id = $1 AND kind = 'service'
                       AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)),
                    (SELECT COUNT(*) FROM credentials WHERE locked_to = $1
                       AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2))"
        ))
        .bind(workspace.to_db())
        .bind(now.micros())
        .fetch_one(c)
        .await
    })?;
    Ok(CredentialsThere { keys, service_accounts, locked_tokens })
}
