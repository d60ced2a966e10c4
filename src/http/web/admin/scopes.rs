//! `/admin/scopes`: what tokens may be for.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::domain::access::{
    self, Holders, SCOPES_AT_MOST, SENTENCE_MAX, Scope, ScopeDraft, ScopeError, ScopeName, ScopeOrigin, ScopePattern,
};
use crate::domain::accounts::Role;
use crate::domain::credentials::fit::{self, RemoveScopeError};
use crate::http::extract::path_part;
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::Administering;

const HERE: &str = "/admin/scopes";

/// "Scopes".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/scopes/list.html")]
pub struct ScopesPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The scopes, in the order in which they are offered.
    pub rows: Vec<ScopeRow>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// One scope.
#[derive(Debug, Clone)]
pub struct ScopeRow {
    /// The word on the wire.
    pub name: String,
    /// The sentence for those who tick it.
    pub sentence: String,
    /// What else it allows.
    pub implies: Vec<String>,
    /// The role that its holder needs.
    pub role: Option<String>,
    /// Whether Latchkey itself asks for it.
    pub built_in: bool,
    /// How many living tokens hold it.
    pub tokens: usize,
}

/// "New scope", or the one that is changed.
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/scopes/form.html")]
pub struct ScopePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The scope that is changed; nothing for a new one.
    pub changed: Option<String>,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Sentence*, likewise.
    pub sentence: String,
    /// *Implies*, likewise: names with spaces between them.
    pub implies: String,
    /// *Needs the role*, likewise; empty for none.
    pub role: String,
    /// *Needs the role in the workspace*, likewise.
    pub workspace_role: String,
    /// *Who may hold it*: `all`, `people` or `workspaces`.
    pub holders: String,
}

/// "Delete *documents:read*?"
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/scopes/delete.html")]
pub struct DeleteScopePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The scope.
    pub row: ScopeRow,
    /// Why it cannot be deleted, as a sentence; nothing if it can.
    pub obstacle: Option<String>,
}

impl ScopeRow {
    fn of(scope: &Scope, held: &[(String, usize)]) -> Self {
        let name = scope.name.as_str().to_owned();
        Self {
            sentence: scope.sentence.clone(),
            implies: scope.implies.iter().map(ToString::to_string).collect(),
            role: scope.role.as_ref().map(|role| role.as_str().to_owned()),
            built_in: scope.origin == ScopeOrigin::BuiltIn,
            tokens: held.iter().find(|(held, _)| *held == name).map_or(0, |(_, tokens)| *tokens),
            name,
        }
    }
}

/// The form, as it stands or as it was sent.
#[derive(Default)]
struct ScopeForm {
    name: String,
    sentence: String,
    implies: String,
    role: String,
    workspace_role: String,
    holders: String,
}

impl From<&Scope> for ScopeForm {
    fn from(scope: &Scope) -> Self {
        let implies: Vec<String> = scope.implies.iter().map(ToString::to_string).collect();
        Self {
            name: scope.name.as_str().to_owned(),
            sentence: scope.sentence.clone(),
            implies: implies.join(" "),
            role: scope.role.as_ref().map(|role| role.as_str().to_owned()).unwrap_or_default(),
            workspace_role: scope.workspace_role.as_ref().map(|role| role.as_str().to_owned()).unwrap_or_default(),
            holders: scope.holders.as_str().to_owned(),
        }
    }
}

impl From<&Posted> for ScopeForm {
    fn from(form: &Posted) -> Self {
        let text = |name| form.text(name).trim().to_owned();
        Self {
            name: text("name"),
            sentence: text("sentence"),
            implies: text("implies"),
            role: text("role"),
            workspace_role: text("workspace_role"),
            holders: text("holders"),
        }
    }
}

impl ScopeForm {
    fn parse(&self) -> Result<(ScopeName, ScopeDraft), Problems> {
        let mut problems = Problems::none();
        let name = ScopeName::parse(&self.name).ok_or_else(|| {
            problems.add("name", "A name has up to 100 letters, digits and the marks _ - . in segments with : between them.");
        });
        if self.sentence.is_empty() || self.sentence.chars().count() > SENTENCE_MAX {
            problems.add("sentence", sentence_problem());
        }
        let words = self.implies.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty());
        let implies = words.map(|word| ScopePattern::parse(word).ok_or(word)).collect::<Result<Vec<_>, _>>();
        let implies = implies.map_err(|word| {
            problems.add("implies", format!("“{word}” is no scope. Write names, documents:* for all below documents, or *."));
        });
        let role = role_of("role", &self.role, &mut problems);
        let workspace_role = role_of("workspace_role", &self.workspace_role, &mut problems);
        let holders = match self.holders.as_str() {
            "" => Holders::All,
            word => Holders::parse(word).unwrap_or_else(|| {
                problems.add("holders", "Choose who may hold the scope.");
                Holders::All
            }),
        };
        match (name, implies) {
            (Ok(name), Ok(implies)) if problems.is_empty() => {
                Ok((name, ScopeDraft { sentence: self.sentence.clone(), implies, role, holders, workspace_role }))
            }
            (_, _) => Err(problems),
        }
    }

    fn page(self, chrome: Chrome, changed: Option<String>, problems: Problems) -> ScopePage {
        let Self { name, sentence, implies, role, workspace_role, holders } = self;
        ScopePage { chrome, problems, changed, name, sentence, implies, role, workspace_role, holders }
    }
}

/// The role in a field; nothing where it is empty, or wrong and noted so.
fn role_of(key: &'static str, text: &str, problems: &mut Problems) -> Option<Role> {
    let role = Role::parse(text);
    if role.is_none() && !text.is_empty() {
        problems.add(key, "A role has up to 50 letters, digits and the marks - _ . :");
    }
    role
}

fn sentence_problem() -> String {
    format!("Write a sentence of up to {SENTENCE_MAX} characters that says what it allows.")
}

/// `GET /admin/scopes`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let catalogue = access::catalogue(&app.ctx.db).await?;
    let held = fit::holders(&app.ctx, admin.administrator()).await?;
    let rows = catalogue.scopes().iter().map(|scope| ScopeRow::of(scope, &held)).collect();
    let notice = Done::told(&request, &[Done::ScopeAdded, Done::ScopeSaved, Done::ScopeDeleted]);
    ScopesPage { chrome: admin.chrome(), rows, notice }.ok()
}

/// `GET /admin/scopes/new`
///
/// # Errors
/// When the page cannot be made.
pub async fn show_new(admin: Administering) -> Answer {
    ScopeForm::default().page(admin.chrome(), None, Problems::none()).ok()
}

/// `POST /admin/scopes/new`
///
/// # Errors
/// [`WebError::SeeOther`] when it is added.
pub async fn add(app: Data<App>, admin: Governing) -> Answer {
    let form = ScopeForm::from(admin.form());
    let (status, problems) = match form.parse() {
        Ok((name, draft)) => match access::add_scope(&app.ctx, admin.administrator(), name, draft).await {
            Ok(()) => return Err(Done::ScopeAdded.on(HERE)),
            Err(error) => refused(error)?,
        },
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
    };
    form.page(admin.chrome(), None, problems).with_status(status)
}

/// `GET /admin/scopes/{name}`
///
/// # Errors
/// 404 for a scope that does not exist or is built in.
pub async fn show_one(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let (scope, _) = asked(&app, &admin, &request).await?;
    let changed = Some(scope.name.as_str().to_owned());
    ScopeForm::from(&scope).page(admin.chrome(), changed, Problems::none()).ok()
}

/// `POST /admin/scopes/{name}`
///
/// # Errors
/// [`WebError::SeeOther`] when it is changed.
pub async fn change(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let name = ScopeName::parse(path_part(&request, "name")).ok_or(Trouble::NotFound)?;
    // The name stands in the address: a scope keeps it for ever.
    let form = ScopeForm { name: name.as_str().to_owned(), ..ScopeForm::from(admin.form()) };
    let (status, problems) = match form.parse() {
        Ok((name, draft)) => match access::change_scope(&app.ctx, admin.administrator(), &name, draft).await {
            Ok(()) => return Err(Done::ScopeSaved.on(HERE)),
            Err(error) => refused(error)?,
        },
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
    };
    form.page(admin.chrome(), Some(name.as_str().to_owned()), problems).with_status(status)
}

/// `GET /admin/scopes/{name}/delete`
///
/// # Errors
/// 404 for a scope that does not exist or is built in.
pub async fn show_delete(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let (_, row) = asked(&app, &admin, &request).await?;
    DeleteScopePage { chrome: admin.chrome(), obstacle: (row.tokens > 0).then(|| held_by(row.tokens)), row }.ok()
}

/// `POST /admin/scopes/{name}/delete`
///
/// # Errors
/// [`WebError::SeeOther`] when it is deleted.
pub async fn delete(app: Data<App>, admin: Governing, request: HttpRequest) -> Answer {
    let name = ScopeName::parse(path_part(&request, "name")).ok_or(Trouble::NotFound)?;
    let obstacle = match fit::remove_scope(&app.ctx, admin.administrator(), &name).await {
        Ok(()) => return Err(Done::ScopeDeleted.on(HERE)),
        Err(RemoveScopeError::Scope(_)) => return Err(Trouble::NotFound.into()),
        Err(RemoveScopeError::Held(tokens)) => held_by(tokens),
        Err(RemoveScopeError::Implied(other)) => format!("The scope {other} implies it. Change {other} first."),
        Err(RemoveScopeError::Unexpected(error)) => return Err(error.into()),
    };
    let catalogue = access::catalogue(&app.ctx.db).await?;
    let scope = catalogue.find(&name).ok_or(Trouble::NotFound)?;
    let row = ScopeRow::of(scope, &fit::holders(&app.ctx, admin.administrator().administrator()).await?);
    DeleteScopePage { chrome: admin.chrome(), row, obstacle: Some(obstacle) }.with_status(StatusCode::CONFLICT)
}

fn held_by(tokens: usize) -> String {
    let tokens = if tokens == 1 { "1 token holds".to_owned() } else { format!("{tokens} tokens hold") };
    format!("{tokens} it, and would be refused without it. Revoke or narrow them first.")
}

/// The scope that the address names, if it may be changed.
async fn asked(app: &App, admin: &Administering, request: &HttpRequest) -> Result<(Scope, ScopeRow), WebError> {
    let name = ScopeName::parse(path_part(request, "name")).ok_or(Trouble::NotFound)?;
    let catalogue = access::catalogue(&app.ctx.db).await?;
    let scope = catalogue.find(&name).filter(|scope| scope.origin == ScopeOrigin::Added).ok_or(Trouble::NotFound)?;
    let row = ScopeRow::of(scope, &fit::holders(&app.ctx, admin.administrator()).await?);
    Ok((scope.clone(), row))
}

/// What is said of a refusal, and at which field.
fn refused(error: ScopeError) -> Result<(StatusCode, Problems), WebError> {
    let (status, field, message) = match error {
        ScopeError::NameTaken => {
            (StatusCode::CONFLICT, "name", "There is a scope with this name. Choose another, or change that one.".to_owned())
        }
        ScopeError::TooMany => {
            (StatusCode::CONFLICT, "name", format!("There are {SCOPES_AT_MOST} scopes, which is the most. Delete one first."))
        }
        ScopeError::ImpliesUnknown(name) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "implies", format!("There is no scope {name}. Add it first, or leave it out."))
        }
        ScopeError::Sentence => (StatusCode::UNPROCESSABLE_ENTITY, "sentence", sentence_problem()),
        ScopeError::NotFound | ScopeError::BuiltIn => return Err(Trouble::NotFound.into()),
        ScopeError::Unexpected(error) => return Err(error.into()),
    };
    Ok((status, Problems::one(field, message)))
}
