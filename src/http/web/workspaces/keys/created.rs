//! The answer to `POST /w/{slug}/keys` and to a rotation: the one page that ever shows the secret of a key.

use askama::Template;
use askama_web::WebTemplate;

use crate::base::time::Timestamp;
use crate::http::web::chrome::Chrome;
use crate::http::web::tokens::created::Story;
use crate::http::web::workspaces::WorkspaceView;

/// "Key *Build* created". It lives as long as its answer takes to be written, and is never kept.
#[derive(Template, WebTemplate)]
#[template(path = "pages/keys/created.html")]
pub struct KeyCreatedPage<'a> {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// How it came about.
    pub story: Story,
    /// The key's id on the wire.
    pub id: String,
    /// The key's name.
    pub name: String,
    /// `Secret` or `Publishable`.
    pub kind: &'static str,
    /// `Live` or `Test`.
    pub environment: &'static str,
    /// The secret itself.
    pub secret: &'a str,
    /// What will be shown of it from now on.
    pub shown: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// The addresses and networks that it works from; none for everywhere.
    pub allowed_from: Vec<String>,
    /// The web pages that may use it.
    pub origins: Vec<String>,
    /// When it ends; nothing for never.
    pub expires: Option<Timestamp>,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
}

/// "Already created": the same form, sent again.
#[derive(Template, WebTemplate)]
#[template(path = "pages/keys/already_created.html")]
pub struct KeyAlreadyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What the form did: `created` or `rotated`.
    pub word: &'static str,
    /// The key's name.
    pub name: String,
    /// Its id on the wire.
    pub id: String,
    /// What may be shown of the secret.
    pub shown: String,
    /// When the form did it.
    pub at: Timestamp,
}
