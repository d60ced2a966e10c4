//! What a member is.

use serde_json::json;

use super::{Membership, store};
use crate::base::id::{AccountId, MembershipId, WorkspaceId};
use crate::db::{self, Change, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, MemberRolesChanged, Message, NOTICE_LIFE};
use crate::domain::workspaces::invitations;
use crate::domain::workspaces::member::{self, Member, Refused};
use crate::domain::workspaces::roles::{MemberRoles, Right, Standing};

/// Why a membership stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Whoever wants it may not manage members.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Nobody in the workspace has this membership.
    #[error("there is no such member")]
    NoSuchMember,
    /// Owners are for owners to make, change and remove.
    #[error("only an owner of the workspace makes, changes and removes owners. Ask one of them")]
    OwnersOnly,
    /// Nobody gives themself more than they have.
    #[error("nobody gives themself more than they have. Ask an owner of the workspace")]
    OwnRights,
    /// Nobody would be left who owns the workspace and can sign in.
    #[error("this is the last owner. Make somebody else an owner first")]
    LastOwner,
    /// It is this person's own workspace.
    #[error("a personal workspace stays with its person. It goes with their account")]
    OwnWorkspace,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Replaces a member's roles. It binds them and their tokens on the next request, and they are told by mail.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn set_roles(ctx: &Ctx, by: &Member, id: MembershipId, roles: &MemberRoles) -> Result<(), MemberError> {
    let (mut tx, standing, of) = begin(ctx, by, id).await?;
    if of.roles == *roles {
        return Ok(());
    }
    only_owners(standing, [of.standing(), roles.standing()])?;
    if of.account == by.person().id() && standing != Standing::Owner && raises(&of.roles, roles) {
        return Err(MemberError::OwnRights);
    }
    if of.standing() == Standing::Owner && roles.standing() != Standing::Owner {
        may_go(&mut tx, by, &of).await?;
    }
    let now = ctx.now();
    if !store::set_roles(&mut tx, &of, roles, now).await? {
        return Err(MemberError::NoSuchMember);
    }
    if roles.standing() < of.standing() {
        invitations::cancel_those_of_in(&mut tx, by.workspace().id, of.account, now).await?;
    }
    let words = |roles: &MemberRoles| roles.words().collect::<Vec<_>>().join(", ");
    let facts = json!({ "name": of.email.as_str(), "before": { "roles": words(&of.roles) }, "after": { "roles": words(roles) } });
    record(&mut tx, ctx, by, (&of, Action::MemberRolesChanged), facts).await?;
    if of.account != by.person().id() {
        let message = MemberRolesChanged {
            name: of.name,
            workspace: by.workspace().name.clone(),
            slug: by.workspace().slug.as_str().to_owned(),
            by: by.person().email().to_string(),
            roles: words(roles),
            cause: Cause::new(now, by.person().origin()),
        };
        ctx.post_to(&mut tx, &of.email, Some(of.account), &Message::MemberRolesChanged(message), NOTICE_LIFE).await?;
    }
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// A transaction in which nobody else decides about members, with the standing of whoever wants a change and the member
/// that it is about.
pub(super) async fn begin(ctx: &Ctx, by: &Member, id: MembershipId) -> Result<(Tx, Standing, Membership), MemberError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let standing = member::allowed::<MemberError>(&mut tx, by, Right::ManageMembers).await?;
    let of = store::find(&mut tx, by.workspace().id, id).await?.ok_or(MemberError::NoSuchMember)?;
    Ok((tx, standing, of))
}

/// Refuses whoever is no owner where one of these is one.
pub(super) fn only_owners<const N: usize>(by: Standing, touched: [Standing; N]) -> Result<(), MemberError> {
    let owners = touched.contains(&Standing::Owner);
    if owners && by != Standing::Owner { Err(MemberError::OwnersOnly) } else { Ok(()) }
}

/// Whether the workspace can do without this owner.
pub(super) async fn may_go(cx: &mut Cx, by: &Member, of: &Membership) -> Result<(), MemberError> {
    if by.workspace().personal_of == Some(of.account) {
        return Err(MemberError::OwnWorkspace);
    }
    match owners_left_in(cx, by.workspace().id, of.account).await? {
        OwnersLeft::None => Err(MemberError::LastOwner),
        OwnersLeft::Some => Ok(()),
    }
}

/// Whether anybody owns a workspace without a certain member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain::workspaces) enum OwnersLeft {
    /// Nobody who can sign in.
    None,
    /// Somebody.
    Some,
}

/// Whether anybody who can sign in owns the workspace without this account.
pub(in crate::domain::workspaces) async fn owners_left_in(
    cx: &mut Cx,
    workspace: WorkspaceId,
    without: AccountId,
) -> db::Result<OwnersLeft> {
    let others = store::count_other_owners(cx, workspace, without).await?;
    Ok(if others == 0 { OwnersLeft::None } else { OwnersLeft::Some })
}

/// Whether somebody would be more by the new roles: by a further reach, or by a word of the product's own.
fn raises(before: &MemberRoles, after: &MemberRoles) -> bool {
    let known = |word: &str| Standing::parse(word).is_some_and(|standing| standing <= before.standing());
    after.words().any(|word| !before.has(word) && !known(word))
}

/// Tells every process and the log what became of somebody's membership.
pub(super) async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &Member,
    (of, action): (&Membership, Action),
    facts: serde_json::Value,
) -> db::Result<()> {
    let (now, person) = (ctx.now(), by.person());
    tx.narrow(Change::Account(of.account.to_db()), now).await?;
    let event = Event::done_in(Actor::Account(person.id()), person.origin(), action, by.workspace().id)
        .about(of.account)
        .of(of.id)
        .with(facts);
    audit::record(tx, ctx, now, event).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r103_whoever_adds_a_word_to_themself_raises_themself_and_whoever_steps_down_does_not() {
        let roles = |text: &str| MemberRoles::parse(text).expect("roles");
        for (before, after) in
            [("admin", "owner"), ("admin", "admin billing"), ("viewer", "developer"), ("billing", "billing ops")]
        {
            assert!(raises(&roles(before), &roles(after)), "{before} to {after}");
        }
        for (before, after) in
            [("admin", "developer"), ("admin billing", "viewer"), ("admin billing", "admin"), ("owner", "admin")]
        {
            assert!(!raises(&roles(before), &roles(after)), "{before} to {after}");
        }
    }
}
