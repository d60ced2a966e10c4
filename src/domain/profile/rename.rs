//! What the person is called.

use crate::base::text::PersonName;
use crate::db::{self, Change};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Person};
use crate::domain::audit::{self, Action, Actor, Event};

/// Gives the person another name.
///
/// # Errors
/// When the database did not do it.
pub async fn rename(ctx: &Ctx, by: &Person, name: &PersonName) -> db::Result<()> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    if accounts::rename(&mut tx, by.id(), name, now).await? {
        // What is remembered of the account's tokens says whose they are.
        tx.narrow(Change::Account(by.id().to_db()), now).await?;
        let event = Event::done(Actor::Account(by.id()), by.origin(), Action::AccountRenamed, by.id());
        audit::record(&mut tx, ctx, now, event).await?;
    }
    tx.commit().await
}
