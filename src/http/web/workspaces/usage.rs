//! `/w/{slug}/usage`: how the keys and service accounts of a workspace were used.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::WorkspaceView;
use super::within::InWorkspace;
use crate::app::App;
use crate::domain::credentials::{self, Busy, Kind};
use crate::domain::workspaces::plans::{self, PlanName};
use crate::http::web::chrome::Chrome;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::chart::UsageChart;
use crate::http::web::tokens::detail::{DAYS, day};

/// "Usage".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/usage.html")]
pub struct UsagePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// How all of them were used in the last thirty days.
    pub chart: UsageChart,
    /// The busiest of them.
    pub busiest: Vec<BusyRow>,
    /// The plan.
    pub plan: String,
    /// How many requests a minute the plan allows, if the plan is known.
    pub limit: Option<u32>,
}

/// One of the busiest.
#[derive(Debug, Clone)]
pub struct BusyRow {
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind: &'static str,
    /// Where all about it is; nothing for what has no page.
    pub href: Option<String>,
    /// How many requests were allowed.
    pub allowed: i64,
    /// How many were refused.
    pub refused: i64,
}

/// `GET /w/{slug}/usage`
///
/// # Errors
/// 404 for those who do not belong to it.
pub async fn show(app: Data<App>, me: InWorkspace) -> Answer {
    let (ctx, workspace) = (&app.ctx, me.member().workspace());
    let (series, busiest) = credentials::usage_of_workspace(ctx, me.member(), DAYS).await?;
    let plans = plans::plans(&ctx.db).await?;
    UsagePage {
        chrome: me.chrome(),
        of: me.view(),
        chart: UsageChart::of(series.days.iter().map(day)),
        busiest: busiest.iter().map(|it| row(it, workspace.slug.as_str())).collect(),
        limit: PlanName::parse(&workspace.plan).and_then(|name| plans.find(&name).map(|plan| plan.terms.rate.count())),
        plan: workspace.plan.clone(),
    }
    .ok()
}

fn row(it: &Busy, slug: &str) -> BusyRow {
    let (kind, pages) = match it.kind {
        Kind::Secret => ("Secret key", Some("keys")),
        Kind::Publishable => ("Publishable key", Some("keys")),
        Kind::Service => ("Service account", Some("service-accounts")),
        Kind::Personal => ("API token", None),
    };
    let href = pages.map(|pages| format!("/w/{slug}/{pages}/{}", it.id));
    BusyRow { name: it.name.clone(), kind, href, allowed: it.allowed, refused: it.denied }
}
