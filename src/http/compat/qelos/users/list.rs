//! Who there is, and as what. A list holds a thousand rows at the most, the latest first: filters make it shorter.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::super::answer::DoorError;
use super::super::caller::Admin;
use super::super::user::{Named, basics};
use super::{named, viewed};
use crate::app::App;
use crate::base::id::AccountId;
use crate::base::page::PageSize;
use crate::base::text::EmailAddress;
use crate::domain::access::{self, Administrator};
use crate::domain::accounts::Role;
use crate::domain::accounts::people::{Among, Found, ListFilter, Order};
use crate::http::extract::{path_part, query};

/// How many rows a list has at the most.
const ROWS: usize = 1_000;

/// How many roles a query may name: each costs a look through the accounts.
const ROLES: usize = 20;

/// What the query asks for.
struct Wanted {
    /// A part of the user name, or the whole of it; empty for any.
    username: String,
    whole: Whole,
    /// One of these; nothing for any.
    roles: Option<Vec<Role>>,
}

/// How much of the user name is given.
#[derive(PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

impl Wanted {
    fn of(request: &HttpRequest) -> Result<Self, DoorError> {
        // A space is how a plus arrives that nobody has encoded.
        let username = query(request, "username").unwrap_or_default().trim().replace(' ', "+");
        let whole =
            if query(request, "exact").is_some_and(|word| word.eq_ignore_ascii_case("true")) { Whole::Yes } else { Whole::No };
        let words = query(request, "roles").filter(|words| !words.is_empty());
        let wrong = || DoorError::field("roles", "must be names of up to 20 roles, with commas between them");
        let read = |words: String| {
            let roles = words.split(',').map(Role::parse).collect::<Option<Vec<_>>>();
            roles.filter(|roles| roles.len() <= ROLES).ok_or_else(wrong)
        };
        Ok(Self { username, whole, roles: words.map(read).transpose()? })
    }

    /// The filters that find them, one after the other.
    fn filters(&self) -> Vec<ListFilter> {
        let filter = ListFilter::new(Among::Everybody, Order::Newest, &self.username);
        match &self.roles {
            Some(roles) => roles.iter().map(|role| filter.clone().having(role.clone())).collect(),
            None => vec![filter],
        }
    }

    /// A search finds names and ids, too; here it is about user names.
    fn fits(&self, found: &Found) -> bool {
        let whole = |wanted: EmailAddress| EmailAddress::parse(&found.email).is_ok_and(|email| email.key() == wanted.key());
        match self.whole {
            Whole::Yes => EmailAddress::parse(&self.username).is_ok_and(whole),
            Whole::No => found.email.to_lowercase().contains(&self.username.to_lowercase()),
        }
    }
}

/// `GET /api/users`
///
/// # Errors
/// When a filter is wrong.
pub async fn list(app: Data<App>, admin: Admin, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let wanted = Wanted::of(&request)?;
    let mut found = BTreeMap::new();
    for filter in wanted.filters() {
        collect(&app, &admin.0, &filter, &wanted, &mut found).await?;
    }
    Ok(HttpResponse::Ok().json(found.values().rev().take(ROWS).map(row).collect::<Vec<_>>()))
}

/// Adds the rows of one filter. Ids are ordered by the instant they were made.
async fn collect(
    app: &App,
    by: &Administrator,
    filter: &ListFilter,
    wanted: &Wanted,
    found: &mut BTreeMap<AccountId, Found>,
) -> Result<(), DoorError> {
    let (mut after, mut rows) = (None, 0);
    loop {
        let page = access::list_accounts(&app.ctx, by, filter, after.as_ref(), PageSize::LARGEST).await?;
        for row in page.rows.into_iter().filter(|row| wanted.fits(row)) {
            rows += 1;
            found.insert(row.id, row);
        }
        match page.next {
            Some(next) if rows < ROWS => after = Some(next),
            Some(_) | None => return Ok(()),
        }
    }
}

fn row(found: &Found) -> Value {
    let who =
        Named { id: found.id.to_string(), email: Some(&found.email), name: &found.name, roles: found.roles.words().collect() };
    basics(who, &found.attributes)
}

/// `GET /api/users/{account}`
///
/// # Errors
/// 404 when there is none.
pub async fn show(app: Data<App>, admin: Admin, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let id = named(path_part(&request, "account"))?;
    Ok(HttpResponse::Ok().json(viewed(&app.ctx, &admin.0, id).await?))
}

/// `GET /api/users/stats`: how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn stats(app: Data<App>, admin: Admin) -> Result<HttpResponse, DoorError> {
    let numbers = access::count_accounts(&app.ctx, &admin.0).await?;
    Ok(HttpResponse::Ok().json(json!({
        "total": numbers.everybody,
        "active": numbers.active,
        "invited": numbers.invited,
        "unconfirmed": numbers.unconfirmed,
        "suspended": numbers.suspended,
        "administrators": numbers.administrators,
    })))
}

/// `GET /api/roles`: the roles that there are, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn roles(app: Data<App>, admin: Admin) -> Result<HttpResponse, DoorError> {
    Ok(HttpResponse::Ok().json(access::existing_roles(&app.ctx, &admin.0).await?))
}
