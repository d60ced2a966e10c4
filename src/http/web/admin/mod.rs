//! `/admin…`: who has an account, who may hold tokens, and who did what.

pub mod accounts;
pub mod audit;
pub mod policy;
pub mod scopes;
pub mod sign_in_policy;

use super::outcome::WebError;
use super::page::Answer;
use super::visitor::Administering;

/// `GET /admin`: the policy comes first.
///
/// # Errors
/// Always: [`WebError::SeeOther`].
pub async fn show(_admin: Administering) -> Answer {
    Err(WebError::see_other("/admin/policy"))
}
