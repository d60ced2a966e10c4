//! `/admin/policy`: who may hold API tokens, and for how long.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::sign_in_policy::SignInPolicyForm;
use crate::app::App;
use crate::base::time::Timestamp;
use crate::domain::access::{
    self, AllowedRoles, Forbidden, Idle, Longest, NoExpiry, PolicyDraft, PolicyProblem, Switch, TokenPolicy,
};
use crate::domain::credentials::fit::{self, Affected, ChangePolicyError, Effect, Why};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::Administering;

const HERE: &str = "/admin/policy";

/// "Token policy".
#[expect(clippy::struct_excessive_bools, reason = "each is a box that is ticked or not")]
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
    /// *Allowed workspace roles*, likewise.
    pub workspace_roles: String,
    /// *Require workspace*.
    pub require_workspace: bool,
    /// *Longest life* in days, as it is written; empty for any.
    pub longest_days: String,
    /// *Allow tokens without an expiry*.
    pub no_expiry: bool,
    /// *Require a second factor*.
    pub require_factor: bool,
    /// *Revoke unused tokens after* so many days, as it is written; empty for never.
    pub idle_days: String,
    /// When it was last changed; nothing when it is as it came.
    pub changed: Option<Timestamp>,
    /// What saving would do to tokens that are in use; nothing while nobody asked, or when it does nothing.
    pub effect: Option<EffectView>,
    /// Whose sign-in needs a second factor.
    pub sign_in: SignInPolicyForm,
    /// What has just happened.
    pub notice: Option<String>,
}

/// "This affects 14 tokens of 6 people".
#[derive(Debug, Clone)]
pub struct EffectView {
    /// `14 tokens of 6 people`.
    pub summary: String,
    /// The tokens, owner by owner; the first of them, if there are very many.
    pub rows: Vec<EffectRow>,
    /// How many there are beside these.
    pub more: usize,
    /// What the form sends along to show that its sender has seen this.
    pub seen: String,
}

/// A token that would be refused.
#[derive(Debug, Clone)]
pub struct EffectRow {
    /// Its name.
    pub name: String,
    /// The beginning of its secret.
    pub prefix: String,
    /// The owner's address.
    pub owner: String,
    /// Why, as a sentence.
    pub why: &'static str,
    /// Its last use.
    pub last_used: Option<Timestamp>,
}

impl From<&Effect> for EffectView {
    fn from(effect: &Effect) -> Self {
        let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        Self {
            summary: format!("{} of {}", count(effect.tokens, "token", "tokens"), count(effect.people, "person", "people")),
            rows: effect.listed.iter().map(EffectRow::from).collect(),
            more: effect.tokens - effect.listed.len(),
            seen: effect.fingerprint.clone(),
        }
    }
}

impl From<&Affected> for EffectRow {
    fn from(token: &Affected) -> Self {
        Self {
            name: token.name.clone(),
            prefix: token.prefix.clone(),
            owner: token.email.clone(),
            why: match token.why {
                Why::Forbidden(Forbidden::SwitchedOff) => "Tokens are switched off.",
                Why::Forbidden(Forbidden::Role) => "None of its owner's roles is allowed.",
                Why::Forbidden(Forbidden::NoWorkspace) => "It is locked to no workspace.",
                Why::Forbidden(Forbidden::LivesTooLong) => "It lives too long.",
                Why::Forbidden(Forbidden::NoSecondFactor) => "Its owner has no second factor.",
                Why::Unused => "It was not used for so long. It will be revoked.",
            },
            last_used: token.last_used_at,
        }
    }
}

/// The form, as it stands or as it was sent.
struct PolicyForm {
    tokens: Switch,
    roles: String,
    workspace_roles: String,
    require_workspace: Switch,
    longest_days: String,
    no_expiry: NoExpiry,
    require_factor: Switch,
    idle_days: String,
}

impl From<&TokenPolicy> for PolicyForm {
    fn from(policy: &TokenPolicy) -> Self {
        Self {
            tokens: policy.tokens,
            roles: policy.allowed_roles.words().join(", "),
            workspace_roles: policy.allowed_workspace_roles.words().join(", "),
            require_workspace: policy.require_workspace,
            longest_days: policy.longest.as_days().map(|days| days.to_string()).unwrap_or_default(),
            no_expiry: policy.no_expiry,
            require_factor: policy.require_factor,
            idle_days: policy.idle.as_days().map(|days| days.to_string()).unwrap_or_default(),
        }
    }
}

impl From<&Posted> for PolicyForm {
    fn from(form: &Posted) -> Self {
        Self {
            tokens: if form.ticked("allowed") { Switch::On } else { Switch::Off },
            roles: form.text("roles").to_owned(),
            workspace_roles: form.text("workspace_roles").to_owned(),
            require_workspace: if form.ticked("require_workspace") { Switch::On } else { Switch::Off },
            longest_days: form.text("longest_days").to_owned(),
            no_expiry: if form.ticked("no_expiry") { NoExpiry::Allowed } else { NoExpiry::Forbidden },
            require_factor: if form.ticked("require_factor") { Switch::On } else { Switch::Off },
            idle_days: form.text("idle_days").to_owned(),
        }
    }
}

impl PolicyForm {
    fn parse(&self) -> Result<PolicyDraft, Problems> {
        let mut problems = Problems::none();
        let bad_role = |word: String| format!("“{word}” is no role: a role has up to 50 letters, digits and the marks - _ . :");
        let allowed_roles = AllowedRoles::parse(&self.roles).map_err(|word| problems.add("roles", bad_role(word)));
        let workspace_roles = AllowedRoles::parse(&self.workspace_roles);
        let workspace_roles = workspace_roles.map_err(|word| problems.add("workspace_roles", bad_role(word)));
        const DAYS: &str = "Enter a number of days from 1 to 3650, or leave it empty.";
        let longest = match self.longest_days.trim() {
            "" => Ok(Longest::UNBOUNDED),
            days => days.parse().ok().and_then(Longest::days).ok_or_else(|| problems.add("longest_days", DAYS)),
        };
        let idle = match self.idle_days.trim() {
            "" => Ok(Idle::UNBOUNDED),
            days => days.parse().ok().and_then(Idle::days).ok_or_else(|| problems.add("idle_days", DAYS)),
        };
        match (allowed_roles, workspace_roles, longest, idle) {
            (Ok(allowed_roles), Ok(allowed_workspace_roles), Ok(longest), Ok(idle)) => Ok(PolicyDraft {
                tokens: self.tokens,
                allowed_roles,
                allowed_workspace_roles,
                require_workspace: self.require_workspace,
                longest,
                no_expiry: self.no_expiry,
                require_factor: self.require_factor,
                idle,
            }),
            (_, _, _, _) => Err(problems),
        }
    }

    async fn page(self, app: &App, chrome: Chrome, problems: Problems) -> Result<PolicyPage, crate::db::Error> {
        Ok(PolicyPage {
            chrome,
            problems,
            sign_in: SignInPolicyForm::of(&access::factor_roles(&app.ctx.db).await?),
            allowed: self.tokens == Switch::On,
            roles: self.roles,
            workspace_roles: self.workspace_roles,
            require_workspace: self.require_workspace == Switch::On,
            longest_days: self.longest_days,
            no_expiry: self.no_expiry == NoExpiry::Allowed,
            require_factor: self.require_factor == Switch::On,
            idle_days: self.idle_days,
            changed: access::policy_changed_at(&app.ctx.db).await?,
            effect: None,
            notice: None,
        })
    }
}

/// `GET /admin/policy`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let form = PolicyForm::from(&access::policy(&app.ctx.db).await?);
    let page = form.page(&app, admin.chrome(), Problems::none()).await?;
    PolicyPage { notice: Done::told(&request, &[Done::PolicySaved, Done::SignInPolicySaved]), ..page }.ok()
}

/// `POST /admin/policy`: saves, unless that refuses tokens which are good now and the sender has not seen which.
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is saved.
pub async fn save(app: Data<App>, admin: Governing) -> Answer {
    let form = PolicyForm::from(admin.form());
    let draft = match form.parse() {
        Ok(draft) => draft,
        Err(problems) => return form.page(&app, admin.chrome(), problems).await?.unprocessable(),
    };
    match fit::change_policy(&app.ctx, admin.administrator(), draft, admin.form().text("seen")).await {
        Ok(()) => Err(Done::PolicySaved.on(HERE)),
        Err(ChangePolicyError::Affects(effect)) => {
            let page = form.page(&app, admin.chrome(), Problems::none()).await?;
            PolicyPage { effect: Some(EffectView::from(&*effect)), ..page }.ok()
        }
        Err(ChangePolicyError::Problem(problem @ PolicyProblem::BoundAndNoExpiry)) => {
            let problems = Problems::one("no_expiry", problem.to_string());
            form.page(&app, admin.chrome(), problems).await?.unprocessable()
        }
        Err(ChangePolicyError::Unexpected(error)) => Err(error.into()),
    }
}
