//! `/w/{slug}/keys/new`: what the new key is, what it may do, and until when.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::form::KeyForm;
use crate::app::App;
use crate::domain::access;
use crate::domain::workspaces::Right;
use crate::http::web::chrome::Chrome;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::new::{CustomDay, SpanChoice};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::InWorkspace;

/// "New API key".
#[derive(Template, WebTemplate)]
#[template(path = "pages/keys/new.html")]
pub struct NewKeyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Kind*: `secret` or `publishable`.
    pub kind: String,
    /// *Environment*: `live` or `test`.
    pub environment: String,
    /// *Scopes*, each with its sentence.
    pub scopes: Vec<Choice>,
    /// Those that a publishable key may have, with commas between them; empty for none.
    pub public_scopes: String,
    /// *Allowed addresses*, as they were sent.
    pub addresses: String,
    /// *Origins*, likewise.
    pub origins: String,
    /// *Requests a minute*, likewise.
    pub limit: String,
    /// *Expires*: the spans that the policy allows.
    pub spans: Vec<SpanChoice>,
    /// *Custom date*.
    pub custom: CustomDay,
    /// *No expiry*, when the policy allows it: whether it is chosen.
    pub no_expiry: Option<bool>,
    /// The longest life that the policy allows, in days.
    pub longest_days: Option<i64>,
    /// What makes sure that sending the form twice creates one key.
    pub nonce: String,
}

/// `GET /w/{slug}/keys/new`
///
/// # Errors
/// 403 for members who may not create one.
pub async fn show(app: Data<App>, me: InWorkspace) -> Answer {
    me.require(Right::ManageKeys)?;
    let terms = access::terms(&app.ctx.db).await?;
    KeyForm::blank(me.nonce(), &terms, app.ctx.now()).page(me.chrome(), me.view(), &terms, Problems::none()).ok()
}
