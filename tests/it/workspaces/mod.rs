//! What may be done in a workspace and by whom, below the pages.

mod change;
mod create;
mod delete;
mod invitations;
mod members;
mod owners;
mod states;

use latchkey::base::id::MembershipId;
use latchkey::base::page::PageSize;
use latchkey::base::text::EmailAddress;
use latchkey::domain::workspaces::invitations::NewMember;
use latchkey::domain::workspaces::{self, Member, MemberRoles};

use crate::support::TestApp;

/// The membership of this address in the member's workspace.
async fn membership(app: &TestApp, of: &Member, email: &str) -> MembershipId {
    let all = workspaces::members::list(&app.app().ctx.db, of, None, PageSize::LARGEST).await.expect("listed").rows;
    all.iter().find(|member| member.email.as_str() == email).unwrap_or_else(|| panic!("{email} is no member")).id
}

fn roles(text: &str) -> MemberRoles {
    MemberRoles::parse(text).expect("roles")
}

fn new_member(email: &str, as_what: &str) -> NewMember {
    NewMember { email: EmailAddress::parse(email).expect("an address"), roles: roles(as_what) }
}
