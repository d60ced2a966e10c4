//! Which apps there are.

use super::client::Client;
use super::store;
use crate::base::id::ClientId;
use crate::base::time::Span;
use crate::db::{self, Cx, Db};
use crate::domain::Ctx;
use crate::domain::access::Administrator;

/// How long codes stay that were spent or ran out: who shows one again is still recognised.
const KEPT: Span = Span::days(1);

/// An app, in the list of administrators.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The app.
    pub client: Client,
    /// How many living grants it has.
    pub grants: i64,
}

/// All apps, in the order of their names.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ctx: &Ctx, _by: &Administrator) -> db::Result<Vec<Listed>> {
    store::list(&mut ctx.db.read().await?, ctx.now()).await
}

/// One of them.
///
/// # Errors
/// When the database does not answer.
pub async fn find_listed(ctx: &Ctx, by: &Administrator, id: ClientId) -> db::Result<Option<Listed>> {
    Ok(list(ctx, by).await?.into_iter().find(|listed| listed.client.id == id))
}

/// The app with this `client_id`, if there is one and it is not disabled.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, id: ClientId) -> db::Result<Option<Client>> {
    enabled_in(&mut db.read().await?, id).await
}

/// The same, in a transaction that acts on it.
pub(in crate::domain) async fn enabled_in(cx: &mut Cx, id: ClientId) -> db::Result<Option<Client>> {
    Ok(store::find(cx, id).await?.filter(|client| client.disabled_at.is_none()))
}

/// Deletes codes that could not be used any more a day ago. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep(ctx: &Ctx) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}
