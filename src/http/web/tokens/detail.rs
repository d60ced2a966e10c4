//! `/profile/tokens/{id}`: all that is known of one token, and what can be done with it.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chart::{DayUse, UsageChart};
use super::list::{LastUse, TokenRow};
use super::row::{id_in, places, shown, used_of, words};
use crate::app::App;
use crate::base::id::{AccountId, CredentialId};
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access::{self, Catalogue};
use crate::domain::audit::{self, Recorded};
use crate::domain::credentials::{self, Denial, Detail, Point, RecentUse, SecretFacts};
use crate::http::web::agent::agent_name;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::event::what;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::SignedIn;

/// How many days the chart shows; today is the last.
pub(in crate::http::web) const DAYS: i64 = 30;
/// What can have been done on the way here.
const TOLD: [Done; 6] =
    [Done::TokenRenamed, Done::TokenNarrowed, Done::TokenPaused, Done::TokenResumed, Done::OverlapEnded, Done::TokenLeaked];

/// "CI deploy".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/detail.html")]
pub struct TokenPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What has just happened.
    pub notice: Option<String>,
    /// The token.
    pub token: TokenRow,
    /// The addresses and networks that it works from; none for everywhere.
    pub allowed_from: Vec<String>,
    /// Since when it is paused.
    pub paused_since: Option<Timestamp>,
    /// Whether its owner said that somebody else may have it.
    pub leaked: Option<Timestamp>,
    /// Its secrets: the current one, then those before it, latest first.
    pub secrets: Vec<SecretRow>,
    /// How it was used in the last thirty days.
    pub chart: UsageChart,
    /// Its latest uses.
    pub uses: Vec<UseRow>,
    /// The latest attempts to use it that were refused.
    pub refused: Vec<UseRow>,
    /// What was done with it.
    pub events: Vec<TokenEvent>,
    /// What can still be changed of it; nothing when it has ended.
    pub changes: Option<Changes>,
}

/// One of a token's secrets.
#[derive(Debug, Clone)]
pub struct SecretRow {
    /// What may be shown of it.
    pub shown: String,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it works.
    pub life: SecretLife,
    /// Its last use.
    pub last_used: Option<LastUse>,
    /// How often it was used.
    pub uses: i64,
}

/// Whether a secret works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretLife {
    /// It is the current one.
    Current,
    /// It was replaced, and works until then.
    Until(Timestamp),
    /// It was replaced, and has not worked since then.
    Ended(Timestamp),
}

/// Uses of a token that are alike, within a few seconds.
#[derive(Debug, Clone)]
pub struct UseRow {
    /// When; the last of them, if they are many.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
    /// With what.
    pub agent: String,
    /// How many they are.
    pub times: i64,
    /// Why they were refused; nothing if they were allowed.
    pub refusal: Option<&'static str>,
}

/// Something that was done with a token.
#[derive(Debug, Clone)]
pub struct TokenEvent {
    /// When.
    pub at: Timestamp,
    /// What, as a sentence without its full stop.
    pub what: String,
    /// Who did it, when it was not oneself.
    pub by: Option<String>,
    /// From which address.
    pub address: String,
    /// With what.
    pub agent: String,
}

/// The forms that change a token.
#[derive(Debug, Clone)]
pub struct Changes {
    /// *Name*, as it was sent, or as it is.
    pub name: String,
    /// The scopes that it has; ticked are those it keeps.
    pub scopes: Vec<Choice>,
    /// *Allowed addresses*, as they were sent, or as they are.
    pub addresses: String,
}

impl TokenPage {
    /// The secret before the current one, while it works.
    pub fn overlap(&self) -> Option<(&SecretRow, Timestamp)> {
        self.secrets.iter().find_map(|secret| match secret.life {
            SecretLife::Until(end) => Some((secret, end)),
            SecretLife::Current | SecretLife::Ended(_) => None,
        })
    }

    /// Whether one of these forms holds a mistake: then it is open.
    pub fn is_wrong(&self, fields: &[&str]) -> bool {
        fields.iter().any(|field| self.problems.on(field).is_some())
    }
}

/// `GET /profile/tokens/{id}`
///
/// # Errors
/// 404 for one that is not one's own, as for one that does not exist.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let page = page(&app, &me, id_in(&request)?).await?;
    TokenPage { notice: Done::told(&request, &TOLD), ..page }.ok()
}

/// The page, with nothing wrong on it.
pub(super) async fn page(app: &App, me: &SignedIn, id: CredentialId) -> Result<TokenPage, WebError> {
    let (ctx, person, chrome) = (&app.ctx, me.person(), me.chrome());
    let found = credentials::find(ctx, person, id).await?.ok_or(Trouble::NotFound)?;
    let terms = access::terms(&ctx.db).await?;
    let events = audit::about(&ctx.db, person.id(), &id.to_string(), PageSize::DEFAULT).await?;
    let usage = credentials::usage(ctx, person, id, DAYS).await?.ok_or(Trouble::NotFound)?;
    let recent = credentials::recent(ctx, person, id).await?.ok_or(Trouble::NotFound)?;
    let (refused, uses) = recent.iter().map(use_row).partition(|row: &UseRow| row.refusal.is_some());
    let token = TokenRow::of(&found.summary, person.account(), &terms.policy, chrome.now);
    Ok(TokenPage {
        problems: Problems::none(),
        notice: None,
        allowed_from: places(found.allowed_addresses.as_ref()),
        paused_since: found.summary.paused_at.filter(|_| found.summary.is_living(chrome.now)),
        leaked: found.leaked_at,
        secrets: secrets(&found, chrome.now),
        chart: UsageChart::of(usage.days.iter().map(day)),
        uses,
        refused,
        events: events.iter().map(|event| told(event, person.id())).collect(),
        changes: found.summary.is_living(chrome.now).then(|| changes(&found, &terms.catalogue)),
        token,
        chrome,
    })
}

pub(in crate::http::web) fn day(point: &Point) -> DayUse {
    DayUse { day: point.at, allowed: point.allowed, refused: point.denied }
}

pub(in crate::http::web) fn use_row(recent: &RecentUse) -> UseRow {
    UseRow {
        at: recent.at,
        address: recent.address.clone(),
        agent: agent_name(&recent.agent),
        times: recent.uses,
        refusal: recent.denial.map(Denial::sentence),
    }
}

pub(in crate::http::web) fn secrets(token: &Detail, now: Timestamp) -> Vec<SecretRow> {
    let ended = token.summary.revoked_at.or(token.summary.expires_at.filter(|end| *end <= now));
    let life = |secret: &SecretFacts| match (secret.valid_until, ended) {
        (Some(until), Some(end)) => SecretLife::Ended(until.min(end)),
        (Some(until), None) if until <= now => SecretLife::Ended(until),
        (Some(until), None) => SecretLife::Until(until),
        (None, Some(end)) => SecretLife::Ended(end),
        (None, None) => SecretLife::Current,
    };
    let row = |secret: &SecretFacts| SecretRow {
        shown: shown(&secret.prefix, &secret.last_four),
        created: secret.created_at,
        life: life(secret),
        last_used: used_of(secret),
        uses: secret.uses,
    };
    std::iter::once(&token.current).chain(&token.summary.previous).map(row).collect()
}

pub(in crate::http::web) fn told(event: &Recorded, own: AccountId) -> TokenEvent {
    TokenEvent {
        at: event.at,
        what: what(event),
        by: (event.actor != Some(own)).then(|| event.by.clone()),
        address: event.address.clone(),
        agent: agent_name(&event.agent),
    }
}

pub(in crate::http::web) fn changes(token: &Detail, catalogue: &Catalogue) -> Changes {
    let sentence = |word: &str| {
        let known = catalogue.scopes().iter().find(|scope| scope.name.as_str() == word);
        known.map(|scope| scope.sentence.clone()).unwrap_or_default()
    };
    let choice = |word: String| Choice { hint: sentence(&word), label: word.clone(), value: word, chosen: true };
    Changes {
        name: token.summary.name.clone(),
        scopes: words(token.summary.scopes.as_ref()).into_iter().map(choice).collect(),
        addresses: token.allowed_addresses.iter().flat_map(|list| list.words()).collect::<Vec<_>>().join("\n"),
    }
}
