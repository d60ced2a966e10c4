//! `/w/{slug}/service-accounts/{id}/secrets…`: a second secret, and the end of one of two.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::created::{SecretStory, ServiceAlreadyPage, reveal};
use super::row::{ServiceRow, ServiceSecretRow};
use super::{address_of, detail, found, id_in};
use crate::app::App;
use crate::base::id::{CredentialId, SecretId};
use crate::domain::credentials::service::{self, SecretError};
use crate::domain::workspaces::Right;
use crate::http::extract::path_part;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::draft::read_nonce;
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};

/// "End a secret of *Indexer*?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/services/end_secret.html")]
pub struct EndSecretPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// The service account.
    pub service: ServiceRow,
    /// The secret that is to end.
    pub secret: ServiceSecretRow,
    /// What may be shown of the one that stays.
    pub stays: String,
}

/// `POST /w/{slug}/service-accounts/{id}/secrets`: answers with the new secret, once.
///
/// # Errors
/// When the form is none of ours; 404 for one of another workspace, as for one that does not exist.
pub async fn add(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    // What is not there is not there, whatever the form says of it.
    found(&app, me.member(), id).await?;
    let nonce = read_nonce(me.form().text("nonce"))?;
    match service::add_secret(&app.ctx, me.member(), id, Some(&nonce)).await {
        Ok(added) => reveal(&app, &me, SecretStory::Added, &added.account, &added.secret),
        Err(SecretError::AlreadyAdded(account)) => {
            let ServiceRow { id, name, client, .. } = ServiceRow::of(&account);
            ServiceAlreadyPage { chrome: me.chrome(), of: me.view(), word: "added", id, name, client }.ok()
        }
        Err(error) => refused(&app, &me, id, error).await,
    }
}

/// `GET /w/{slug}/service-accounts/{id}/secrets/{secret}/end`. The only one cannot be ended: its account is shown.
///
/// # Errors
/// 403 for members who may not; 404 for one of another workspace, as for one that does not exist.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    me.require(Right::ManageKeys)?;
    let (id, secret) = (id_in(&request)?, secret_in(&request)?);
    let account = found(&app, me.member(), id).await?;
    let ending = account.secrets.iter().find(|known| known.id == secret).ok_or(Trouble::NotFound)?;
    let service = ServiceRow::of(&account);
    let secret = ServiceSecretRow::of(ending);
    let Some(stays) = service.secrets.iter().find(|other| other.id != secret.id).map(|other| other.shown.clone()) else {
        return Err(WebError::see_other(address_of(me.member(), id)));
    };
    EndSecretPage { chrome: me.chrome(), of: me.view(), service, secret, stays }.ok()
}

/// `POST /w/{slug}/service-accounts/{id}/secrets/{secret}/end`
///
/// # Errors
/// [`WebError::SeeOther`] when it has ended; 404 as above.
pub async fn end(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let (id, secret) = (id_in(&request)?, secret_in(&request)?);
    match service::revoke_secret(&app.ctx, me.member(), id, secret).await {
        Ok(()) => Err(Done::ServiceSecretEnded.on(&address_of(me.member(), id))),
        Err(error) => refused(&app, &me, id, error).await,
    }
}

fn secret_in(request: &HttpRequest) -> Result<SecretId, Trouble> {
    path_part(request, "secret").parse().map_err(|_| Trouble::NotFound)
}

/// What is said when the secrets stay as they are.
async fn refused(app: &App, me: &ConfirmedInWorkspace, id: CredentialId, error: SecretError) -> Answer {
    let message = match error {
        SecretError::Refused(refused) => return Err(refused.into()),
        SecretError::Unexpected(error) => return Err(error.into()),
        SecretError::Ended | SecretError::AlreadyAdded(_) => return Err(WebError::see_other(address_of(me.member(), id))),
        SecretError::TooMany => "It has two secrets, which is the most. End one of them first.",
        SecretError::Last => "This is its only secret. Add another first, or delete the service account.",
    };
    detail::wrong(app, me, id, Problems::one("secrets", message)).await?.with_status(StatusCode::CONFLICT)
}
