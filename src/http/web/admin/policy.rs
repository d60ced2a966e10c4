//! `/admin/policy`: who may hold API tokens, and for how long.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::access::{
    self, AllowedRoles, ChangeError, Idle, Longest, NoExpiry, PolicyDraft, PolicyProblem, Switch, TokenPolicy,
};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::Administering;

const HERE: &str = "/admin/policy";

/// "Token policy".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/policy.html")]
pub struct PolicyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Allow user token authentication*.
    pub allowed: bool,
    /// *Allowed roles*, as they are written: names with commas between them, `*` for everyone.
    pub roles: String,
    /// *Longest life* in days, as it is written; empty for any.
    pub longest_days: String,
    /// *Allow tokens without an expiry*.
    pub no_expiry: bool,
    /// When it was last changed; nothing when it is as it came.
    pub changed: Option<Timestamp>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// The form, as it stands or as it was sent.
struct PolicyForm {
    tokens: Switch,
    roles: String,
    longest_days: String,
    no_expiry: NoExpiry,
}

impl From<&TokenPolicy> for PolicyForm {
    fn from(policy: &TokenPolicy) -> Self {
        Self {
            tokens: policy.tokens,
            roles: policy.allowed_roles.words().join(", "),
            longest_days: policy.longest.as_days().map(|days| days.to_string()).unwrap_or_default(),
            no_expiry: policy.no_expiry,
        }
    }
}

impl From<&Posted> for PolicyForm {
    fn from(form: &Posted) -> Self {
        Self {
            tokens: if form.ticked("allowed") { Switch::On } else { Switch::Off },
            roles: form.text("roles").to_owned(),
            longest_days: form.text("longest_days").to_owned(),
            no_expiry: if form.ticked("no_expiry") { NoExpiry::Allowed } else { NoExpiry::Forbidden },
        }
    }
}

impl PolicyForm {
    fn parse(&self) -> Result<PolicyDraft, Problems> {
        let mut problems = Problems::none();
        let allowed_roles = AllowedRoles::parse(&self.roles).map_err(|word| {
            problems.add("roles", format!("“{word}” is no role: a role has up to 50 letters, digits and the marks - _ . :"));
        });
        let longest = match self.longest_days.trim() {
            "" => Ok(Longest::UNBOUNDED),
            days => days.parse().ok().and_then(Longest::days).ok_or_else(|| {
                problems.add("longest_days", "Enter a number of days from 1 to 3650, or leave it empty.");
            }),
        };
        match (allowed_roles, longest) {
            (Ok(allowed_roles), Ok(longest)) => {
                let (require_factor, idle) = (Switch::Off, Idle::UNBOUNDED);
                Ok(PolicyDraft { tokens: self.tokens, allowed_roles, longest, no_expiry: self.no_expiry, require_factor, idle })
            }
            (_, _) => Err(problems),
        }
    }

    async fn page(
        self,
        app: &App,
        chrome: Chrome,
        problems: Problems,
        notice: Option<String>,
    ) -> Result<PolicyPage, crate::db::Error> {
        Ok(PolicyPage {
            chrome,
            problems,
            allowed: self.tokens == Switch::On,
            roles: self.roles,
            longest_days: self.longest_days,
            no_expiry: self.no_expiry == NoExpiry::Allowed,
            changed: access::policy_changed_at(&app.ctx.db).await?,
            notice,
        })
    }
}

/// `GET /admin/policy`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let form = PolicyForm::from(&access::policy(&app.ctx.db).await?);
    form.page(&app, admin.chrome(), Problems::none(), Done::told(&request, &[Done::PolicySaved])).await?.ok()
}

/// `POST /admin/policy`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is saved.
pub async fn save(app: Data<App>, admin: Governing) -> Answer {
    let form = PolicyForm::from(admin.form());
    let problems = match form.parse() {
        Ok(draft) => match access::change_policy(&app.ctx, admin.administrator(), draft).await {
            Ok(()) => return Err(Done::PolicySaved.on(HERE)),
            Err(ChangeError::Problem(problem @ PolicyProblem::BoundAndNoExpiry)) => {
                Problems::one("no_expiry", problem.to_string())
            }
            Err(ChangeError::Unexpected(error)) => return Err(error.into()),
        },
        Err(problems) => problems,
    };
    form.page(&app, admin.chrome(), problems, None).await?.unprocessable()
}
