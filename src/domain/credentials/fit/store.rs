//! Reads `credentials` with their owners, across everybody's.

use crate::base::time::Timestamp;
use crate::db::{Cx, Result};
use crate::{on, sql};

/// A living token with what the policy asks of it and of its owner.
#[derive(sqlx::FromRow)]
pub(super) struct LivingRow {
    pub id: String,
    pub name: String,
    pub prefix: String,
    pub account_id: String,
    pub email: String,
    pub roles: String,
    pub second_factor: Option<i64>,
    pub member_roles: Option<String>,
    pub scopes: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
}

/// Every living token of everybody who is not suspended, owner by owner. One whose membership has ended is refused
/// whatever the policy says.
pub(super) async fn living(cx: &mut Cx, now: Timestamp) -> Result<Vec<LivingRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, s.prefix, c.account_id, a.email, a.roles,
                    t.confirmed_at AS second_factor, m.roles AS member_roles, c.scopes, c.created_at, c.expires_at, c.last_used_at
             FROM credentials c
             JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             JOIN accounts a ON a.id = c.account_id
             LEFT JOIN totp t ON t.account_id = a.id
             LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
             WHERE c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $1) AND a.suspended_at IS NULL
               AND (c.locked_to IS NULL OR m.id IS NOT NULL)
             ORDER BY a.email_key, c.created_at, c.id"
        ))
        .bind(now.micros())
        .fetch_all(c)
        .await
    })
}
