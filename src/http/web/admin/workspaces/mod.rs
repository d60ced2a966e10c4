//! `/admin/workspaces…`: everybody's workspaces, and who may create them.

pub mod change;
pub mod list;
pub mod show;

use actix_web::HttpRequest;

use crate::base::id::WorkspaceId;
use crate::base::time::Timestamp;
use crate::domain::Ctx;
use crate::domain::access::Administrator;
use crate::domain::credentials::of_workspace::{self, GovernedWorkspace};
use crate::http::extract::path_part;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;

/// A workspace, as the pages of administrators show it.
#[derive(Debug, Clone)]
pub struct GovernedView {
    /// Its id on the wire: `wsp_…`.
    pub id: String,
    /// Its name in addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Its plan.
    pub plan: String,
    /// The id of the account whose own it is, if it is somebody's.
    pub personal_of: Option<String>,
    /// How many belong to it.
    pub members: i64,
    /// How many of its keys work.
    pub keys: i64,
    /// How many service accounts it has.
    pub service_accounts: i64,
    /// When it was made.
    pub created: Timestamp,
    /// Since when it is suspended.
    pub suspended: Option<Timestamp>,
}

impl From<GovernedWorkspace> for GovernedView {
    fn from(found: GovernedWorkspace) -> Self {
        Self {
            id: found.id.to_string(),
            slug: found.slug,
            name: found.name,
            plan: found.plan,
            personal_of: found.personal_of.map(|id| id.to_string()),
            members: found.members,
            keys: found.keys,
            service_accounts: found.service_accounts,
            created: found.created_at,
            suspended: found.suspended_at,
        }
    }
}

/// The workspace that the path names.
///
/// # Errors
/// 404 for what is no id.
fn asked_id(request: &HttpRequest) -> Result<WorkspaceId, Trouble> {
    path_part(request, "id").parse().map_err(|_| Trouble::NotFound)
}

/// What is known of it.
///
/// # Errors
/// 404 when there is none.
async fn view(ctx: &Ctx, by: &Administrator, id: WorkspaceId) -> Result<GovernedView, WebError> {
    Ok(of_workspace::find_workspace(ctx, by, id).await?.ok_or(Trouble::NotFound)?.into())
}

/// The page of a workspace.
fn page_of(id: WorkspaceId) -> String {
    format!("/admin/workspaces/{id}")
}
