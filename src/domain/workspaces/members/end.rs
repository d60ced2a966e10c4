//! The end of a membership. What the member's tokens could do in the workspace ends with it, at once; whoever comes back
//! is another member.

use serde_json::json;

use super::change::{MemberError, begin, may_go, only_owners, record};
use super::store;
use crate::base::id::MembershipId;
use crate::domain::Ctx;
use crate::domain::audit::Action;
use crate::domain::mail::{Cause, MembershipEnd, MembershipEnded, Message, NOTICE_LIFE};
use crate::domain::workspaces::invitations;
use crate::domain::workspaces::member::{self, Member};
use crate::domain::workspaces::roles::{Right, Standing};

/// Removes a member, who is told by mail. What they invited others to is cancelled.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn remove(ctx: &Ctx, by: &Member, id: MembershipId) -> Result<(), MemberError> {
    let (mut tx, standing, of) = begin(ctx, by, id).await?;
    only_owners(standing, [of.standing()])?;
    if of.standing() == Standing::Owner {
        may_go(&mut tx, by, &of).await?;
    }
    if !store::delete(&mut tx, by.workspace().id, of.id).await? {
        return Err(MemberError::NoSuchMember);
    }
    let now = ctx.now();
    invitations::cancel_those_of_in(&mut tx, by.workspace().id, of.account, now).await?;
    record(&mut tx, ctx, by, (&of, Action::MemberRemoved), json!({ "name": of.email.as_str() })).await?;
    if of.account != by.person().id() {
        let message = MembershipEnded {
            name: of.name,
            workspace: by.workspace().name.clone(),
            by: by.person().email().to_string(),
            end: MembershipEnd::Removed,
            cause: Cause::new(now, by.person().origin()),
        };
        ctx.post_to(&mut tx, &of.email, Some(of.account), &Message::MembershipEnded(message), NOTICE_LIFE).await?;
    }
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// Leaves the workspace.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn leave(ctx: &Ctx, by: &Member) -> Result<(), MemberError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    member::allowed::<MemberError>(&mut tx, by, Right::Read).await?;
    let of = store::find(&mut tx, by.workspace().id, by.id()).await?.ok_or(MemberError::NoSuchMember)?;
    if of.standing() == Standing::Owner {
        may_go(&mut tx, by, &of).await?;
    }
    if !store::delete(&mut tx, by.workspace().id, of.id).await? {
        return Err(MemberError::NoSuchMember);
    }
    record(&mut tx, ctx, by, (&of, Action::MemberLeft), json!({ "name": of.email.as_str() })).await?;
    tx.commit().await?;
    Ok(())
}
