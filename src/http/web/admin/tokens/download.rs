//! `/admin/tokens.csv`: what the filter shows, as a file.

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::asked::Asked;
use super::row::{kind, owner_id, revoker, standing};
use crate::app::App;
use crate::base::page::PageSize;
use crate::base::time::Timestamp;
use crate::domain::access::{self, TokenPolicy};
use crate::domain::credentials::Owner;
use crate::domain::credentials::governed::{self, Filter, Governed, Order};
use crate::http::web::admin::whose::{Whose, whose};
use crate::http::web::csv::{Batch, download};
use crate::http::web::outcome::WebError;
use crate::http::web::page::Answer;
use crate::http::web::visitor::Administering;

const HEADS: &[&str] = &[
    "id",
    "name",
    "token",
    "kind",
    "owner",
    "owner name",
    "owner id",
    "scopes",
    "state",
    "created",
    "expires",
    "last used",
    "last used from",
    "last used by",
    "uses",
    "revoked",
    "revoked by",
    "reason",
];

/// `GET /admin/tokens.csv`: always newest first, whatever the page is sorted by.
///
/// # Errors
/// [`WebError::SeeOther`] to the page that says what is wrong with the filter.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let asked = Asked::of(&request);
    let owner = match whose(&asked.owner, &app, &admin).await? {
        _ if asked.workspace().is_some() => asked.workspace(),
        Whose::All => None,
        Whose::Account(id) => Some(Owner::Account(id)),
        Whose::Nobody | Whose::Unreadable => return Err(WebError::see_other(asked.address().href())),
    };
    let policy = access::policy(&app.ctx.db).await?;
    let filter = Filter { order: Order::default(), ..asked.filter(owner) };
    let now = app.ctx.now();
    let shared = std::rc::Rc::new((app, admin, filter, policy));
    Ok(download("tokens", now, HEADS, move |after| {
        let shared = shared.clone();
        async move {
            let (app, admin, filter, policy) = &*shared;
            let found = governed::list(&app.ctx, admin.administrator(), filter, after.as_ref(), PageSize::LARGEST).await?;
            Ok(Batch { rows: found.rows.iter().map(|it| cells(it, policy, now)).collect(), next: found.next })
        }
    }))
}

fn cells(it: &Governed, policy: &TokenPolicy, now: Timestamp) -> Vec<String> {
    let at = |at: Option<Timestamp>| at.map(Timestamp::rfc3339).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        it.id.to_string(),
        it.name.clone(),
        format!("{}…{}", it.prefix, it.last_four),
        kind(it.kind).to_owned(),
        it.owner_called.clone(),
        it.owner_name.clone(),
        owner_id(it.owner),
        it.scopes.join(" "),
        standing(it.standing(policy, now)).to_owned(),
        at(Some(it.created_at)),
        at(it.expires_at),
        at(it.last_used_at),
        text(&it.last_used_address),
        text(&it.last_used_agent),
        it.uses.to_string(),
        at(it.revoked_at),
        it.revoked_at.map(|_| revoker(it.revoked_by).to_owned()).unwrap_or_default(),
        text(&it.revoked_reason),
    ]
}
