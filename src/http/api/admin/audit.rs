//! `GET /v1/admin/audit`: what happened, newest first.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{TAG, event};
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::audit::{self, Action, Filter};
use crate::http::api::code::Code;
use crate::http::api::envelope::ApiError;
use crate::http::api::operation::{Operation, Who};
use crate::http::api::paging::Paging;
use crate::http::api::person::ApiAdministrator;
use crate::http::api::schema;
use crate::http::extract::query;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::get("/admin/audit", list)
        .named(TAG, "listEvents", "Read the audit log")
        .about("Newest first. Numbers have no gaps.")
        .by(&[Who::Administrator])
        .query("action", schema::text(1, 60, "Events of this kind alone."))
        .query("account", schema::id("usr", "Events that concern this account alone."))
        .query("workspace", schema::id("wsp", "Events that concern this workspace alone."))
        .query("from", schema::time("Not before this instant."))
        .query("until", schema::time("Before this instant."))
        .lists("The events.", event::shape(), event::example())
}

/// `GET /v1/admin/audit`
///
/// # Errors
/// When a parameter is wrong.
pub async fn list(request: HttpRequest, app: Data<App>, _: ApiAdministrator) -> Result<HttpResponse, ApiError> {
    let filter = Filter {
        action: asked(&request, "action", Action::parse)?,
        account: asked(&request, "account", |text| text.parse().ok())?,
        workspace: asked(&request, "workspace", |text| text.parse().ok())?,
        from: asked(&request, "from", Timestamp::parse_rfc3339)?,
        until: asked(&request, "until", Timestamp::parse_rfc3339)?,
        ..Filter::default()
    };
    let paging = Paging::of(&request, &app, "audit")?;
    let page = audit::list(&app.ctx.db, &filter, paging.after.as_ref(), paging.size).await?;
    Ok(paging.answer(&request, &app, &page, event::view))
}

/// A parameter, if it is there; what cannot be read is refused by name.
fn asked<T>(request: &HttpRequest, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ApiError> {
    let wrong = || ApiError::field(Code::Invalid, name, "cannot be read");
    query(request, name).map(|text| read(&text).ok_or_else(wrong)).transpose()
}
