//! `/profile/tokens/{id}/rotate`: a new secret for a token, and how long the old one goes on working.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::change::unchanged;
use super::created::{AlreadyCreatedPage, Story, TokenCreatedPage};
use super::draft::read_nonce;
use super::list::TokenRow;
use super::row::{address_of, id_in, places, shown, words};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::time::{Span, Timestamp};
use crate::domain::access;
use crate::domain::accounts::Person;
use crate::domain::credentials::{self, Detail, Overlap, RotateError, Rotated, Rotation};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::RecentlyConfirmed;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::{SignedIn, Visitor};

/// "Rotate *CI deploy*".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/rotate.html")]
pub struct RotatePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The token.
    pub token: TokenRow,
    /// When the old secret may end.
    pub ends: Vec<OverlapChoice>,
    /// What makes sure that sending the form twice rotates once.
    pub nonce: String,
}

/// One answer to *The old secret ends*.
#[derive(Debug, Clone)]
pub struct OverlapChoice {
    /// What the form sends.
    pub value: &'static str,
    /// Its name: `In 1 hour`.
    pub label: &'static str,
    /// When that is; nothing for at once.
    pub end: Option<OverlapEnd>,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// When an old secret would end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlapEnd {
    /// When the time that was chosen is over.
    At(Timestamp),
    /// Earlier, because the token itself ends then.
    WithToken(Timestamp),
}

/// The form, as it is shown and shown again.
struct Form {
    chosen: Overlap,
    nonce: String,
    problems: Problems,
}

/// `GET /profile/tokens/{id}/rotate`. One that has ended is shown on its page.
///
/// # Errors
/// 404 for one that is not one's own, as for one that does not exist.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let form = Form { chosen: Overlap::default(), nonce: me.visitor().nonce(), problems: Problems::none() };
    page(&app, me.visitor(), me.person(), id_in(&request)?, form).await?.ok()
}

/// `POST /profile/tokens/{id}/rotate`: answers with the new secret, once.
///
/// # Errors
/// When the form is none of ours; 404 as above.
pub async fn rotate(app: Data<App>, me: RecentlyConfirmed, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    // What is not there is not there, whatever the form says of it.
    credentials::find(&app.ctx, me.person(), id).await?.ok_or(Trouble::NotFound)?;
    let nonce = read_nonce(me.form().text("nonce"))?;
    let again = async |chosen, message: String| {
        let form = Form { chosen, nonce: nonce.clone(), problems: Problems::one("overlap", message) };
        page(&app, me.visitor(), me.person(), id, form).await
    };
    let Some(overlap) = Overlap::parse(me.form().text("overlap")) else {
        return again(Overlap::default(), "Choose when the old secret ends.".to_owned()).await?.unprocessable();
    };
    match credentials::rotate(&app.ctx, me.confirmed(), id, Rotation { overlap, nonce: nonce.clone() }).await {
        Ok(rotated) => reveal(&app, &me, &rotated),
        Err(RotateError::AlreadyRotated(made)) => already(&me, &made),
        Err(RotateError::Forbidden(why)) => again(overlap, why.to_string()).await?.with_status(StatusCode::FORBIDDEN),
        Err(RotateError::Unchanged(error)) => Err(unchanged(error, id)),
    }
}

async fn page(app: &App, visitor: &Visitor, person: &Person, id: CredentialId, form: Form) -> Result<RotatePage, WebError> {
    let chrome = visitor.chrome();
    let found = credentials::find(&app.ctx, person, id).await?.ok_or(Trouble::NotFound)?;
    if !found.summary.is_living(chrome.now) {
        return Err(WebError::see_other(address_of(id)));
    }
    let policy = access::policy(&app.ctx.db).await?;
    let token = TokenRow::of(&found.summary, person.account(), &policy, chrome.now);
    let ends = choices(form.chosen, token.expires, chrome.now);
    Ok(RotatePage { problems: form.problems, token, ends, nonce: form.nonce, chrome })
}

/// The answers to *The old secret ends*.
pub(in crate::http::web) fn choices(chosen: Overlap, expires: Option<Timestamp>, now: Timestamp) -> Vec<OverlapChoice> {
    let choice = |overlap: &Overlap| OverlapChoice {
        value: overlap.as_str(),
        label: label(*overlap),
        end: end(*overlap, expires, now),
        chosen: *overlap == chosen,
    };
    Overlap::ALL.iter().map(choice).collect()
}

fn label(overlap: Overlap) -> &'static str {
    match overlap {
        Overlap::None => "Now",
        Overlap::Hour => "In 1 hour",
        Overlap::Day => "In 24 hours",
        Overlap::Week => "In 7 days",
        Overlap::Seconds(_) => "Later",
    }
}

/// When the old secret would end: never after the token itself.
fn end(overlap: Overlap, expires: Option<Timestamp>, now: Timestamp) -> Option<OverlapEnd> {
    let wanted = now + overlap.span();
    match expires.filter(|expires| *expires < wanted) {
        _ if overlap.span() == Span::ZERO => None,
        Some(expires) => Some(OverlapEnd::WithToken(expires)),
        None => Some(OverlapEnd::At(wanted)),
    }
}

/// Rendered straight from the verb's outcome, which goes out of existence with this answer.
fn reveal(app: &App, me: &RecentlyConfirmed, rotated: &Rotated) -> Answer {
    let (chrome, token) = (me.chrome(), &rotated.token.summary);
    TokenCreatedPage {
        story: Story::Rotated {
            old: shown(&token.prefix, &token.last_four),
            until: Some(rotated.old_ends_at).filter(|end| *end > chrome.now),
        },
        id: token.id.to_string(),
        name: token.name.clone(),
        secret: rotated.secret.reveal(),
        shown: shown(&rotated.prefix, &rotated.last_four),
        scopes: words(token.scopes.as_ref()),
        allowed_from: places(rotated.token.allowed_addresses.as_ref()),
        expires: token.expires_at,
        base_url: app.ctx.settings.public_url.clone(),
        chrome,
    }
    .ok()
}

fn already(me: &RecentlyConfirmed, made: &Detail) -> Answer {
    AlreadyCreatedPage {
        chrome: me.chrome(),
        word: "rotated",
        name: made.summary.name.clone(),
        id: made.summary.id.to_string(),
        shown: shown(&made.current.prefix, &made.current.last_four),
        at: made.current.created_at,
    }
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_secret_never_outlives_its_token() {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let soon = Some(now + Span::hours(2));
        assert_eq!(end(Overlap::None, soon, now), None);
        assert_eq!(end(Overlap::Hour, soon, now), Some(OverlapEnd::At(now + Span::hours(1))));
        assert_eq!(end(Overlap::Day, soon, now), Some(OverlapEnd::WithToken(now + Span::hours(2))));
        assert_eq!(end(Overlap::Week, None, now), Some(OverlapEnd::At(now + Span::days(7))));
        assert_eq!(end(Overlap::Day, Some(now + Span::days(1)), now), Some(OverlapEnd::At(now + Span::days(1))));
    }
}
