//! `GET /v1/auth/api-keys` and `GET /v1/auth/api-keys/{key}`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{KeyCaller, MANAGERS, TAG, example, managing, managing_one, shape, view};
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::credentials::keys;
use crate::domain::credentials::{ListFilter, Tab};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::operation::Operation;
use crate::http::api::paging::Paging;
use crate::http::api::schema;
use crate::http::extract::query;

/// The operations.
pub fn operations() -> Vec<Operation> {
    let states = schema::word(&["active", "expired", "revoked"], "Which of them. Usually those that are good.");
    vec![
        Operation::get("/auth/api-keys", list)
            .named(TAG, "listKeys", "List the API keys of a workspace")
            .about("Newest first. Every member sees all of them; a key sees those that it may manage.")
            .by(MANAGERS)
            .scope(Scopes::KEYS_MANAGE)
            .query("workspace", schema::text(2, 50, "The id or the slug of the workspace. Usually one's own."))
            .query("state", states)
            .lists("The keys.", shape(), example())
            .refuses(&[Code::NotFound]),
        Operation::get("/auth/api-keys/{key}", show)
            .named(TAG, "getKey", "Show an API key")
            .by(MANAGERS)
            .scope(Scopes::KEYS_MANAGE)
            .answers("The key.", shape(), example()),
    ]
}

/// `GET /v1/auth/api-keys`
///
/// # Errors
/// When a parameter is wrong, or the caller may not look.
pub async fn list(request: HttpRequest, app: Data<App>, KeyCaller(caller): KeyCaller) -> Result<HttpResponse, ApiError> {
    let workspace = query(&request, "workspace");
    let managing = managing(&app, caller, workspace.as_deref()).await?;
    let tab = query(&request, "state").map_or(Some(Tab::Active), |word| Tab::parse(&word));
    let tab = tab.ok_or_else(|| ApiError::field(Code::Invalid, "state", "must be active, expired or revoked"))?;
    let paging = Paging::of(&request, &app, &format!("keys/{}/{}", workspace.unwrap_or_default(), tab.as_str()))?;
    let filter = ListFilter { tab, ..ListFilter::default() };
    let page = keys::list(&app.ctx, managing.by(), &filter, paging.after.as_ref(), paging.size).await?;
    let now = app.ctx.now();
    Ok(paging.answer(&request, &app, &page, |key| view(key, now)))
}

/// `GET /v1/auth/api-keys/{key}`
///
/// # Errors
/// 404 also when it is another workspace's.
pub async fn show(request: HttpRequest, app: Data<App>, KeyCaller(caller): KeyCaller) -> Result<HttpResponse, ApiError> {
    let (managing, id) = managing_one(&app, caller, &request).await?;
    let key = keys::find(&app.ctx, managing.by(), id).await?;
    Ok(answer(&request, view(&key, app.ctx.now())))
}
