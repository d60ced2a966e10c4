//! `GET /api/workspaces/all`: everybody's workspaces, for administrators with a session. A thousand rows at the most, the
//! latest first: filters make the list shorter.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::answer::DoorError;
use super::caller::Admin;
use super::workspaces::seen;
use crate::app::App;
use crate::base::id::{AccountId, WorkspaceId};
use crate::base::page::PageSize;
use crate::base::text::Label;
use crate::domain::access::Administrator;
use crate::domain::credentials::of_workspace::{self, Among, GovernedWorkspace, WorkspaceFilter};
use crate::http::extract::query;

/// How many rows the list has at the most.
const ROWS: usize = 1_000;

/// How many labels a query may name: each costs a look through the workspaces.
const LABELS: usize = 20;

/// What the query asks for.
struct Wanted {
    /// A part of the name; empty for any.
    name: String,
    /// What the database looks for: a part of the name or of the address.
    search: String,
    member: Option<AccountId>,
    /// One of these; nothing for any.
    labels: Option<Vec<Label>>,
    /// One of these; nothing for any.
    ids: Option<Vec<WorkspaceId>>,
}

impl Wanted {
    fn of(request: &HttpRequest) -> Result<Self, DoorError> {
        let word = |name| query(request, name).map(|word| word.trim().to_owned()).filter(|word| !word.is_empty());
        let list = |name| word(name).map(|words| words.split(',').map(str::to_owned).collect::<Vec<_>>());
        let name = word("name").unwrap_or_default();
        let search = word("q").unwrap_or_else(|| name.clone());
        let member =
            word("members.user").map(|id| id.parse().map_err(|_| DoorError::field("members.user", "must be an id of a user")));
        let wrong = || DoorError::field("labels", "must be up to 20 words, with commas between them");
        let labels = list("labels").map(|words| {
            let labels = words.iter().map(|word| Label::parse(word).ok()).collect::<Option<Vec<_>>>();
            labels.filter(|labels| labels.len() <= LABELS).ok_or_else(wrong)
        });
        // What is no id is nobody's.
        let ids = list("_id").map(|ids| ids.iter().filter_map(|id| id.parse().ok()).collect());
        Ok(Self { name: name.to_lowercase(), search, member: member.transpose()?, labels: labels.transpose()?, ids })
    }

    /// The filters that find them, one after the other.
    fn filters(&self) -> Vec<WorkspaceFilter> {
        let filter = WorkspaceFilter::new(Among::All, &self.search);
        let filter = match self.member {
            Some(member) => filter.having_member(member),
            None => filter,
        };
        match &self.labels {
            Some(labels) => labels.iter().map(|label| filter.clone().labelled(label.clone())).collect(),
            None => vec![filter],
        }
    }

    fn fits(&self, row: &GovernedWorkspace) -> bool {
        row.name.to_lowercase().contains(&self.name) && self.ids.as_ref().is_none_or(|ids| ids.contains(&row.id))
    }
}

/// `GET /api/workspaces/all`
///
/// # Errors
/// When a filter is wrong.
pub async fn list(app: Data<App>, admin: Admin, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let wanted = Wanted::of(&request)?;
    let mut found = BTreeMap::new();
    for filter in wanted.filters() {
        collect(&app, &admin.0, &filter, &wanted, &mut found).await?;
    }
    let view = |row: &GovernedWorkspace| seen(row.id.to_string(), &row.name, &row.look);
    Ok(HttpResponse::Ok().json(found.values().rev().take(ROWS).map(view).collect::<Vec<_>>()))
}

/// Adds the rows of one filter. Ids are ordered by the instant they were made.
async fn collect(
    app: &App,
    by: &Administrator,
    filter: &WorkspaceFilter,
    wanted: &Wanted,
    found: &mut BTreeMap<WorkspaceId, GovernedWorkspace>,
) -> Result<(), DoorError> {
    let (mut after, mut rows) = (None, 0);
    loop {
        let page = of_workspace::list_workspaces(&app.ctx, by, filter, after.as_ref(), PageSize::LARGEST).await?;
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
