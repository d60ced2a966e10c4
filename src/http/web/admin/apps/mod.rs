//! `/admin/apps`: the apps that people may let act for them.

pub mod change;
mod form;
pub mod list;
pub mod new;

use actix_web::HttpRequest;

use self::form::AppForm;
use crate::app::App;
use crate::base::id::ClientId;
use crate::base::time::Timestamp;
use crate::domain::access::Administrator;
use crate::domain::clients::{self, Client, DeviceSignIn, Listed, RedirectUri};
use crate::http::extract::path_part;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;

const HERE: &str = "/admin/apps";

/// One app.
#[derive(Debug, Clone)]
pub struct AppRow {
    /// Its `client_id`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it may be led back to.
    pub redirect_uris: Vec<String>,
    /// Whether devices may ask for it.
    pub device: bool,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// How many living grants it has.
    pub grants: i64,
    /// When it was registered.
    pub created: Timestamp,
    /// Since when it is disabled, if it is.
    pub disabled: Option<Timestamp>,
}

impl AppRow {
    fn of(Listed { client, grants }: &Listed) -> Self {
        Self {
            id: client.id.to_string(),
            name: client.name().to_owned(),
            redirect_uris: client.facts.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
            device: client.facts.device == DeviceSignIn::Allowed,
            scopes: client.facts.scopes.words().map(str::to_owned).collect(),
            grants: *grants,
            created: client.created_at,
            disabled: client.disabled_at,
        }
    }
}

fn address_of(id: ClientId) -> String {
    format!("{HERE}/{id}")
}

fn id_in(request: &HttpRequest) -> Result<ClientId, WebError> {
    path_part(request, "id").parse().map_err(|_| Trouble::NotFound.into())
}

/// The app that the address names.
async fn asked(app: &App, by: &Administrator, request: &HttpRequest) -> Result<Listed, WebError> {
    Ok(clients::find_listed(&app.ctx, by, id_in(request)?).await?.ok_or(Trouble::NotFound)?)
}

/// The form as it stands for an app.
impl From<&Client> for AppForm {
    fn from(client: &Client) -> Self {
        let facts = &client.facts;
        Self {
            name: facts.name.as_str().to_owned(),
            redirect_uris: facts.redirect_uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>().join("\n"),
            device: facts.device == DeviceSignIn::Allowed,
            scopes: facts.scopes.words().map(str::to_owned).collect(),
            audiences: facts.audiences.words().map(str::to_owned).collect(),
        }
    }
}
