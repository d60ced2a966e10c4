//! What a product configures through us, beside what is a policy of ours: kept, told again, and of no effect here.

use serde_json::json;

use super::administrator::ConfirmedAdministrator;
use super::store;
use crate::base::metadata::Metadata;
use crate::db::{self, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};

/// What is kept under a name; nothing was ever, and it is empty.
pub(in crate::domain) async fn configuration_in(cx: &mut Cx, name: &str) -> db::Result<Metadata> {
    store::configuration(cx, name).await
}

/// Replaces what is kept under a name.
pub(in crate::domain) async fn save_configuration_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    name: &str,
    kept: &Metadata,
) -> db::Result<()> {
    let (now, person) = (ctx.now(), by.person());
    store::save_configuration(tx, name, kept, now).await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::ConfigurationChanged, person.id())
        .with(json!({ "name": name, "members": kept.members().keys().collect::<Vec<_>>() }));
    audit::record(tx, ctx, now, event).await
}
