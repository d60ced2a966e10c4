//! `/admin/policy/sign-in`: whose sign-in needs a second factor.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::domain::access::{self, AllowedRoles, FactorRoles};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};

/// The form, as it stands or as it was sent. It is a part of the page "Token policy".
#[derive(Debug, Clone)]
pub struct SignInPolicyForm {
    /// *Roles that need a second factor*, with commas between them, `*` for everyone.
    pub roles: String,
    /// What is wrong with them.
    pub problems: Problems,
}

impl SignInPolicyForm {
    /// As the policy stands.
    pub fn of(roles: &FactorRoles) -> Self {
        Self { roles: roles.0.words().join(", "), problems: Problems::none() }
    }
}

/// "Sign-in policy": the form on a page of its own, after a mistake.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/sign_in_policy_wrong.html")]
pub struct SignInPolicyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The form.
    pub sign_in: SignInPolicyForm,
}

/// `POST /admin/policy/sign-in`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is saved.
pub async fn save(app: Data<App>, admin: Governing) -> Answer {
    let roles = admin.form().text("factor_roles");
    match AllowedRoles::parse(roles) {
        Ok(parsed) => {
            access::require_factor(&app.ctx, admin.administrator(), FactorRoles(parsed)).await?;
            Err(Done::SignInPolicySaved.on("/admin/policy"))
        }
        Err(word) => {
            let wrong = format!("“{word}” is no role: a role has up to 50 letters, digits and the marks - _ . :");
            let sign_in = SignInPolicyForm { roles: roles.to_owned(), problems: Problems::one("factor_roles", wrong) };
            SignInPolicyPage { chrome: admin.chrome(), sign_in }.unprocessable()
        }
    }
}
