//! What a mail about a credential of a workspace says, and to whom it goes.

use crate::base::id::{AccountId, CredentialId, WorkspaceId};
use crate::db::{Cx, Error, Result};
use crate::domain::credentials::credential::Kind;
use crate::{on, sql};

/// How the standing that owns a workspace stands in the column `roles`; no other word can hold it.
const OWNER: &str = "\"owner\"";

/// What is told of a credential.
pub(super) struct Facts {
    pub kind: Kind,
    pub name: String,
    /// The beginning of its newest secret.
    pub prefix: String,
    pub workspace: String,
    pub slug: String,
}

/// Looks it up; nothing if it is gone.
pub(super) async fn facts(cx: &mut Cx, workspace: WorkspaceId, id: CredentialId) -> Result<Option<Facts>> {
    let row: Option<(String, String, Option<String>, String, String)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.kind, c.name,
                    (SELECT s.prefix FROM credential_secrets s WHERE s.credential_id = c.id ORDER BY s.created_at DESC, s.id DESC LIMIT 1),
                    w.name, w.slug
             FROM credentials c JOIN workspaces w ON w.id = c.workspace_id WHERE c.id = $1 AND c.workspace_id = $2"
        ))
        .bind(id.to_db())
        .bind(workspace.to_db())
        .fetch_optional(c)
        .await
    })?;
    let read = |(kind, name, prefix, workspace, slug): (String, String, Option<String>, String, String)| {
        let kind = Kind::from_db(&kind).ok_or(Error::corrupt("kind"))?;
        Ok(Facts { kind, name, prefix: prefix.unwrap_or_default(), workspace, slug })
    };
    row.map(read).transpose()
}

/// The name of a credential of the workspace.
pub(super) async fn name(cx: &mut Cx, workspace: WorkspaceId, id: CredentialId) -> Result<Option<String>> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT name FROM credentials WHERE id = $1 AND workspace_id = $2"))
            .bind(id.to_db())
            .bind(workspace.to_db())
            .fetch_optional(c)
            .await
    })
}

/// Those who own the workspace, who made the credential and who answer for it, as far as they belong to the workspace and
/// are not suspended.
pub(super) async fn concerned(cx: &mut Cx, workspace: WorkspaceId, id: CredentialId) -> Result<Vec<AccountId>> {
    let ids: Vec<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT a.id FROM memberships m JOIN accounts a ON a.id = m.account_id
             WHERE m.workspace_id = $1 AND a.suspended_at IS NULL
               AND (replace(m.roles, $2, '') <> m.roles
                    OR EXISTS (SELECT 1 FROM credentials c WHERE c.id = $3 AND c.made_by = a.id)
                    OR EXISTS (SELECT 1 FROM service_account_owners o WHERE o.credential_id = $3 AND o.account_id = a.id))
             ORDER BY m.id"
        ))
        .bind(workspace.to_db())
        .bind(OWNER)
        .bind(id.to_db())
        .fetch_all(c)
        .await
    })?;
    ids.iter().map(|id| AccountId::from_db(id).map_err(|_| Error::corrupt("account id"))).collect()
}
