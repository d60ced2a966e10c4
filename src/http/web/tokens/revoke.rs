//! `/profile/tokens/{id}/revoke`: what breaks, before it breaks.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::list::{TokenRow, TokenStatus};
use super::row::{address_of, id_in};
use crate::app::App;
use crate::domain::access;
use crate::domain::credentials::{self, RevokeError, Why};
use crate::http::extract::query;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// "Revoke *CI deploy*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/revoke.html")]
pub struct RevokePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The token.
    pub token: TokenRow,
    /// *I leaked it*: whether it is ticked.
    pub leaked: bool,
}

/// `GET /profile/tokens/{id}/revoke`. One that has ended is shown under its tab.
///
/// # Errors
/// 404 for one that is not one's own, as for one that does not exist.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let (ctx, person, chrome) = (&app.ctx, me.person(), me.chrome());
    let found = credentials::find(ctx, person, id_in(&request)?).await?.ok_or(Trouble::NotFound)?;
    let policy = access::policy(&ctx.db).await?;
    let token = TokenRow::of(&found.summary, person.account(), &policy, chrome.now);
    let leaked = query(&request, "leaked").is_some_and(|leaked| leaked == "yes");
    match token.status {
        TokenStatus::Active | TokenStatus::EndsSoon | TokenStatus::Paused | TokenStatus::Refused | TokenStatus::Homeless => {
            RevokePage { chrome, token, leaked }.ok()
        }
        TokenStatus::Expired => Err(WebError::see_other("/profile/tokens?state=expired")),
        TokenStatus::Revoked { .. } => Err(WebError::see_other("/profile/tokens?state=revoked")),
    }
}

/// `POST /profile/tokens/{id}/revoke`
///
/// # Errors
/// [`WebError::SeeOther`] when it is revoked; 404 as above.
pub async fn revoke(app: Data<App>, me: SignedIn, request: HttpRequest, form: Posted) -> Answer {
    let (id, why) = (id_in(&request)?, if form.ticked("leaked") { Why::Leaked } else { Why::NotNeeded });
    match (credentials::revoke_own(&app.ctx, me.person(), id, why).await, why) {
        (Ok(_), Why::Leaked) => Err(Done::TokenLeaked.on(&address_of(id))),
        (Ok(_), Why::NotNeeded) => Err(Done::TokenRevoked.on("/profile/tokens")),
        (Err(RevokeError::NotFound), _) => Err(Trouble::NotFound.into()),
        (Err(RevokeError::Unexpected(error)), _) => Err(error.into()),
    }
}
