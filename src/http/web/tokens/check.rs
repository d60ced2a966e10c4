//! `/profile/tokens/{id}/check`: whether the current secret has arrived where it is needed.
//!
//! # Why a page of its own in a tab of its own
//! The page that shows a secret cannot be shown again, so nothing on it may lead away from it. The link opens this
//! small page beside it; with a script the same sentence is fetched as text and written where the link stands. It is
//! looked up and changes nothing, so it is a GET and can be repeated.

use actix_web::http::header::{ACCEPT, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use askama_web::WebTemplate;

use super::list::LastUse;
use super::row::{id_in, shown, used_of};
use crate::app::App;
use crate::domain::credentials;
use crate::http::web::chrome::Chrome;
use crate::http::web::error::Trouble;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::SignedIn;

/// "Is *CI deploy* in use?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/check.html")]
pub struct CheckPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The token's id on the wire.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What may be shown of its current secret.
    pub shown: String,
    /// The last use of that secret.
    pub used: Option<LastUse>,
}

impl CheckPage {
    /// The answer in a sentence.
    pub fn sentence(&self) -> String {
        match &self.used {
            Some(used) => {
                format!("Used {} from {} by {}.", used.at.relative_to(self.chrome.now), used.address, used.agent)
            }
            None => "Not used yet. Run the first call; a use shows after a few seconds.".to_owned(),
        }
    }
}

/// `GET /profile/tokens/{id}/check`: a page, or the sentence alone for whoever accepts nothing but plain text.
///
/// # Errors
/// 404 for one that is not one's own, as for one that does not exist.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let found = credentials::find(&app.ctx, me.person(), id_in(&request)?).await?.ok_or(Trouble::NotFound)?;
    let page = CheckPage {
        chrome: me.chrome(),
        id: found.summary.id.to_string(),
        name: found.summary.name.clone(),
        shown: shown(&found.current.prefix, &found.current.last_four),
        used: used_of(&found.current),
    };
    if request.headers().get(ACCEPT).is_none_or(|accepted| accepted != "text/plain") {
        return page.ok();
    }
    let mut answer = HttpResponse::Ok();
    Ok(answer.content_type("text/plain; charset=utf-8").insert_header((VARY, "Accept")).body(page.sentence()))
}
