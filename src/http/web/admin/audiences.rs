//! `/admin/audiences`: for whom access tokens may be.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::domain::access::{self, AUDIENCES_AT_MOST, Audience, AudienceError, AudienceName, SENTENCE_MAX};
use crate::http::extract::query;
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::visitor::Administering;

const HERE: &str = "/admin/audiences";

/// "Audiences".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/audiences/list.html")]
pub struct AudiencesPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The audiences, in the order in which they are offered.
    pub rows: Vec<AudienceRow>,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Sentence*, likewise.
    pub sentence: String,
    /// What has just happened.
    pub notice: Option<String>,
}

/// One audience.
#[derive(Debug, Clone)]
pub struct AudienceRow {
    /// The word in tokens.
    pub name: String,
    /// Who that is.
    pub sentence: String,
    /// Whether it came with Latchkey.
    pub built_in: bool,
}

/// "Remove *files*?"
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/audiences/remove.html")]
pub struct RemoveAudiencePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// The audience.
    pub row: AudienceRow,
}

impl AudienceRow {
    fn of(audience: &Audience) -> Self {
        let name = audience.name.as_str().to_owned();
        Self { name, sentence: audience.sentence.clone(), built_in: audience.built_in }
    }

    /// The address of the page that asks whether to remove it.
    pub fn removal(&self) -> String {
        let name: String = form_urlencoded::byte_serialize(self.name.as_bytes()).collect();
        format!("{HERE}/remove?name={name}")
    }
}

/// `GET /admin/audiences`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let notice = Done::told(&request, &[Done::AudienceAdded, Done::AudienceRemoved]);
    let (name, sentence) = (String::new(), String::new());
    AudiencesPage { chrome: admin.chrome(), rows: rows(&app).await?, problems: Problems::none(), name, sentence, notice }.ok()
}

/// `POST /admin/audiences`
///
/// # Errors
/// [`WebError::SeeOther`] when it is added.
pub async fn add(app: Data<App>, admin: Governing) -> Answer {
    let text = |field| admin.form().text(field).trim().to_owned();
    let (name, sentence) = (text("name"), text("sentence"));
    let (status, problems) = match AudienceName::parse(&name) {
        Some(parsed) => match access::add_audience(&app.ctx, admin.administrator(), parsed, &sentence).await {
            Ok(()) => return Err(Done::AudienceAdded.on(HERE)),
            Err(error) => refused(error)?,
        },
        None => {
            let message = "A name is a word or an address of up to 200 characters, without spaces and quotes.";
            (StatusCode::UNPROCESSABLE_ENTITY, Problems::one("name", message))
        }
    };
    AudiencesPage { chrome: admin.chrome(), rows: rows(&app).await?, problems, name, sentence, notice: None }.with_status(status)
}

/// `GET /admin/audiences/remove`
///
/// # Errors
/// 404 for an audience that does not exist.
pub async fn show_remove(app: Data<App>, admin: Administering, request: HttpRequest) -> Answer {
    let name = query(&request, "name").unwrap_or_default();
    let row = rows(&app).await?.into_iter().find(|row| row.name == name).ok_or(Trouble::NotFound)?;
    RemoveAudiencePage { chrome: admin.chrome(), row }.ok()
}

/// `POST /admin/audiences/remove`
///
/// # Errors
/// [`WebError::SeeOther`] when it is removed; 404 for one that does not exist or is built in.
pub async fn remove(app: Data<App>, admin: Governing) -> Answer {
    let name = AudienceName::parse(admin.form().text("name")).ok_or(Trouble::NotFound)?;
    match access::remove_audience(&app.ctx, admin.administrator(), &name).await {
        Ok(()) => Err(Done::AudienceRemoved.on(HERE)),
        Err(error) => refused(error).and(Err(Trouble::NotFound.into())),
    }
}

async fn rows(app: &App) -> Result<Vec<AudienceRow>, WebError> {
    Ok(access::audiences(&app.ctx.db).await?.iter().map(AudienceRow::of).collect())
}

/// What is said of a refusal, and at which field.
fn refused(error: AudienceError) -> Result<(StatusCode, Problems), WebError> {
    let (status, field, message) = match error {
        AudienceError::NameTaken => {
            (StatusCode::CONFLICT, "name", "There is an audience with this name. Choose another.".to_owned())
        }
        AudienceError::TooMany => {
            let message = format!("There are {AUDIENCES_AT_MOST} audiences, which is the most. Remove one first.");
            (StatusCode::CONFLICT, "name", message)
        }
        AudienceError::Sentence => {
            let message = format!("Write a sentence of up to {SENTENCE_MAX} characters that says who that is.");
            (StatusCode::UNPROCESSABLE_ENTITY, "sentence", message)
        }
        AudienceError::NotFound => return Err(Trouble::NotFound.into()),
        AudienceError::Unexpected(error) => return Err(error.into()),
    };
    Ok((status, Problems::one(field, message)))
}
