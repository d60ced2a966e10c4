//! `/w/{slug}/keys/{id}/revoke`: what breaks, before it breaks.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{KeyRow, address_of, id_in, list_of};
use crate::app::App;
use crate::domain::credentials::Why;
use crate::domain::credentials::keys::{self, Children, KeyManager, Revocation};
use crate::domain::workspaces::Right;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::list::TokenRow;
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};

/// "Revoke *Build*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/keys/revoke.html")]
pub struct RevokeKeyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// The key.
    pub token: TokenRow,
}

/// `GET /w/{slug}/keys/{id}/revoke`. One that has ended is shown on its page.
///
/// # Errors
/// 403 for members who may not; 404 for one of another workspace, as for one that does not exist.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    me.require(Right::ManageKeys)?;
    let (chrome, id) = (me.chrome(), id_in(&request)?);
    let key = keys::find(&app.ctx, KeyManager::Member(me.member()), id).await?;
    if !key.is_living(chrome.now) {
        return Err(WebError::see_other(address_of(me.member(), id)));
    }
    let KeyRow { token, .. } = KeyRow::of(&key, chrome.now);
    RevokeKeyPage { chrome, of: me.view(), token }.ok()
}

/// `POST /w/{slug}/keys/{id}/revoke`
///
/// # Errors
/// [`WebError::SeeOther`] when it is revoked; 404 as above.
pub async fn revoke(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    let why = if me.form().ticked("leaked") { Why::Leaked } else { Why::NotNeeded };
    let children = if me.form().ticked("children") { Children::End } else { Children::Stay };
    keys::revoke(&app.ctx, KeyManager::Member(me.member()), id, Revocation { why, children }).await?;
    match why {
        Why::Leaked => Err(Done::KeyLeaked.on(&address_of(me.member(), id))),
        Why::NotNeeded => Err(Done::KeyRevoked.on(&list_of(me.member()))),
    }
}
