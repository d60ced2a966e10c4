//! The table `credentials`, as far as it is about a workspace.

use super::CredentialsThere;
use super::governed::{GovernedWorkspace, WorkspaceFilter};
use crate::base::id::{AccountId, WorkspaceId};
use crate::base::page::Cursor;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result};
use crate::domain::workspaces::look_in;
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

#[derive(sqlx::FromRow)]
struct GovernedRow {
    id: String,
    slug: String,
    name: String,
    logo: Option<String>,
    labels: String,
    plan: String,
    personal_of: Option<String>,
    created_at: i64,
    suspended_at: Option<i64>,
    members: i64,
    keys: i64,
    service_accounts: i64,
}

impl TryFrom<GovernedRow> for GovernedWorkspace {
    type Error = Error;

    fn try_from(row: GovernedRow) -> Result<Self> {
        Ok(Self {
            id: WorkspaceId::from_db(&row.id).map_err(|_| Error::corrupt("workspace id"))?,
            slug: row.slug,
            name: row.name,
            look: look_in(row.logo.as_deref(), &row.labels)?,
            plan: row.plan,
            personal_of: row
                .personal_of
                .as_deref()
                .map(AccountId::from_db)
                .transpose()
                .map_err(|_| Error::corrupt("account id"))?,
            created_at: Timestamp::from_micros(row.created_at),
            suspended_at: row.suspended_at.map(Timestamp::from_micros),
            members: row.members,
            keys: row.keys,
            service_accounts: row.service_accounts,
        })
    }
}

/// A page of workspaces, the latest first. Ids are ordered by the instant they were made.
pub(super) async fn governed(
    cx: &mut Cx,
    filter: &WorkspaceFilter,
    after: Option<&Cursor>,
    rows: i64,
    now: Timestamp,
) -> Result<Vec<GovernedWorkspace>> {
    let rows: Vec<GovernedRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT w.id, w.slug, w.name, w.logo, w.labels, w.plan, w.personal_of, w.created_at, w.suspended_at,
                    (SELECT COUNT(*) FROM memberships m WHERE m.workspace_id = w.id) AS members,
                    (SELECT COUNT(*) FROM credentials c WHERE c.workspace_id = w.id AND c.kind <> 'service'
                       AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $1)) AS keys,
                    (SELECT COUNT(*) FROM credentials c WHERE c.workspace_id = w.id AND c.kind = 'service'
                       AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $1)) AS service_accounts
             FROM workspaces w
             WHERE ($2 = '' OR w.id = $3 OR replace(w.name, $4, '') <> w.name
                    OR replace(lower(w.name) || ' ' || w.slug, $2, '') <> lower(w.name) || ' ' || w.slug)
               AND CASE $5 WHEN 'shared' THEN w.personal_of IS NULL WHEN 'personal' THEN w.personal_of IS NOT NULL
                           WHEN 'suspended' THEN w.suspended_at IS NOT NULL ELSE w.id = w.id END
               AND ($6 = '' OR EXISTS (SELECT 1 FROM memberships m WHERE m.workspace_id = w.id AND m.account_id = $6))
               AND ($7 = '' OR replace(w.labels, $7, '') <> w.labels)
               AND (CAST($8 AS TEXT) IS NULL OR w.id < $8)
             ORDER BY w.id DESC LIMIT $9"
        ))
        .bind(now.micros())
        .bind(filter.search().to_lowercase())
        .bind(filter.id())
        .bind(filter.search())
        .bind(filter.among.as_str())
        .bind(filter.member())
        .bind(filter.label())
        .bind(after.map(|cursor| &cursor.id))
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(GovernedWorkspace::try_from).collect()
}
