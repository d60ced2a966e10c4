//! The one page that ever shows a secret of a service account: the answer to the form that has made it.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::row::ServiceRow;
use crate::app::App;
use crate::base::secret::PlainSecret;
use crate::domain::credentials::service::ServiceAccount;
use crate::http::web::chrome::Chrome;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::ConfirmedInWorkspace;

/// "Service account *Indexer* created". It lives as long as its answer takes to be written, and is never kept.
#[derive(Template, WebTemplate)]
#[template(path = "pages/services/created.html")]
pub struct ServiceCreatedPage<'a> {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// How the secret came about.
    pub story: SecretStory,
    /// The service account.
    pub service: ServiceRow,
    /// The secret itself.
    pub secret: &'a str,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
}

/// How a secret came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretStory {
    /// With its service account.
    Created,
    /// Besides another.
    Added,
}

impl ServiceCreatedPage<'_> {
    /// The title.
    pub fn heading(&self) -> String {
        match self.story {
            SecretStory::Created => format!("Service account {} created", self.service.name),
            SecretStory::Added => format!("Secret added to {}", self.service.name),
        }
    }
}

/// "Already created": the same form, sent again.
#[derive(Template, WebTemplate)]
#[template(path = "pages/services/already.html")]
pub struct ServiceAlreadyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What the form did: `created` or `added`.
    pub word: &'static str,
    /// The service account's id on the wire.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it signs in as.
    pub client: String,
}

/// Rendered straight from the verb's outcome, which goes out of existence with this answer.
pub(super) fn reveal(
    app: &Data<App>,
    me: &ConfirmedInWorkspace,
    story: SecretStory,
    account: &ServiceAccount,
    secret: &PlainSecret,
) -> Answer {
    ServiceCreatedPage {
        chrome: me.chrome(),
        of: me.view(),
        story,
        service: ServiceRow::of(account),
        secret: secret.reveal(),
        base_url: app.ctx.settings.public_url.clone(),
    }
    .ok()
}
