//! `/admin/plans`: how much workspaces may ask, and what of the product is theirs.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::plan_form::{self, PlanForm};
use crate::app::App;
use crate::domain::access::{self, AddPlanError, ChangePlanError, DeletePlanError, PLANS_AT_MOST};
use crate::domain::workspaces::plans::{self, Plan, PlanName, Plans};
use crate::http::extract::path_part;
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

const HERE: &str = "/admin/plans";

/// "Plans".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/plans/list.html")]
pub struct PlansPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The plans, in the order in which they are offered.
    pub rows: Vec<PlanRow>,
    /// *New workspaces get*: the same plans, to choose from.
    pub choices: Vec<Choice>,
    /// What is wrong with what was chosen.
    pub problems: Problems,
    /// What has just happened.
    pub notice: Option<String>,
}

/// One plan.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// Its name.
    pub name: String,
    /// Requests a minute.
    pub rate: i64,
    /// What of the product it includes, in words; empty for nothing.
    pub includes: String,
    /// How many workspaces have it.
    pub workspaces: i64,
    /// Whether new workspaces get it.
    pub for_new: bool,
}

/// "New plan", or the one that is changed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/plans/form.html")]
pub struct PlanPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The plan that is changed; nothing for a new one.
    pub changed: Option<PlanRow>,
    /// What stands in it.
    pub form: PlanForm,
}

/// "Delete *starter*?"
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/plans/delete.html")]
pub struct DeletePlanPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The plan.
    pub row: PlanRow,
    /// Why it cannot be deleted, as a sentence; nothing if it can.
    pub obstacle: Option<String>,
}

impl PlanRow {
    fn of(plan: &Plan, plans: &Plans) -> Self {
        let (name, terms) = (plan.name.as_str().to_owned(), &plan.terms);
        let (rate, includes) = (i64::from(terms.rate.count()), plan_form::summary(&terms.entitlements));
        Self { rate, includes, workspaces: plan.workspaces, for_new: plans.new == name, name }
    }
}

/// `GET /admin/plans`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let told = [Done::PlanAdded, Done::PlanSaved, Done::PlanDeleted, Done::NewPlanChosen];
    list(&plans::plans(&app.ctx.db).await?, admin.chrome(), Problems::none(), Done::told(&request, &told)).ok()
}

/// `POST /admin/plans`: the plan that a new workspace gets.
///
/// # Errors
/// [`WebError::SeeOther`] when it is chosen.
pub async fn choose_new(app: Data<App>, admin: Governing) -> Answer {
    if let Some(name) = PlanName::parse(admin.form().text("new_plan")) {
        match access::choose_new_plan(&app.ctx, admin.administrator(), &name).await {
            Ok(()) => return Err(Done::NewPlanChosen.on(HERE)),
            Err(ChangePlanError::NotFound) => {}
            Err(ChangePlanError::Unexpected(error)) => return Err(error.into()),
        }
    }
    let problems = Problems::one("new_plan", "There is no such plan any more. Choose another.");
    list(&plans::plans(&app.ctx.db).await?, admin.chrome(), problems, None).unprocessable()
}

fn list(plans: &Plans, chrome: Chrome, problems: Problems, notice: Option<String>) -> PlansPage {
    let rows: Vec<PlanRow> = plans.all.iter().map(|plan| PlanRow::of(plan, plans)).collect();
    let choice =
        |row: &PlanRow| Choice { value: row.name.clone(), label: row.name.clone(), hint: String::new(), chosen: row.for_new };
    PlansPage { chrome, choices: rows.iter().map(choice).collect(), rows, problems, notice }
}

/// `GET /admin/plans/new`
///
/// # Errors
/// When the page cannot be made.
pub async fn show_new(admin: Administering) -> Answer {
    PlanPage { chrome: admin.chrome(), problems: Problems::none(), changed: None, form: PlanForm::empty() }.ok()
}

/// `POST /admin/plans/new`
///
/// # Errors
/// [`WebError::SeeOther`] when it is added.
pub async fn add(app: Data<App>, admin: Governing) -> Answer {
    let mut problems = Problems::none();
    let name = PlanName::parse(admin.form().text("name").trim());
    if name.is_none() {
        problems.add("name", "A name has up to 50 small letters, digits and the marks - and _, and is not “new”.");
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let (Some(terms), Some(name)) = (plan_form::read(admin.form(), &mut problems), name) {
        match access::add_plan(&app.ctx, admin.administrator(), &name, &terms).await {
            Ok(()) => return Err(Done::PlanAdded.on(HERE)),
            Err(AddPlanError::NameTaken) => {
                problems.add("name", "There is a plan with this name. Choose another, or change that one.");
            }
            Err(AddPlanError::TooMany) => {
                problems.add("name", format!("There are {PLANS_AT_MOST} plans, which is the most. Delete one first."));
            }
            Err(AddPlanError::Unexpected(error)) => return Err(error.into()),
        }
        status = StatusCode::CONFLICT;
    }
    PlanPage { chrome: admin.chrome(), problems, changed: None, form: PlanForm::again(admin.form()) }.with_status(status)
}

/// `GET /admin/plans/{name}`
///
/// # Errors
/// 404 for a plan that does not exist.
pub async fn show_one(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let (plan, row) = asked(&app, &request).await?;
    let form = PlanForm::of(&plan.terms);
    PlanPage { chrome: admin.chrome(), problems: Problems::none(), changed: Some(row), form }.ok()
}

/// `POST /admin/plans/{name}`
///
/// # Errors
/// [`WebError::SeeOther`] when it is changed.
pub async fn change(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let (plan, row) = asked(&app, &request).await?;
    let mut problems = Problems::none();
    if let Some(terms) = plan_form::read(admin.form(), &mut problems) {
        return match access::change_plan(&app.ctx, admin.administrator(), &plan.name, &terms).await {
            Ok(()) => Err(Done::PlanSaved.on(HERE)),
            Err(ChangePlanError::NotFound) => Err(Trouble::NotFound.into()),
            Err(ChangePlanError::Unexpected(error)) => Err(error.into()),
        };
    }
    PlanPage { chrome: admin.chrome(), problems, changed: Some(row), form: PlanForm::again(admin.form()) }.unprocessable()
}

/// `GET /admin/plans/{name}/delete`
///
/// # Errors
/// 404 for a plan that does not exist.
pub async fn show_delete(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let row = asked(&app, &request).await?.1;
    let obstacle = match row.workspaces {
        0 => row.for_new.then(for_new),
        some => Some(had_by(some)),
    };
    DeletePlanPage { chrome: admin.chrome(), row, obstacle }.ok()
}

/// `POST /admin/plans/{name}/delete`
///
/// # Errors
/// [`WebError::SeeOther`] when it is deleted.
pub async fn delete(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let (plan, row) = asked(&app, &request).await?;
    let obstacle = match access::delete_plan(&app.ctx, admin.administrator(), &plan.name).await {
        Ok(()) => return Err(Done::PlanDeleted.on(HERE)),
        Err(DeletePlanError::NotFound) => return Err(Trouble::NotFound.into()),
        Err(DeletePlanError::InUse(workspaces)) => had_by(workspaces),
        Err(DeletePlanError::ForNew) => for_new(),
        Err(DeletePlanError::Unexpected(error)) => return Err(error.into()),
    };
    DeletePlanPage { chrome: admin.chrome(), row, obstacle: Some(obstacle) }.with_status(StatusCode::CONFLICT)
}

fn had_by(workspaces: i64) -> String {
    let some = if workspaces == 1 { "1 workspace has".to_owned() } else { format!("{workspaces} workspaces have") };
    format!("{some} it. Give them another plan first.")
}

fn for_new() -> String {
    "New workspaces get it. Choose another plan for them first.".to_owned()
}

/// The plan that the address names.
async fn asked(app: &App, request: &HttpRequest) -> Result<(Plan, PlanRow), WebError> {
    let name = PlanName::parse(path_part(request, "name")).ok_or(Trouble::NotFound)?;
    let plans = plans::plans(&app.ctx.db).await?;
    let plan = plans.find(&name).ok_or(Trouble::NotFound)?;
    Ok((plan.clone(), PlanRow::of(plan, &plans)))
}
