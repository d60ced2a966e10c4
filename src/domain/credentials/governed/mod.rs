//! Everybody's credentials, as administrators see them.

mod filter;
mod hygiene;
mod identify;
mod revoke;
mod store;

use crate::base::id::CredentialId;
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::{self, Administrator, TokenPolicy};
use crate::domain::accounts::Roles;
use crate::domain::workspaces::MemberRoles;

use super::credential::{Kind, Owner, RevokedBy};

pub use filter::{Filter, Order, OrderBy, Which};
pub use hygiene::{Hygiene, Spike, hygiene};
pub use identify::{Identified, Secret, identify};
pub use revoke::{BulkError, revoke_as_administrator};

/// How long before its end a credential is said to end soon.
pub const SOON: Span = Span::days(14);
/// After how long without a use a credential is said to be unused.
pub const UNUSED_AFTER: Span = Span::days(90);

/// A credential with its owner.
#[derive(Debug, Clone)]
pub struct Governed {
    /// Which.
    pub id: CredentialId,
    /// What kind.
    pub kind: Kind,
    /// What its owner calls it.
    pub name: String,
    /// Whose.
    pub owner: Owner,
    /// The address of a person, the name of a workspace.
    pub owner_called: String,
    /// How a person wants to be called, which may be empty; the name of a workspace in addresses.
    pub owner_name: String,
    /// What a person may be; nothing if what is stored cannot be read.
    pub owner_roles: Option<Roles>,
    /// The workspace that a person's token is locked to, by name.
    pub locked_to: Option<String>,
    /// What the person is there; nothing if it is locked to none, or the membership has ended.
    pub member_roles: Option<MemberRoles>,
    /// Since when signing in asks them for a second factor.
    pub owner_second_factor: Option<Timestamp>,
    /// Whether the account, or the workspace, is suspended.
    pub owner_suspended: bool,
    /// Its scopes, as they are stored.
    pub scopes: Vec<String>,
    /// The beginning of its secret.
    pub prefix: String,
    /// The end of its secret.
    pub last_four: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Who revoked it.
    pub revoked_by: Option<RevokedBy>,
    /// Why, if somebody said so.
    pub revoked_reason: Option<String>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_address: Option<String>,
    /// With what.
    pub last_used_agent: Option<String>,
    /// How often it has been used.
    pub uses: i64,
    sort_key: String,
}

/// Whether a credential works, and if not, what refuses it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It works.
    Active,
    /// It works, and ends within [`SOON`].
    EndsSoon,
    /// Its owner has paused it.
    Paused,
    /// Its owner's account is suspended.
    OwnerSuspended,
    /// The membership that it was locked to has ended.
    Homeless,
    /// The token policy refuses it for now.
    Refused,
    /// It came to its end.
    Expired,
    /// Somebody ended it.
    Revoked,
}

impl Governed {
    /// Whether it works under this policy.
    pub fn standing(&self, policy: &TokenPolicy, now: Timestamp) -> Standing {
        if self.revoked_at.is_some() {
            return Standing::Revoked;
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Standing::Expired;
        }
        if self.owner_suspended {
            return Standing::OwnerSuspended;
        }
        if self.paused_at.is_some() {
            return Standing::Paused;
        }
        if self.locked_to.is_some() && self.member_roles.is_none() {
            return Standing::Homeless;
        }
        let permitted = |roles| {
            let owner = access::Owner { roles, second_factor: self.owner_second_factor, member: self.member_roles.as_ref() };
            policy.permits_use(owner, self.created_at, self.expires_at).is_ok()
        };
        // The token policy is about people.
        if self.owner.account().is_some() && !self.owner_roles.as_ref().is_some_and(permitted) {
            return Standing::Refused;
        }
        if self.expires_at.is_some_and(|end| end <= now + SOON) { Standing::EndsSoon } else { Standing::Active }
    }
}

/// A page of everybody's credentials.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    ctx: &Ctx,
    _by: &Administrator,
    filter: &Filter,
    after: Option<&Cursor>,
    size: PageSize,
) -> db::Result<Page<Governed>> {
    let rows = store::list(&mut ctx.db.read().await?, filter, after, size.rows() + 1, ctx.now()).await?;
    Ok(Page::cut(rows, size, |row| Cursor { key: row.sort_key.clone(), id: row.id.to_db() }))
}

/// These credentials, whoever they belong to; those that do not exist are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn some(ctx: &Ctx, _by: &Administrator, ids: &[CredentialId]) -> db::Result<Vec<Governed>> {
    store::some(&mut ctx.db.read().await?, ids).await
}
