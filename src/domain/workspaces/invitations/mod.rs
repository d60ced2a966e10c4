//! Invitations to a workspace: they go by mail, and whoever accepts has to have the address that was invited.
//!
//! The row holds a random seed and a digest, as those of other mailed links do: the secret is derived from the seed when
//! the mail is written, and is nowhere in the database.

mod answer;
mod invite;
mod join;
mod store;

pub use answer::{AnswerError, Named, accept, decline, mine};
pub use invite::{InvitationError, InviteError, NewMember, cancel, invite, invite_once, list, resend};
pub use join::{Addressee, JoinError, by_link, set_up_and_join};

pub(in crate::domain) use store::cancel_those_of as cancel_those_of_in;

use super::look::Look;
use super::roles::MemberRoles;
use super::workspace::Slug;
use crate::base::id::{InvitationId, WorkspaceId};
use crate::base::text::{EmailAddress, Label};
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::Ctx;

/// How long an invitation can be accepted.
pub const LIFE: Span = Span::days(7);
/// How long one that cannot be accepted any more stays in the database.
const KEPT: Span = Span::days(30);

/// An invitation, as the members of the workspace see it: nobody has answered it yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Which.
    pub id: InvitationId,
    /// Who is invited.
    pub email: EmailAddress,
    /// As what.
    pub roles: MemberRoles,
    /// The address of whoever invites; nothing if that account is gone.
    pub inviter: Option<String>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it ends, or when it ended.
    pub expires_at: Timestamp,
}

/// An invitation that can be accepted, as the one who is invited sees it.
#[derive(Debug, Clone)]
pub struct OpenInvitation {
    /// Which.
    pub id: InvitationId,
    /// To which workspace.
    pub workspace: WorkspaceId,
    /// What it is called.
    pub name: Label,
    /// Its name in addresses.
    pub slug: Slug,
    /// What it shows beside its name.
    pub look: Look,
    /// Who is invited.
    pub email: EmailAddress,
    /// As what.
    pub roles: MemberRoles,
    /// The address of whoever invites; nothing if that account is gone.
    pub inviter: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Deletes invitations that could not be accepted any more a month ago. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep(ctx: &Ctx) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}
