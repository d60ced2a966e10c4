//! `/w/{slug}/service-accounts/new`: what a new service account may do, and who answers for it.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::created::{SecretStory, ServiceAlreadyPage, reveal};
use super::row::ServiceRow;
use super::{read_audiences, unknown_audience};
use crate::app::App;
use crate::base::text::{EmailAddress, Label};
use crate::domain::access::{self, Catalogue, Holder, Scope, Scopes};
use crate::domain::credentials::service::{self, CreateServiceError, SERVICES_AT_MOST, ServiceDraft, ServiceOwnerName};
use crate::domain::workspaces::{Member, Right};
use crate::http::web::chrome::Chrome;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::tokens::draft::{UNKNOWN_SCOPE, Unread, read_addresses, read_nonce};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};

/// "New service account".
#[derive(Template, WebTemplate)]
#[template(path = "pages/services/new.html")]
pub struct NewServicePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Scopes*, each with its sentence.
    pub scopes: Vec<Choice>,
    /// *Audiences*, as they were sent.
    pub audiences: String,
    /// *Allowed addresses*, likewise.
    pub addresses: String,
    /// *Other owners*, likewise.
    pub owners: String,
    /// What makes sure that sending the form twice creates one.
    pub nonce: String,
}

/// `GET /w/{slug}/service-accounts/new`
///
/// # Errors
/// 403 for members who may not create one.
pub async fn show(app: Data<App>, me: InWorkspace) -> Answer {
    me.require(Right::ManageKeys)?;
    let catalogue = access::terms(&app.ctx.db).await?.catalogue;
    NewServicePage {
        chrome: me.chrome(),
        of: me.view(),
        problems: Problems::none(),
        name: String::new(),
        scopes: offered(&catalogue, &[]),
        audiences: String::new(),
        addresses: String::new(),
        owners: String::new(),
        nonce: me.nonce(),
    }
    .ok()
}

/// `POST /w/{slug}/service-accounts`: makes one and shows its secret, in this answer alone.
///
/// # Errors
/// When the form is none of ours, or nothing can be said of what it asks for.
pub async fn create(app: Data<App>, me: ConfirmedInWorkspace) -> Answer {
    let (status, problems) = match parse(me.member(), me.form()) {
        Ok(draft) => match service::create(&app.ctx, me.member(), draft).await {
            Ok(made) => return reveal(&app, &me, SecretStory::Created, &made.account, &made.secret),
            Err(CreateServiceError::AlreadyCreated(made)) => return already(&me, &ServiceRow::of(&made)),
            Err(error) => refused(error)?,
        },
        Err(Unread::Wrong(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Err(Unread::Foreign(trouble)) => return Err(trouble.into()),
    };
    let (catalogue, form) = (access::terms(&app.ctx.db).await?.catalogue, me.form());
    NewServicePage {
        chrome: me.chrome(),
        of: me.view(),
        problems,
        name: form.text("name").to_owned(),
        scopes: offered(&catalogue, &form.all("scopes")),
        audiences: form.text("audiences").to_owned(),
        addresses: form.text("addresses").to_owned(),
        owners: form.text("owners").to_owned(),
        nonce: form.text("nonce").to_owned(),
    }
    .with_status(status)
}

fn offered(catalogue: &Catalogue, ticked: &[&str]) -> Vec<Choice> {
    let choice = |scope: &Scope| Choice {
        value: scope.name.as_str().to_owned(),
        label: scope.name.as_str().to_owned(),
        hint: scope.sentence.clone(),
        chosen: ticked.contains(&scope.name.as_str()),
    };
    catalogue.open_to(Holder::Workspace).map(choice).collect()
}

fn parse(me: &Member, form: &Posted) -> Result<ServiceDraft, Unread> {
    let nonce = read_nonce(form.text("nonce")).map_err(Unread::Foreign)?;
    let mut problems = Problems::none();
    let name = Label::parse(form.text("name")).map_err(|problem| problems.add("name", problem.to_string()));
    let scopes = Scopes::parse(form.all("scopes")).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
    let audiences = read_audiences(form.text("audiences")).map_err(|message| problems.add("audiences", message));
    let addresses = read_addresses(form.text("addresses")).map_err(|message| problems.add("addresses", message));
    let owners = read_owners(me, form.text("owners")).map_err(|message| problems.add("owners", message));
    match (name, scopes, audiences, addresses, owners) {
        (Ok(name), Ok(scopes), Ok(audiences), Ok(allowed_addresses), Ok(owners)) => {
            Ok(ServiceDraft { name, scopes, audiences, allowed_addresses, owners, nonce: Some(nonce) })
        }
        (_, _, _, _, _) => Err(Unread::Wrong(problems)),
    }
}

/// *Other owners*: one address a line, besides whoever makes it.
fn read_owners(me: &Member, text: &str) -> Result<Vec<ServiceOwnerName>, String> {
    let mut owners = vec![ServiceOwnerName::Account(me.person().id())];
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let email = EmailAddress::parse(line).map_err(|wrong| format!("Line {number}: {wrong}"))?;
        owners.push(ServiceOwnerName::Email(email));
    }
    Ok(owners)
}

/// What is said of a refusal, and at which field.
fn refused(error: CreateServiceError) -> Result<(StatusCode, Problems), WebError> {
    let wrong = |field, message: String| Ok((StatusCode::UNPROCESSABLE_ENTITY, Problems::one(field, message)));
    match error {
        CreateServiceError::Refused(refused) => Err(refused.into()),
        CreateServiceError::UnknownScope(_) => wrong("scopes", UNKNOWN_SCOPE.to_owned()),
        CreateServiceError::ClosedScope(scope) => {
            wrong("scopes", format!("A service account cannot have the scope {scope}. Leave it out."))
        }
        CreateServiceError::UnknownAudience(word) => wrong("audiences", unknown_audience(&word)),
        CreateServiceError::NoMember(who) => {
            wrong("owners", format!("{who} is no member of this workspace. Invite them first, or leave them out."))
        }
        CreateServiceError::TooMany => {
            let most = format!("This workspace has {SERVICES_AT_MOST} service accounts, which is the most.");
            Ok((StatusCode::CONFLICT, Problems::one("name", format!("{most} Delete one that it does not need."))))
        }
        CreateServiceError::AlreadyCreated(_) => unreachable!("a form that was sent before is answered with its own page"),
        CreateServiceError::Unexpected(error) => Err(error.into()),
    }
}

fn already(me: &ConfirmedInWorkspace, made: &ServiceRow) -> Answer {
    ServiceAlreadyPage {
        chrome: me.chrome(),
        of: me.view(),
        word: "created",
        id: made.id.clone(),
        name: made.name.clone(),
        client: made.client.clone(),
    }
    .ok()
}
