//! `/w/{slug}/service-accounts…`: identities of machines, and the people who answer for them.
//!
//! | module | what it is |
//! |---|---|
//! | [`row`] | a service account as the pages show it |
//! | [`list`] | the living ones |
//! | [`new`], [`created`] | the form, and the one page that shows a secret |
//! | [`detail`], [`change`] | all that is known of one, and the form that changes it |
//! | [`secrets`], [`owners`] | a second secret, the end of the first; who answers for it |
//! | [`delete`] | what breaks, before it breaks |

pub mod change;
pub mod created;
pub mod delete;
pub mod detail;
pub mod list;
pub mod new;
pub mod owners;
pub mod row;
pub mod secrets;

use actix_web::HttpRequest;

use super::place;
use crate::app::App;
use crate::base::id::CredentialId;
use crate::domain::access::Audiences;
use crate::domain::credentials::service::{self, ServiceAccount};
use crate::domain::workspaces::Member;
use crate::http::extract::path_part;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;

/// The service account that the path of a request names.
fn id_in(request: &HttpRequest) -> Result<CredentialId, Trouble> {
    path_part(request, "id").parse().map_err(|_| Trouble::NotFound)
}

/// The list of the member's workspace.
fn list_of(member: &Member) -> String {
    place(member, "service-accounts")
}

/// Where all about a service account is.
fn address_of(member: &Member, id: CredentialId) -> String {
    format!("{}/{id}", list_of(member))
}

/// It; 404 for one of another workspace, as for one that does not exist.
async fn found(app: &App, member: &Member, id: CredentialId) -> Result<ServiceAccount, WebError> {
    Ok(service::find(&app.ctx, member, id).await?.ok_or(Trouble::NotFound)?)
}

/// *Audiences*: one a line.
fn read_audiences(text: &str) -> Result<Audiences, String> {
    Audiences::parse(text.split_whitespace()).map_err(|wrong| wrong.to_string())
}

fn unknown_audience(word: &str) -> String {
    format!("There is no audience {word}. Ask an administrator of this service to add it, or leave it out.")
}
