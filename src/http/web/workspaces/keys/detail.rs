//! `/w/{slug}/keys/{id}`: all that is known of one key, and what can be done with it.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{KeyRow, id_in};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access::{self, Catalogue};
use crate::domain::audit;
use crate::domain::credentials;
use crate::domain::credentials::keys::{self, Key, KeyKind, KeyManager};
use crate::domain::workspaces::{Member, Right};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::chart::UsageChart;
use crate::http::web::tokens::detail::{self, Changes, DAYS, SecretLife, SecretRow, TokenEvent, UseRow};
use crate::http::web::tokens::list::TokenRow;
use crate::http::web::tokens::row::places;
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::InWorkspace;

/// What can have been done on the way here.
const TOLD: [Done; 5] = [Done::KeyChanged, Done::KeyPaused, Done::KeyResumed, Done::KeyOverlapEnded, Done::KeyLeaked];

/// "Build".
#[derive(Template, WebTemplate)]
#[template(path = "pages/keys/detail.html")]
pub struct KeyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What has just happened.
    pub notice: Option<String>,
    /// What is shown of every credential.
    pub token: TokenRow,
    /// `Secret` or `Publishable`.
    pub kind: &'static str,
    /// `Live` or `Test`.
    pub environment: &'static str,
    /// The addresses and networks that it works from; none for everywhere.
    pub allowed_from: Vec<String>,
    /// The web pages that may use it, if it is publishable.
    pub origins: Option<Vec<String>>,
    /// How many requests a minute it may make, if it has a limit of its own.
    pub limit: Option<u32>,
    /// Who made it.
    pub made_by: String,
    /// Since when it is paused.
    pub paused_since: Option<Timestamp>,
    /// Whether somebody said that it leaked.
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
    /// What whoever looks can still change of it; nothing when it has ended, or they may not.
    pub changes: Option<KeyChanges>,
}

/// The forms that change a key.
#[derive(Debug, Clone)]
pub struct KeyChanges {
    /// The name, the scopes and the addresses.
    pub common: Changes,
    /// *Origins*, as they were sent, or as they are; nothing for a secret key.
    pub origins: Option<String>,
    /// *Requests a minute*, likewise.
    pub limit: String,
}

impl KeyPage {
    /// The secret before the current one, while it works.
    pub fn overlap(&self) -> Option<(&SecretRow, Timestamp)> {
        self.secrets.iter().find_map(|secret| match secret.life {
            SecretLife::Until(end) => Some((secret, end)),
            SecretLife::Current | SecretLife::Ended(_) => None,
        })
    }

    /// Whether one of these forms holds a mistake: then it is open.
    pub fn is_wrong(&self) -> bool {
        !self.problems.is_empty()
    }
}

/// `GET /w/{slug}/keys/{id}`
///
/// # Errors
/// 404 for one of another workspace, as for one that does not exist.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let page = page(&app, (me.chrome(), me.view()), me.member(), id_in(&request)?).await?;
    KeyPage { notice: Done::told(&request, &TOLD), ..page }.ok()
}

/// The page, with nothing wrong on it.
pub(super) async fn page(
    app: &App,
    (chrome, of): (Chrome, WorkspaceView),
    member: &Member,
    id: CredentialId,
) -> Result<KeyPage, WebError> {
    let (ctx, now) = (&app.ctx, chrome.now);
    let key = keys::find(ctx, KeyManager::Member(member), id).await?;
    let terms = access::terms(&ctx.db).await?;
    let events = audit::about_in(&ctx.db, member.workspace().id, &id.to_string(), PageSize::DEFAULT).await?;
    let usage = credentials::usage_in(ctx, member, id, DAYS).await?.ok_or(Trouble::NotFound)?;
    let recent = credentials::recent_in(ctx, member, id).await?.ok_or(Trouble::NotFound)?;
    let (refused, uses) = recent.iter().map(detail::use_row).partition(|row: &UseRow| row.refusal.is_some());
    let may_change = member.may(Right::ManageKeys) && key.is_living(now);
    let KeyRow { token, kind, environment } = KeyRow::of(&key, now);
    Ok(KeyPage {
        problems: Problems::none(),
        notice: None,
        allowed_from: places(key.detail.allowed_addresses.as_ref()),
        origins: (key.kind == KeyKind::Publishable).then(|| pages(&key)),
        limit: key.requests_per_minute,
        made_by: key.made_by.clone().unwrap_or_else(|| "a key, or somebody whose account is gone".to_owned()),
        paused_since: key.detail.summary.paused_at.filter(|_| key.is_living(now)),
        leaked: key.detail.leaked_at,
        secrets: detail::secrets(&key.detail, now),
        chart: UsageChart::of(usage.days.iter().map(detail::day)),
        uses,
        refused,
        events: events.iter().map(|event| detail::told(event, member.person().id())).collect(),
        changes: may_change.then(|| changes(&key, &terms.catalogue)),
        token,
        kind,
        environment,
        chrome,
        of,
    })
}

fn pages(key: &Key) -> Vec<String> {
    key.origins.iter().flat_map(|list| list.words()).map(str::to_owned).collect()
}

fn changes(key: &Key, catalogue: &Catalogue) -> KeyChanges {
    KeyChanges {
        common: detail::changes(&key.detail, catalogue),
        origins: (key.kind == KeyKind::Publishable).then(|| pages(key).join("\n")),
        limit: key.requests_per_minute.map(|limit| limit.to_string()).unwrap_or_default(),
    }
}
