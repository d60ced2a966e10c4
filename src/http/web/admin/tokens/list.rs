//! `/admin/tokens`: every credential of everyone.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::asked::Asked;
use super::row::GovernedRow;
use crate::app::App;
use crate::base::page::PageSize;
use crate::domain::access;
use crate::domain::credentials::Owner;
use crate::domain::credentials::governed;
use crate::http::web::admin::whose::{UNREADABLE, Whose, whose};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Choice;
use crate::http::web::list::{Pager, SortHead, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Tokens".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/tokens/list.html")]
pub struct GovernedPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// *State*; the chosen one marked.
    pub states: Vec<Choice>,
    /// *Owner*: an address or an id, as it was sent; empty for all.
    pub owner: String,
    /// What cannot be searched for, as a sentence.
    pub problem: Option<String>,
    /// *Scope*, as it was sent; empty for all.
    pub scope: String,
    /// *Search*, as it was sent; empty for all.
    pub search: String,
    /// The orders to choose from; the chosen one marked.
    pub sorts: Vec<Choice>,
    /// The heads of the columns.
    pub heads: GovernedHeads,
    /// Whether nothing but the state restricts the list.
    pub plain: bool,
    /// The same list as a file.
    pub file: String,
    /// The credentials.
    pub rows: Vec<GovernedRow>,
    /// The other pages.
    pub pager: Pager,
    /// What has just happened.
    pub notice: Option<String>,
}

impl GovernedPage {
    /// Whether there is anything to tick.
    pub fn has_revocable(&self) -> bool {
        self.rows.iter().any(GovernedRow::is_revocable)
    }
}

/// The columns that the list can be sorted by.
#[derive(Debug, Clone)]
pub struct GovernedHeads {
    /// *Name*.
    pub name: SortHead,
    /// *Owner*.
    pub owner: SortHead,
    /// *Created*.
    pub created: SortHead,
    /// *Expires*.
    pub expires: SortHead,
    /// *Last used*.
    pub last_used: SortHead,
    /// *Uses*.
    pub uses: SortHead,
}

/// `GET /admin/tokens`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let (ctx, asked) = (&app.ctx, Asked::of(&request));
    let owner = match whose(&asked.owner, &app, &admin).await? {
        _ if asked.workspace().is_some() => asked.workspace(),
        Whose::All => None,
        Whose::Account(id) => Some(Owner::Account(id)),
        Whose::Nobody => return empty(&admin, asked).ok(),
        Whose::Unreadable => {
            let page = GovernedPage { problem: Some(UNREADABLE.to_owned()), ..empty(&admin, asked) };
            return page.with_status(StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let list = asked.address().href();
    let after = cursor(&request, &ctx.keys, &list)?;
    let policy = access::policy(&ctx.db).await?;
    let filter = asked.filter(owner);
    let found = governed::list(ctx, admin.administrator(), &filter, after.as_ref(), PageSize::DEFAULT).await?;
    let now = ctx.now();
    GovernedPage {
        rows: found.rows.iter().map(|it| GovernedRow::of(it, &policy, now)).collect(),
        pager: Pager::of(&asked.address(), after.as_ref(), found.next.map(|next| next.seal(&ctx.keys, &list))),
        notice: Done::told(&request, &[Done::RevokedByUs, Done::NothingSelected]),
        ..empty(&admin, asked)
    }
    .ok()
}

/// The page without a credential.
fn empty(admin: &Administering, asked: Asked) -> GovernedPage {
    GovernedPage {
        chrome: admin.chrome(),
        states: asked.states(),
        problem: None,
        sorts: asked.sorts(),
        heads: asked.heads(),
        plain: asked.is_plain(),
        file: asked.file().href(),
        owner: asked.owner,
        scope: asked.scope,
        search: asked.search,
        rows: Vec::new(),
        pager: Pager::default(),
        notice: None,
    }
}
