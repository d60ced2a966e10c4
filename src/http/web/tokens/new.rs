//! `/profile/tokens/new`: what the new token may do, and until when.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::draft::{Offer, TokenForm};
use super::list::Creating;
use super::row::places_of;
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::time::Timestamp;
use crate::domain::{access, credentials};
use crate::http::extract::query;
use crate::http::web::chrome::Chrome;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::SignedIn;

/// "New API token".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/new.html")]
pub struct NewTokenPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it was sent.
    pub name: String,
    /// The token that this one is to be like.
    pub copy_of: Option<String>,
    /// Sets of ticks to begin with.
    pub presets: Vec<Preset>,
    /// *Workspace*: those that the token can be locked to; none when there are none.
    pub workspaces: Vec<Choice>,
    /// Whether the policy asks for one.
    pub require_workspace: bool,
    /// *Scopes*, each with its sentence.
    pub scopes: Vec<Choice>,
    /// *Allowed addresses*, as they were sent.
    pub addresses: String,
    /// Where whoever fills in the form is now.
    pub your_address: String,
    /// *Expires*: the spans that the policy allows.
    pub spans: Vec<SpanChoice>,
    /// *Custom date*.
    pub custom: CustomDay,
    /// *No expiry*, when the policy allows it: whether it is chosen.
    pub no_expiry: Option<bool>,
    /// The longest life that the policy allows, in days.
    pub longest_days: Option<i64>,
    /// What makes sure that sending the form twice creates one token.
    pub nonce: String,
}

/// A set of ticks, offered as a link: with a script the ticks change in place, without one the form comes anew.
#[derive(Debug, Clone)]
pub struct Preset {
    /// What it is usual for: `A service that checks tokens`.
    pub label: &'static str,
    /// The form with these ticks.
    pub href: String,
    /// The scopes, with spaces between them.
    pub scopes: String,
    /// Whether exactly these are ticked.
    pub chosen: bool,
}

/// A span of days that a token may live.
#[derive(Debug, Clone)]
pub struct SpanChoice {
    /// How many days, as the form sends it.
    pub days: i64,
    /// Its name: `90 days`.
    pub label: &'static str,
    /// The instant at which a token created now would end.
    pub ends: Timestamp,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A day of one's own choice.
#[derive(Debug, Clone, Default)]
pub struct CustomDay {
    /// Whether it is chosen.
    pub chosen: bool,
    /// The day as it was sent: `2026-11-28`.
    pub day: String,
    /// The earliest day that can be chosen, likewise.
    pub earliest: String,
    /// The latest day that can be chosen, likewise; empty when there is none.
    pub latest: String,
}

/// `GET /profile/tokens/new`: for those who may create one; the list tells the others why not.
///
/// # Errors
/// [`WebError::SeeOther`] for them.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let (ctx, person) = (&app.ctx, me.person());
    let terms = access::terms(&ctx.db).await?;
    let places = places_of(ctx, person).await?;
    match Creating::by(person, &places, &terms.policy, ctx) {
        Creating::Open => {
            let (policy, now) = (&terms.policy, ctx.now());
            let mut form = TokenForm::blank(me.visitor().nonce(), policy, now);
            if let Some(id) = query(&request, "from").and_then(|id| id.parse::<CredentialId>().ok())
                && let Some(known) = credentials::find(ctx, person, id).await?
                && let Some(twin) = credentials::duplicate_of(ctx, person, id).await?
            {
                form = form.like(id, known.summary.name, &twin, policy, now);
            }
            let offer = Offer { person, places: &places, terms: &terms };
            form.asked(&request, offer, now).page(me.visitor(), offer, Problems::none()).ok()
        }
        Creating::Unverified { .. } | Creating::Forbidden { .. } => Err(WebError::see_other("/profile/tokens")),
    }
}
