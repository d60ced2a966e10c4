//! The answer to `POST /profile/tokens` and to a rotation: the one page that ever shows a secret.

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
    /// How it came about.
    pub story: Story,
    /// The token's id on the wire.
    pub id: String,
    /// The token's name.
    pub name: String,
    /// The secret itself.
    pub secret: &'a str,
    /// What will be shown of it from now on: `lk_pat_Ab3d…x9Qz`.
    pub shown: String,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// The addresses and networks that it works from; none for everywhere.
    pub allowed_from: Vec<String>,
    /// When it ends; nothing for never.
    pub expires: Option<Timestamp>,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
}

/// How a secret came about.
#[derive(Debug, Clone)]
pub enum Story {
    /// With its token.
    Created,
    /// In the place of another.
    Rotated {
        /// What may be shown of the old one.
        old: String,
        /// Until when the old one works; nothing if it has ended.
        until: Option<Timestamp>,
    },
}

impl Story {
    /// As the title says it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Rotated { .. } => "rotated",
        }
    }
}

/// "Already created at 10:31 UTC": the same form, sent again.
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/already_created.html")]
pub struct AlreadyCreatedPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What the form did: `created` or `rotated`.
    pub word: &'static str,
    /// The token's name.
    pub name: String,
    /// Its id on the wire.
    pub id: String,
    /// What may be shown of the secret.
    pub shown: String,
    /// When the form did it.
    pub at: Timestamp,
}

impl AlreadyCreatedPage {
    /// The hour at which it did it: `10:31 UTC`.
    pub fn hour(&self) -> String {
        let text = self.at.day_and_time();
        text.rsplit_once(", ").map_or(text.clone(), |(_, hour)| hour.to_owned())
    }
}
