//! The sign-in policy: whose accounts need a second factor. It binds when somebody signs in and on each request after it.

use serde_json::json;

use super::administrator::ConfirmedAdministrator;
use super::policy::AllowedRoles;
use super::store;
use crate::db::{self, Change, Cx, Db};
use crate::domain::Ctx;
use crate::domain::accounts::Account;
use crate::domain::audit::{self, Action, Actor, Event};

/// The roles whose holders need a second factor; `*` is everybody, an empty list nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRoles(pub AllowedRoles);

/// The roles that need a second factor, as they are now.
///
/// # Errors
/// When the database does not answer.
pub async fn factor_roles(db: &Db) -> db::Result<FactorRoles> {
    store::factor_roles(&mut db.read().await?).await
}

/// Whether the account has to have a second factor.
pub(in crate::domain) async fn needs_factor_in(cx: &mut Cx, account: &Account) -> db::Result<bool> {
    Ok(store::factor_roles(cx).await?.0.include(&account.roles))
}

/// Says which roles need a second factor. Whoever has such a role and no second factor can do nothing but set one up, from
/// their next request on.
///
/// # Errors
/// When the database did not do it.
pub async fn require_factor(ctx: &Ctx, by: &ConfirmedAdministrator, roles: FactorRoles) -> db::Result<()> {
    let (now, person) = (ctx.now(), by.person());
    let mut tx = ctx.db.write().await?;
    let before = store::factor_roles(&mut tx).await?;
    if before == roles {
        return Ok(());
    }
    store::save_factor_roles(&mut tx, &roles, now).await?;
    tx.narrow(Change::Policy, now).await?;
    let words = |roles: &FactorRoles| json!({ "secondFactor": roles.0.words() });
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::SignInPolicyChanged, person.id())
        .with(json!({ "before": words(&before), "after": words(&roles) }));
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await
}
