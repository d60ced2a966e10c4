//! What an administrator does about an account: suspend, restore, roles, sign out everywhere.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::show::AccountPage;
use super::{AccountView, asked_id, page_of};
use crate::app::App;
use crate::base::id::AccountId;
use crate::domain::access::{self, Administrator};
use crate::domain::accounts::people::ChangeAccountError;
use crate::domain::accounts::{Role, Roles};
use crate::domain::{Ctx, credentials, sessions};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

const LAST: &str = "This is the last administrator who can sign in. Make somebody else an administrator first, then try again.";

/// "Suspend *Anna Berg*?", and "Restore *Anna Berg*?" of an account that is suspended.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/accounts/suspend.html")]
pub struct SuspendPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which account, and how it is.
    pub account: AccountView,
    /// Whether it is that of whoever looks.
    pub is_own: bool,
    /// How many live sessions it has.
    pub sessions: usize,
    /// How many living tokens it has.
    pub tokens: i64,
    /// Why it cannot be suspended.
    pub problem: Option<&'static str>,
}

impl SuspendPage {
    async fn of(ctx: &Ctx, chrome: Chrome, by: &Administrator, id: AccountId) -> Result<Self, WebError> {
        let viewed = access::view_account(ctx, by, id).await?.ok_or(Trouble::NotFound)?;
        Ok(Self {
            chrome,
            account: AccountView::of(&viewed),
            is_own: id == by.person().id(),
            sessions: sessions::list_viewed(ctx, &viewed).await?.len(),
            tokens: credentials::count_viewed(ctx, &viewed).await?.active,
            problem: None,
        })
    }
}

/// `GET /admin/accounts/{id}/suspend` and `…/restore`: what stops, or works again. The page is about what can be done.
///
/// # Errors
/// 404 when there is no such account.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    SuspendPage::of(&app.ctx, admin.chrome(), admin.administrator(), asked_id(&request)?).await?.ok()
}

/// `POST /admin/accounts/{id}/suspend`
///
/// # Errors
/// [`WebError::SeeOther`] when it is suspended.
pub async fn suspend(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let (ctx, by, id) = (&app.ctx, admin.administrator(), asked_id(&request)?);
    match sessions::suspend(ctx, by, id).await {
        Ok(()) => Err(Done::AccountSuspended.on(&page_of(id))),
        Err(ChangeAccountError::LastAdministrator) => {
            let page = SuspendPage::of(ctx, admin.chrome(), by.administrator(), id).await?;
            SuspendPage { problem: Some(LAST), ..page }.unprocessable()
        }
        Err(error) => Err(unchanged(error)),
    }
}

/// `POST /admin/accounts/{id}/restore`
///
/// # Errors
/// [`WebError::SeeOther`] when it is restored.
pub async fn restore(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    sessions::restore(&app.ctx, admin.administrator(), id).await.map_err(unchanged)?;
    Err(Done::AccountRestored.on(&page_of(id)))
}

/// `POST /admin/accounts/{id}/sign-out`
///
/// # Errors
/// [`WebError::SeeOther`] when all sessions are ended.
pub async fn sign_out(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    sessions::sign_out_everywhere(&app.ctx, admin.administrator(), id).await.map_err(unchanged)?;
    Err(Done::SignedOutEverywhere.on(&page_of(id)))
}

/// `POST /admin/accounts/{id}/remove-factor`
///
/// # Errors
/// [`WebError::SeeOther`] when there is none any more.
pub async fn remove_factor(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let id = asked_id(&request)?;
    sessions::remove_second_factor(&app.ctx, admin.administrator(), id).await.map_err(unchanged)?;
    Err(Done::FactorTaken.on(&page_of(id)))
}

/// `POST /admin/accounts/{id}/roles`
///
/// # Errors
/// [`WebError::SeeOther`] when they are saved.
pub async fn save_roles(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let (ctx, by, id) = (&app.ctx, admin.administrator(), asked_id(&request)?);
    let sent = admin.form().text("roles");
    let problem = match Roles::parse(sent) {
        Ok(roles) => match access::set_roles(ctx, by, id, &roles).await {
            Ok(()) if id == by.person().id() && !roles.has(Role::ADMIN) => return Err(WebError::see_other("/profile")),
            Ok(()) => return Err(Done::RolesSaved.on(&page_of(id))),
            Err(ChangeAccountError::LastAdministrator) => LAST.to_owned(),
            Err(error) => return Err(unchanged(error)),
        },
        Err(why) => why.to_string(),
    };
    let page = AccountPage::of(ctx, admin.chrome(), by.administrator(), id).await?;
    AccountPage { problems: Problems::one("roles", problem), roles: sent.to_owned(), ..page }.unprocessable()
}

/// What is left to tell where nobody can be the last of anything.
fn unchanged(error: ChangeAccountError) -> WebError {
    match error {
        ChangeAccountError::NotFound => Trouble::NotFound.into(),
        ChangeAccountError::LastAdministrator => WebError::Unexpected(error.to_string()),
        ChangeAccountError::Unexpected(error) => error.into(),
    }
}
