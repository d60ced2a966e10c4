//! The first administrator.

use super::policy::{Switch, TokenPolicy};
use super::store;
use crate::base::net::Origin;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Busy, LinkSecret, NewAccount, Password, Roles};
use crate::domain::audit::{self, Action, Actor, Event};

/// What the first administrator has told us.
pub struct SetUpDraft {
    /// The address to sign in with.
    pub email: EmailAddress,
    /// How to be called; may be empty.
    pub name: PersonName,
    /// The password.
    pub password: Password,
    /// Whether people may create API tokens from the start.
    pub tokens: Switch,
}

/// Why Latchkey was not set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The link is used, replaced or too old, or there is an administrator.
    #[error("this setup link cannot be used any more")]
    NotOpen,
    /// The address has an account.
    #[error("an account with this email address exists already")]
    EmailTaken,
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Makes a setup link if there is no administrator; older ones end. It lives an hour.
///
/// # Errors
/// When the database does not answer.
pub async fn open_setup(ctx: &Ctx) -> db::Result<Option<LinkSecret>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    if !accounts::people::administrators(&mut tx).await?.is_empty() {
        return Ok(None);
    }
    let secret = accounts::issue_setup_in(&mut tx, ctx).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// Until when this link sets up Latchkey; nothing if it does not any more.
///
/// # Errors
/// When the database does not answer.
pub async fn setup_open_until(ctx: &Ctx, secret: &LinkSecret) -> db::Result<Option<Timestamp>> {
    let mut cx = ctx.db.read().await?;
    if !accounts::people::administrators(&mut cx).await?.is_empty() {
        return Ok(None);
    }
    accounts::setup_open_until(&mut cx, ctx, secret).await
}

/// Makes the first administrator and switches API tokens on or off. Works once, and for one of two at once.
///
/// # Errors
/// When the link cannot be used, or the address is taken; then the link stays good.
pub async fn set_up(ctx: &Ctx, secret: &LinkSecret, draft: SetUpDraft, origin: &Origin) -> Result<(), SetUpError> {
    if setup_open_until(ctx, secret).await?.is_none() {
        return Err(SetUpError::NotOpen);
    }
    let hash = ctx.hasher.hash(&draft.password, &ctx.rng).await?;
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let taken = !accounts::people::administrators(&mut tx).await?.is_empty();
    if taken || !accounts::consume_setup_in(&mut tx, ctx, secret).await? {
        return Err(SetUpError::NotOpen);
    }
    let new = NewAccount { email: draft.email, name: draft.name, roles: Roles::admin() };
    let account = accounts::insert_in(&mut tx, ctx, new, Some(hash), Some(now)).await?.ok_or(SetUpError::EmailTaken)?;
    let policy = TokenPolicy { tokens: draft.tokens, ..store::policy(&mut tx).await? };
    store::save(&mut tx, &policy, now).await?;
    tx.narrow(Change::Policy, now).await?;
    let event = Event::done(Actor::Account(account.id), origin, Action::SetUp, account.id);
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(())
}
