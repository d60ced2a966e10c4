//! `/admin/accounts/{id}`: one account, and what can be done about it. Whoever opens it is in the log.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::{AccountView, asked_id};
use crate::app::App;
use crate::base::id::AccountId;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access::{self, Administrator, Viewed};
use crate::domain::{Ctx, audit, credentials, sessions};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::profile::activity::ActivityRow;
use crate::http::web::profile::mail_folder;
use crate::http::web::profile::sessions::SessionRow;
use crate::http::web::tokens::list::TokenCounts;
use crate::http::web::visitor::Administering;

/// How many of the latest events are shown.
const EVENTS: i64 = 10;
/// What may have happened to the account that is shown.
const TOLD: [Done; 8] = [
    Done::AccountSuspended,
    Done::AccountRestored,
    Done::RolesSaved,
    Done::SignedOutEverywhere,
    Done::InvitationSent,
    Done::InvitationMade,
    Done::SetPasswordLinkSent,
    Done::FactorTaken,
];

/// An account.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/accounts/show.html")]
pub struct AccountPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// Which account, and how it is.
    pub account: AccountView,
    /// Whether it is that of whoever looks.
    pub is_own: bool,
    /// What is known of it.
    pub facts: AccountFacts,
    /// *Roles*, as they are or as they were sent.
    pub roles: String,
    /// Its live sessions, last seen first.
    pub sessions: Vec<SessionRow>,
    /// How many tokens it has.
    pub tokens: TokenCounts,
    /// The latest events that concern it.
    pub events: Vec<ActivityRow>,
    /// The folder that mails are written to, when no mail server is configured.
    pub mail_folder: Option<String>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// What is known of an account.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// When its address was confirmed.
    pub confirmed: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When its owner was invited, if they were.
    pub invited: Option<Timestamp>,
    /// By whom; empty when that account is gone.
    pub invited_by: String,
    /// Since when it is suspended.
    pub suspended: Option<Timestamp>,
    /// Its roles.
    pub roles: Vec<String>,
    /// Since when signing in asks for a second factor; nothing if it has none.
    pub second_factor: Option<Timestamp>,
}

impl From<&Viewed> for AccountFacts {
    fn from(viewed: &Viewed) -> Self {
        let (account, invitation) = (viewed.account(), viewed.invitation());
        Self {
            confirmed: account.verified_at,
            created: account.created_at,
            invited: invitation.map(|invitation| invitation.at),
            invited_by: invitation.and_then(|i| i.by.as_ref()).map(ToString::to_string).unwrap_or_default(),
            suspended: account.suspended_at,
            roles: account.roles.words().map(str::to_owned).collect(),
            second_factor: account.second_factor,
        }
    }
}

impl AccountPage {
    /// The page of that account.
    ///
    /// # Errors
    /// 404 when there is none.
    pub(super) async fn of(ctx: &Ctx, chrome: Chrome, by: &Administrator, id: AccountId) -> Result<Self, WebError> {
        let viewed = access::view_account(ctx, by, id).await?.ok_or(Trouble::NotFound)?;
        let filter = audit::Filter { account: Some(id), ..audit::Filter::default() };
        let latest = PageSize::new(EVENTS).expect("between 1 and 200");
        let events = audit::list(&ctx.db, &filter, None, latest).await?.rows;
        let facts = AccountFacts::from(&viewed);
        let sessions = sessions::list_viewed(ctx, &viewed).await?;
        Ok(Self {
            chrome,
            problems: Problems::none(),
            account: AccountView::of(&viewed),
            is_own: id == by.person().id(),
            roles: facts.roles.join(", "),
            facts,
            sessions: sessions.into_iter().map(|session| SessionRow::of(session, by.person().session())).collect(),
            tokens: credentials::count_viewed(ctx, &viewed).await?.into(),
            events: events.iter().map(|event| ActivityRow::of(event, id)).collect(),
            mail_folder: mail_folder(ctx),
            notice: None,
        })
    }
}

/// `GET /admin/accounts/{id}`
///
/// # Errors
/// 404 when there is no such account.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let notice = Done::told(&request, &TOLD);
    let page = AccountPage::of(&app.ctx, admin.chrome(), admin.administrator(), asked_id(&request)?).await?;
    AccountPage { notice, ..page }.ok()
}
