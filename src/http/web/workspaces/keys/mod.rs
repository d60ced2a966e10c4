//! `/w/{slug}/keys…`: what a workspace gives to programs and web pages.
//!
//! | module | what it is |
//! |---|---|
//! | [`list`] | the keys, living and ended |
//! | [`new`], [`create`], [`created`] | the form, what it makes, and the one page that shows a secret |
//! | [`detail`], [`change`] | all that is known of one key, and the forms that change it |
//! | [`rotate`], [`revoke`] | a new secret; what breaks, before it breaks |

pub mod change;
pub mod create;
pub mod created;
pub mod detail;
mod form;
pub mod list;
pub mod new;
pub mod revoke;
pub mod rotate;

use actix_web::HttpRequest;

use crate::base::id::CredentialId;
use crate::base::time::Timestamp;
use crate::domain::credentials::Environment;
use crate::domain::credentials::keys::{Key, KeyKind, NotManager};
use crate::domain::workspaces::Member;
use crate::http::extract::path_part;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;
use crate::http::web::tokens::list::TokenRow;

/// A key as the pages show it.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// What is shown of every credential.
    pub token: TokenRow,
    /// `Secret` or `Publishable`.
    pub kind: &'static str,
    /// `Live` or `Test`.
    pub environment: &'static str,
}

impl KeyRow {
    fn of(key: &Key, now: Timestamp) -> Self {
        Self {
            token: TokenRow::of_key(&key.detail.summary, now),
            kind: kind(key.kind),
            environment: environment(key.environment),
        }
    }
}

fn kind(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Secret => "Secret",
        KeyKind::Publishable => "Publishable",
    }
}

fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Test => "Test",
        Environment::Live => "Live",
    }
}

/// The key that the path of a request names.
fn id_in(request: &HttpRequest) -> Result<CredentialId, Trouble> {
    path_part(request, "id").parse().map_err(|_| Trouble::NotFound)
}

/// The list of the member's workspace.
fn list_of(member: &Member) -> String {
    format!("/w/{}/keys", member.workspace().slug.as_str())
}

/// Where all about a key is.
fn address_of(member: &Member, id: CredentialId) -> String {
    format!("{}/{id}", list_of(member))
}

impl From<NotManager> for WebError {
    fn from(error: NotManager) -> Self {
        match error {
            NotManager::Member(refused) => refused.into(),
            NotManager::NoSuchKey => Trouble::NotFound.into(),
            NotManager::Unexpected(error) => error.into(),
            // Pages are for people.
            NotManager::Kind | NotManager::Policy | NotManager::Refused(_) => Self::Unexpected(error.to_string()),
        }
    }
}
