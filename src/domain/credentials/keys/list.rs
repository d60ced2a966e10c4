//! The keys of a workspace, as a page or a program lists them.

use super::key::Key;
use super::manager::{KeyManager, Manager, NotManager};
use super::store;
use crate::base::page::{Cursor, Page, PageSize};
use crate::db;
use crate::domain::Ctx;
use crate::domain::credentials::list::{Counts, ListFilter};
use crate::domain::workspaces::{Member, Right};

/// A page of keys.
pub type KeyListing = Page<Key>;

/// The keys: every member sees all of their workspace's, a key those that it may manage.
///
/// # Errors
/// When they may not look.
pub async fn list(
    ctx: &Ctx,
    by: KeyManager<'_>,
    filter: &ListFilter,
    after: Option<&Cursor>,
    size: PageSize,
) -> Result<KeyListing, NotManager> {
    let mut cx = ctx.db.read().await?;
    let manager = Manager::find(&mut cx, ctx, by, Right::Read).await?;
    let bounds = store::Bounds {
        workspace: manager.workspace,
        environment: manager.key.as_ref().and_then(|own| own.environment),
        ends_by: manager.key.as_ref().and_then(|own| own.expires_at),
        now: ctx.now(),
    };
    let wanted = usize::try_from(size.rows() + 1).expect("a page is small");
    let batch = if manager.key.is_some() { PageSize::LARGEST.rows() } else { size.rows() }.max(size.rows()) + 1;
    let mut found: Vec<Key> = Vec::new();
    let mut after = after.cloned();
    // The rest of what a key may manage is not for a statement to say: scopes imply each other. Most pass.
    while found.len() < wanted {
        let rows = store::list(&mut cx, &bounds, filter, after.as_ref(), batch).await?;
        let last = i64::try_from(rows.len()).is_ok_and(|read| read < batch);
        after = rows.last().map(cursor);
        found.extend(rows.into_iter().filter(|key| manager.holds(key)));
        if last {
            break;
        }
    }
    found.truncate(wanted);
    Ok(Page::cut(found, size, cursor))
}

fn cursor(key: &Key) -> Cursor {
    key.detail.summary.cursor()
}

/// How many keys the member's workspace has.
///
/// # Errors
/// When the database does not answer.
pub async fn count(ctx: &Ctx, of: &Member) -> db::Result<Counts> {
    store::count(&mut ctx.db.read().await?, of.workspace().id, ctx.now()).await
}
