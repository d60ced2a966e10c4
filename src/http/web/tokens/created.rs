//! The answer to `POST /profile/tokens`: the one page that ever shows a token.

use askama::Template;
use askama_web::WebTemplate;

use crate::base::time::Timestamp;
use crate::http::web::chrome::Chrome;

/// "Token *CI deploy* created". It lives as long as its answer takes to be written, and is never kept.
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/created.html")]
pub struct TokenCreatedPage<'a> {
    /// What stands around it.
    pub chrome: Chrome,
    /// The token's name.
    pub name: String,
    /// The token itself.
    pub secret: &'a str,
    /// What will be shown of it from now on: `lk_pat_Ab3d…x9Qz`.
    pub shown: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// When it ends; nothing for never.
    pub expires: Option<Timestamp>,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
}

/// "Already created at 10:31 UTC": the same form, sent again.
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/already_created.html")]
pub struct AlreadyCreatedPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The token's name.
    pub name: String,
    /// Its id on the wire.
    pub id: String,
    /// What may be shown of its secret.
    pub shown: String,
    /// When it was created.
    pub created: Timestamp,
}

impl AlreadyCreatedPage {
    /// The hour at which it was created: `10:31 UTC`.
    pub fn hour(&self) -> String {
        let text = self.created.day_and_time();
        text.rsplit_once(", ").map_or(text.clone(), |(_, hour)| hour.to_owned())
    }
}
