//! `/w/{slug}/service-accounts/{id}`: all that is known of one, and what can be done with it.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::row::ServiceRow;
use super::{found, id_in};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::page::PageSize;
use crate::domain::access::{self, Catalogue};
use crate::domain::audit;
use crate::domain::workspaces::{Member, Right};
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::detail::{TokenEvent, told};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};

/// What can have been done on the way here.
const TOLD: [Done; 4] = [Done::ServiceChanged, Done::ServiceSecretEnded, Done::ServiceOwnerAdded, Done::ServiceOwnerRemoved];

/// "Indexer".
#[derive(Template, WebTemplate)]
#[template(path = "pages/services/detail.html")]
pub struct ServicePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What has just happened.
    pub notice: Option<String>,
    /// The service account.
    pub service: ServiceRow,
    /// What was done with it.
    pub events: Vec<TokenEvent>,
    /// What whoever looks can still change of it; nothing when it was deleted, or they may not.
    pub forms: Option<ServiceForms>,
}

/// The forms that change a service account.
#[derive(Debug, Clone)]
pub struct ServiceForms {
    /// *Name*, as it was sent, or as it is.
    pub name: String,
    /// The scopes that it has; ticked are those it keeps.
    pub scopes: Vec<Choice>,
    /// *Audiences*, as they were sent, or as they are.
    pub audiences: String,
    /// *Allowed addresses*, likewise.
    pub addresses: String,
    /// *Email* of another owner, as it was sent.
    pub email: String,
    /// What makes sure that sending the form twice adds one secret.
    pub nonce: String,
}

impl ServicePage {
    /// Whether the form that changes it holds a mistake: then it is open.
    pub fn is_change_wrong(&self) -> bool {
        self.problems.iter().any(|problem| !["email", "owners", "secrets"].contains(&problem.field))
    }
}

/// `GET /w/{slug}/service-accounts/{id}`
///
/// # Errors
/// 404 for one of another workspace, as for one that does not exist.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    let around = (me.chrome(), me.view(), me.nonce());
    let page = page(&app, around, me.member(), id_in(&request)?).await?;
    ServicePage { notice: Done::told(&request, &TOLD), ..page }.ok()
}

/// The page that says what is wrong with a form of its own.
pub(super) async fn wrong(
    app: &App,
    me: &ConfirmedInWorkspace,
    id: CredentialId,
    problems: Problems,
) -> Result<ServicePage, WebError> {
    let page = page(app, (me.chrome(), me.view(), me.nonce()), me.member(), id).await?;
    Ok(ServicePage { problems, ..page })
}

async fn page(
    app: &App,
    (chrome, of, nonce): (Chrome, WorkspaceView, String),
    member: &Member,
    id: CredentialId,
) -> Result<ServicePage, WebError> {
    let account = found(app, member, id).await?;
    let catalogue = access::terms(&app.ctx.db).await?.catalogue;
    let events = audit::about_in(&app.ctx.db, member.workspace().id, &id.to_string(), PageSize::DEFAULT).await?;
    let may_change = member.may(Right::ManageKeys) && account.revoked_at.is_none();
    let service = ServiceRow::of(&account);
    Ok(ServicePage {
        problems: Problems::none(),
        notice: None,
        events: events.iter().map(|event| told(event, member.person().id())).collect(),
        forms: may_change.then(|| forms(&service, &catalogue, nonce)),
        service,
        chrome,
        of,
    })
}

fn forms(service: &ServiceRow, catalogue: &Catalogue, nonce: String) -> ServiceForms {
    let sentence = |word: &str| {
        let known = catalogue.scopes().iter().find(|scope| scope.name.as_str() == word);
        known.map(|scope| scope.sentence.clone()).unwrap_or_default()
    };
    let choice = |word: &String| Choice { hint: sentence(word), label: word.clone(), value: word.clone(), chosen: true };
    ServiceForms {
        name: service.name.clone(),
        scopes: service.scopes.iter().map(choice).collect(),
        audiences: service.audiences.join("\n"),
        addresses: service.allowed_from.join("\n"),
        email: String::new(),
        nonce,
    }
}
