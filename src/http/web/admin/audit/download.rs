//! `/admin/audit.csv`: what the filter shows, as a file.

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::asked::{Asked, Meaning};
use crate::app::App;
use crate::base::page::PageSize;
use crate::domain::audit::{self, Recorded};
use crate::http::web::csv::{Batch, download};
use crate::http::web::event::what;
use crate::http::web::outcome::WebError;
use crate::http::web::page::Answer;
use crate::http::web::visitor::Administering;

const HEADS: &[&str] = &[
    "number",
    "time",
    "event",
    "what",
    "outcome",
    "by",
    "account",
    "account id",
    "target",
    "details",
    "address",
    "agent",
    "request",
];

/// `GET /admin/audit.csv`
///
/// # Errors
/// [`WebError::SeeOther`] to the page that says what is wrong with the filter.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    let filter = match asked.meaning(&app, &admin).await? {
        Meaning::Events(filter) => std::rc::Rc::new(filter),
        Meaning::Nothing | Meaning::Unreadable(_) => return Err(WebError::see_other(asked.address().href())),
    };
    Ok(download("audit", app.ctx.now(), HEADS, move |after| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let found = audit::list(&app.ctx.db, &filter, after.as_ref(), PageSize::LARGEST).await?;
            Ok(Batch { rows: found.rows.iter().map(cells).collect(), next: found.next })
        }
    }))
}

fn cells(event: &Recorded) -> Vec<String> {
    vec![
        event.seq.to_string(),
        event.at.rfc3339(),
        event.action.clone(),
        what(event),
        if event.refused { "refused" } else { "done" }.to_owned(),
        event.by.clone(),
        event.account_email.clone().unwrap_or_default(),
        event.account.map(|id| id.to_string()).unwrap_or_default(),
        event.target.clone(),
        if event.details.is_null() { String::new() } else { event.details.to_string() },
        event.address.clone(),
        event.agent.clone(),
        event.request_id.clone(),
    ]
}
