//! `/profile/tokens/{id}/revoke`: what breaks, before it breaks.

use askama::Template;
use askama_web::WebTemplate;

use super::list::TokenRow;
use crate::http::web::chrome::Chrome;

/// "Revoke *CI deploy*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/revoke.html")]
pub struct RevokePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The token.
    pub token: TokenRow,
}
