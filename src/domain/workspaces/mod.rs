//! Workspaces: the tenants. Who belongs to one and as what is decided here; what its keys may do, in `credentials`.
//!
//! Whatever is done in a workspace takes a [`Member`], which only this feature builds, from a living membership. To
//! somebody who is no member a workspace does not exist.

mod change;
mod create;
mod delete;
mod govern;
pub mod invitations;
mod look;
mod member;
pub mod members;
pub mod plans;
mod reader;
mod roles;
mod store;
mod workspace;

pub use change::{Appearance, ChangeError, NewName, let_keys_manage, rename, set_appearance};
pub use create::{CreateError, WorkspaceDraft, create, create_once, may_create, own, personal, plan_of};
pub use delete::{DeleteError, Leaving, delete};
pub use look::{Labels, Logo, Look};
pub use member::{Member, NoMember, Refused, Which, count_members, is_member, list, member};
pub use reader::{Inside, Reader};
pub use roles::{MemberRoles, Right, Standing};
pub use workspace::{KeysManage, Slug, Workspace};

pub(in crate::domain) use delete::{delete_in, leaving_in};
pub(in crate::domain) use govern::{any_in, creators_in, members_in, restore_in, save_creators_in, suspend_in};
pub(in crate::domain) use member::{allowed, membership_in};
pub(in crate::domain) use reader::{own_reader_in, reader_for_in};
pub(in crate::domain) use store::{find as find_in, look as look_in};
