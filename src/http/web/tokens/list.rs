//! `/profile/tokens`: one's tokens, living and ended.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::asked::Asked;
use super::row::places_of;
use crate::app::App;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::{access, credentials};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Choice;
use crate::http::web::list::{Address, Pager, SortHead, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::SignedIn;

/// "API tokens".
#[derive(Template, WebTemplate)]
#[template(path = "pages/tokens/list.html")]
pub struct TokensPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which tokens are shown.
    pub tab: TokenTab,
    /// Active tokens at a glance; each is a filter.
    pub cards: Vec<GlanceCard>,
    /// Which of the active ones alone, as the address spells it; empty for all.
    pub only: &'static str,
    /// How many there are under each tab.
    pub counts: TokenCounts,
    /// *Search*, as it was sent; empty for all.
    pub search: String,
    /// The orders to choose from; the chosen one marked.
    pub sorts: Vec<Choice>,
    /// The heads of the columns.
    pub heads: TokenHeads,
    /// The tokens.
    pub rows: Vec<TokenRow>,
    /// The other pages.
    pub pager: Pager,
    /// Whether a new one may be created.
    pub creating: Creating,
    /// What has just happened.
    pub notice: Option<String>,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
}

impl TokensPage {
    /// What is listed, in the singular.
    pub fn kind(&self) -> String {
        let filter = match self.only {
            "expiring" => " that expires within 14 days",
            "unused" => " that nobody used for 90 days",
            "never-expires" => " that never expires",
            _ => "",
        };
        format!("{} token{filter}", self.tab.word())
    }

    /// What the table holds.
    pub fn caption(&self) -> String {
        match self.only {
            "expiring" => "Your active tokens that expire within 14 days".to_owned(),
            "unused" => "Your active tokens that nobody used for 90 days".to_owned(),
            "never-expires" => "Your active tokens that never expire".to_owned(),
            _ => format!("Your {} tokens", self.tab.word()),
        }
    }

    /// That there is nothing to list.
    pub fn emptiness(&self) -> String {
        match self.only {
            "expiring" => "No active token expires within 14 days.".to_owned(),
            "unused" => "Every active token was used or created within the last 90 days.".to_owned(),
            "never-expires" => "Every active token has an end.".to_owned(),
            _ => format!("You have no {} tokens.", self.tab.word()),
        }
    }

    /// The same list without its search.
    pub fn everything(&self) -> String {
        let state = if self.tab == TokenTab::Active { "" } else { self.tab.word() };
        Address::of("/profile/tokens").with("state", state).with("only", self.only).href()
    }
}

/// The three tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenTab {
    /// Living ones.
    Active,
    /// Those that came to their end.
    Expired,
    /// Those that somebody ended.
    Revoked,
}

impl TokenTab {
    /// As the URL and the page spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// Some of the active tokens: how many they are, and the list of them alone.
#[derive(Debug, Clone)]
pub struct GlanceCard {
    /// Which: `Expiring`.
    pub label: &'static str,
    /// What that means: `within 14 days`.
    pub hint: &'static str,
    /// How many.
    pub count: i64,
    /// The list of them alone.
    pub href: String,
    /// Whether they are what is listed.
    pub chosen: bool,
    /// Whether somebody should look at them, if there are any.
    pub care: Care,
}

/// Whether a number asks for a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// It is good as it is.
    None,
    /// The fewer the better.
    FewerIsBetter,
}

impl GlanceCard {
    /// Whether there is something to look at.
    pub fn asks(&self) -> bool {
        self.care == Care::FewerIsBetter && self.count > 0
    }
}

/// How many tokens there are under each tab.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenCounts {
    /// Living ones.
    pub active: i64,
    /// Those that came to their end.
    pub expired: i64,
    /// Those that somebody ended.
    pub revoked: i64,
}

impl From<credentials::Counts> for TokenCounts {
    fn from(counts: credentials::Counts) -> Self {
        Self { active: counts.active, expired: counts.expired, revoked: counts.revoked }
    }
}

impl TokenCounts {
    /// Whether there never was one.
    pub fn none(self) -> bool {
        self.active + self.expired + self.revoked == 0
    }
}

/// The columns that the list can be sorted by.
#[derive(Debug, Clone)]
pub struct TokenHeads {
    /// *Name*.
    pub name: SortHead,
    /// *Expires*.
    pub expires: SortHead,
    /// *Last used*.
    pub last_used: SortHead,
}

/// One token.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// Its id on the wire.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What may be shown of its secret: `lk_pat_Ab3d…x9Qz`.
    pub shown: String,
    /// The workspace that it is locked to, by name.
    pub workspace: Option<String>,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// When it was created.
    pub created: Timestamp,
    /// When it ends; nothing for never.
    pub expires: Option<Timestamp>,
    /// Its last use.
    pub last_used: Option<LastUse>,
    /// How often it was used.
    pub uses: i64,
    /// Whether it works.
    pub status: TokenStatus,
    /// The secret before the present one, while it still works.
    pub old_secret: Option<OldSecret>,
}

/// A secret that a rotation has replaced and that still works.
#[derive(Debug, Clone)]
pub struct OldSecret {
    /// What may be shown of it.
    pub shown: String,
    /// Until when it works.
    pub until: Timestamp,
    /// Its last use.
    pub last_used: Option<LastUse>,
}

/// A token's last use.
#[derive(Debug, Clone)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
    /// With what: `curl/8.5.0`.
    pub agent: String,
}

/// Whether a token works, and if not, why.
#[derive(Debug, Clone)]
pub enum TokenStatus {
    /// It works.
    Active,
    /// It works, and ends within 14 days.
    EndsSoon,
    /// Its owner has paused it.
    Paused,
    /// The policy refuses it for now.
    Refused,
    /// The membership that it was locked to has ended.
    Homeless,
    /// It came to its end.
    Expired,
    /// Somebody ended it.
    Revoked {
        /// When.
        at: Timestamp,
        /// Who: `you`, `an administrator`, `whoever held it`.
        by: String,
    },
}

impl TokenStatus {
    /// Whether it is over for good.
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Expired | Self::Revoked { .. })
    }
}

/// Whether a new token may be created.
#[derive(Debug, Clone)]
pub enum Creating {
    /// Yes.
    Open,
    /// Not before the address is confirmed.
    Unverified {
        /// The address.
        email: String,
        /// The folder that mails are written to, when no mail server is configured.
        mail_folder: Option<String>,
    },
    /// The policy does not allow it.
    Forbidden {
        /// Why, as a sentence.
        reason: String,
    },
}

/// `GET /profile/tokens`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    let (ctx, person, asked) = (&app.ctx, me.person(), Asked::of(&request));
    let list = asked.list(person.id());
    let after = cursor(&request, &ctx.keys, &list)?;
    let policy = access::policy(&ctx.db).await?;
    let found = credentials::list(ctx, person, &asked.filter(), after.as_ref(), PageSize::DEFAULT).await?;
    let counts = credentials::count(ctx, person).await?;
    let chrome = me.chrome();
    let row = |token| TokenRow::of(token, person.account(), &policy, chrome.now);
    TokensPage {
        tab: asked.tab(),
        cards: asked.cards(&counts),
        only: asked.only(),
        counts: counts.into(),
        sorts: asked.sorts(),
        heads: asked.heads(),
        rows: found.rows.iter().map(row).collect(),
        pager: Pager::of(&asked.address(), after.as_ref(), found.next.map(|next| next.seal(&ctx.keys, &list))),
        creating: Creating::by(person, &places_of(ctx, person).await?, &policy, ctx),
        notice: Done::told(&request, &[Done::TokenRevoked, Done::TokensRevoked]),
        base_url: ctx.settings.public_url.clone(),
        search: asked.search,
        chrome,
    }
    .ok()
}
