//! `/admin/accounts`: who has an account, and in which state it is.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::AccountView;
use super::asked::Asked;
use crate::app::App;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access;
use crate::domain::accounts::people::Found;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Choice;
use crate::http::web::list::{Pager, SortHead, cursor};
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

/// "Accounts".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/accounts/list.html")]
pub struct AccountsPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which accounts can be shown; the chosen one marked.
    pub tabs: Vec<AccountTab>,
    /// The word of the chosen one; empty for everybody.
    pub among: &'static str,
    /// *Search*, as it was sent; empty for all.
    pub search: String,
    /// The orders to choose from; the chosen one marked.
    pub orders: Vec<Choice>,
    /// The heads of the columns.
    pub heads: AccountHeads,
    /// The accounts.
    pub rows: Vec<AccountRow>,
    /// The other pages.
    pub pager: Pager,
    /// What has just happened.
    pub notice: Option<String>,
}

/// Some accounts, and how many they are.
#[derive(Debug, Clone)]
pub struct AccountTab {
    /// What they have in common.
    pub label: &'static str,
    /// Where they are.
    pub href: String,
    /// How many.
    pub count: i64,
    /// Whether they are shown.
    pub chosen: bool,
}

/// The columns that the list can be sorted by.
#[derive(Debug, Clone)]
pub struct AccountHeads {
    /// *Name*.
    pub name: SortHead,
    /// *Email*.
    pub email: SortHead,
    /// *Created*.
    pub created: SortHead,
}

/// One account.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Which, and how it is.
    pub account: AccountView,
    /// Its roles.
    pub roles: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
}

impl From<&Found> for AccountRow {
    fn from(found: &Found) -> Self {
        Self {
            account: AccountView {
                id: found.id.to_string(),
                name: found.name.clone(),
                email: found.email.clone(),
                state: found.state,
            },
            roles: found.roles.words().map(str::to_owned).collect(),
            created: found.created_at,
        }
    }
}

/// `GET /admin/accounts`
///
/// # Errors
/// 400 for a cursor that is none of this list's.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let (ctx, by, asked) = (&app.ctx, admin.administrator(), Asked::of(&request));
    let here = asked.address();
    let after = cursor(&request, &ctx.keys, &here.href())?;
    let found = access::list_accounts(ctx, by, asked.filter(), after.as_ref(), PageSize::DEFAULT).await?;
    AccountsPage {
        chrome: admin.chrome(),
        tabs: asked.tabs(&access::count_accounts(ctx, by).await?),
        among: asked.among(),
        search: asked.filter().search().to_owned(),
        orders: asked.orders(),
        heads: asked.heads(),
        rows: found.rows.iter().map(AccountRow::from).collect(),
        pager: Pager::of(&here, after.as_ref(), found.next.map(|next| next.seal(&ctx.keys, &here.href()))),
        notice: Done::told(&request, &[Done::InvitationCancelled]),
    }
    .ok()
}
