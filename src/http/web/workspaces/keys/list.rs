//! `/w/{slug}/keys`: the keys of a workspace, living and ended.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{KeyRow, list_of};
use crate::app::App;
use crate::base::page::PageSize;
use crate::domain::credentials::keys::{self, KeyManager};
use crate::domain::workspaces::Right;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Choice;
use crate::http::web::list::{Pager, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::asked::Asked;
use crate::http::web::tokens::list::{TokenCounts, TokenHeads, TokenTab};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::InWorkspace;

/// "API keys".
#[derive(Template, WebTemplate)]
#[template(path = "pages/keys/list.html")]
pub struct KeysPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// Whether whoever looks may create and end keys.
    pub manages: bool,
    /// Which keys are shown.
    pub tab: TokenTab,
    /// How many there are under each tab.
    pub counts: TokenCounts,
    /// *Search*, as it was sent; empty for all.
    pub search: String,
    /// The orders to choose from; the chosen one marked.
    pub sorts: Vec<Choice>,
    /// The heads of the columns.
    pub heads: TokenHeads,
    /// The keys.
    pub rows: Vec<KeyRow>,
    /// The other pages.
    pub pager: Pager,
    /// What has just happened.
    pub notice: Option<String>,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
}

/// `GET /w/{slug}/keys`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let (ctx, asked) = (&app.ctx, Asked::at(list_of(me.member()), &request));
    let list = format!("keys/{}/{}", me.member().workspace().id, asked.word());
    let after = cursor(&request, &ctx.keys, &list)?;
    let by = KeyManager::Member(me.member());
    let found = keys::list(ctx, by, &asked.filter(), after.as_ref(), PageSize::DEFAULT).await?;
    let counts = keys::count(ctx, me.member()).await?;
    let chrome = me.chrome();
    KeysPage {
        of: me.view(),
        manages: me.member().may(Right::ManageKeys),
        tab: asked.tab(),
        counts: counts.into(),
        sorts: asked.sorts(),
        heads: asked.heads(),
        rows: found.rows.iter().map(|key| KeyRow::of(key, chrome.now)).collect(),
        pager: Pager::of(&asked.address(), after.as_ref(), found.next.map(|next| next.seal(&ctx.keys, &list))),
        notice: Done::told(&request, &[Done::KeyRevoked]),
        base_url: ctx.settings.public_url.clone(),
        search: asked.search,
        chrome,
    }
    .ok()
}
