//! `/profile/tokens/revoke-many`: several tokens at once, named before they end.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::list::TokenRow;
use crate::app::App;
use crate::base::id::CredentialId;
use crate::domain::access;
use crate::domain::credentials::{self, REVOKED_AT_ONCE, RevokeError, RevokeManyError};
use crate::http::extract::pairs;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// "Revoke 3 tokens?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/revoke_many.html")]
pub struct RevokeManyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Those that were ticked and can be revoked.
    pub tokens: Vec<TokenRow>,
}

/// `GET /profile/tokens/revoke-many?ids=…`: names those that can be revoked. What is no living token of one's own is
/// left out.
///
/// # Errors
/// When the database does not answer.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let (ctx, person, chrome) = (&app.ctx, me.person(), me.chrome());
    let policy = access::policy(&ctx.db).await?;
    let asked = pairs(request.query_string().as_bytes());
    let ids = asked.iter().filter(|(name, _)| name == "ids").filter_map(|(_, id)| id.parse::<CredentialId>().ok());
    let mut tokens = Vec::new();
    for id in each_once(ids).into_iter().take(REVOKED_AT_ONCE) {
        let found = credentials::find(ctx, person, id).await?.filter(|found| found.summary.is_living(chrome.now));
        tokens.extend(found.map(|found| TokenRow::of(&found.summary, person.account(), &policy, chrome.now)));
    }
    RevokeManyPage { chrome, tokens }.ok()
}

/// `POST /profile/tokens/revoke-many`: all of them, or none.
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when they are revoked; 404 when one of them
/// is not one's own.
pub async fn revoke(app: Data<App>, me: SignedIn, form: Posted) -> Answer {
    let ids: Result<Vec<CredentialId>, _> = form.all("ids").into_iter().map(str::parse).collect();
    let ids = each_once(ids.map_err(|_| Trouble::NotFound)?.into_iter());
    if ids.is_empty() {
        return RevokeManyPage { chrome: me.chrome(), tokens: Vec::new() }.unprocessable();
    }
    match credentials::revoke_many(&app.ctx, me.person(), &ids).await {
        Ok(_) => Err(Done::TokensRevoked.on("/profile/tokens")),
        Err(RevokeManyError::TooMany) => Err(Trouble::TooLarge.into()),
        Err(RevokeManyError::Unchanged(RevokeError::NotFound)) => Err(Trouble::NotFound.into()),
        Err(RevokeManyError::Unchanged(RevokeError::Unexpected(error))) => Err(error.into()),
    }
}

fn each_once(ids: impl Iterator<Item = CredentialId>) -> Vec<CredentialId> {
    let mut once = Vec::new();
    for id in ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    once
}
