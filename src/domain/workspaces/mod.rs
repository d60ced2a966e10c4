//! Workspaces: the tenants. Who belongs to one and as what is decided here; what its keys may do, in `credentials`.
//!
//! Whatever is done in a workspace takes a [`Member`], which only this feature builds, from a living membership. To
//! somebody who is no member a workspace does not exist.

mod create;
mod member;
pub mod plans;
mod roles;
mod store;
mod workspace;

pub use create::{CreateError, WorkspaceDraft, create, personal};
pub use member::{Member, Which, list, member};
pub use roles::{MemberRoles, Right, Standing};
pub use workspace::{KeysManage, Slug, Workspace};
