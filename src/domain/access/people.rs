//! What an administrator sees of everybody's accounts, and who may be what.

use std::collections::BTreeSet;

use serde_json::json;

use super::administrator::{Administrator, ConfirmedAdministrator};
use crate::base::id::AccountId;
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::text::EmailAddress;
use crate::base::time::Timestamp;
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::people::{self, ChangeAccountError, Found, ListFilter, Numbers, State};
use crate::domain::accounts::{self, Account, Role, Roles};
use crate::domain::audit::{self, Action, Actor, Event};

/// A page of accounts.
pub type Listing = Page<Found>;

/// Somebody's account, as an administrator views it. There is one only after the log has it that they do: whatever
/// else is read of that person takes it.
pub struct Viewed {
    account: Account,
    state: State,
    invitation: Option<Invitation>,
}

/// How somebody came to be invited.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// When.
    pub at: Timestamp,
    /// By whom; nothing when that account is gone.
    pub by: Option<EmailAddress>,
}

impl Viewed {
    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Where it is in its life.
    pub fn state(&self) -> State {
        self.state
    }

    /// How its owner came to be invited, if they were.
    pub fn invitation(&self) -> Option<&Invitation> {
        self.invitation.as_ref()
    }
}

/// A page of everybody's accounts.
///
/// # Errors
/// When the database does not answer.
pub async fn list_accounts(
    ctx: &Ctx,
    _by: &Administrator,
    filter: &ListFilter,
    after: Option<&Cursor>,
    size: PageSize,
) -> db::Result<Listing> {
    let rows = people::list(&mut ctx.db.read().await?, filter, after, size.rows() + 1).await?;
    Ok(Page::cut(rows, size, |row| Cursor { key: row.sort_key().to_owned(), id: row.id.to_db() }))
}

/// How many accounts there are.
///
/// # Errors
/// When the database does not answer.
pub async fn count_accounts(ctx: &Ctx, _by: &Administrator) -> db::Result<Numbers> {
    people::count(&mut ctx.db.read().await?).await
}

/// The roles that there are: those that everybody and every administrator has, and those that anybody has.
///
/// # Errors
/// When the database does not answer.
pub async fn existing_roles(ctx: &Ctx, _by: &Administrator) -> db::Result<BTreeSet<String>> {
    let had = people::roles(&mut ctx.db.read().await?).await?;
    let words = had.iter().flat_map(Roles::words).chain([Role::ADMIN, Role::USER]);
    Ok(words.map(str::to_owned).collect())
}

/// Views somebody's account, which the log keeps (OWASP ASVS 16.3); nothing if there is none.
///
/// # Errors
/// When the database does not take the event: what nobody would know of is not shown.
pub async fn view_account(ctx: &Ctx, by: &Administrator, id: AccountId) -> db::Result<Option<Viewed>> {
    let (now, person) = (ctx.now(), by.person());
    let mut tx = ctx.db.write().await?;
    let (Some(account), Some(found)) = (accounts::by_id(&mut tx, id).await?, people::find(&mut tx, id).await?) else {
        return Ok(None);
    };
    let inviter = match found.invited_by {
        Some(inviter) => accounts::by_id(&mut tx, inviter).await?.map(|inviter| inviter.email),
        None => None,
    };
    if id != person.id() {
        let event = Event::done(Actor::Account(person.id()), person.origin(), Action::AccountViewed, id);
        audit::record(&mut tx, ctx, now, event).await?;
        tx.commit().await?;
    }
    let invitation = found.invited_at.map(|at| Invitation { at, by: inviter });
    Ok(Some(Viewed { account, state: found.state, invitation }))
}

/// Replaces somebody's roles. It binds every session and every token of theirs on its next request.
///
/// # Errors
/// [`ChangeAccountError::LastAdministrator`] when nobody would be left to administer; then nothing has changed.
pub async fn set_roles(ctx: &Ctx, by: &ConfirmedAdministrator, id: AccountId, roles: &Roles) -> Result<(), ChangeAccountError> {
    let mut tx = ctx.db.write().await?;
    set_roles_in(&mut tx, ctx, by, id, roles).await?;
    tx.commit().await?;
    Ok(())
}

/// The same, in a transaction that does more. It must be the first thing that is done there.
pub(in crate::domain) async fn set_roles_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    id: AccountId,
    roles: &Roles,
) -> Result<(), ChangeAccountError> {
    let (now, person) = (ctx.now(), by.person());
    let Some(before) = people::set_roles_in(tx, id, roles, now).await? else { return Ok(()) };
    let words = |roles: &Roles| json!({ "roles": roles.words().collect::<Vec<_>>() });
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::RolesChanged, id)
        .with(json!({ "before": words(&before), "after": words(roles) }));
    audit::record(tx, ctx, now, event).await?;
    Ok(())
}
