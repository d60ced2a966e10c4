//! What is said about an app, as a form: read, parsed, and what is wrong with it.

use actix_web::http::StatusCode;

use crate::app::App;
use crate::base::text::Label;
use crate::domain::access::{self, Audiences, Scopes};
use crate::domain::clients::{CLIENTS_AT_MOST, ClientDraft, DeviceSignIn, REDIRECTS_AT_MOST, RedirectUri, RegisterError};
use crate::http::web::error::Trouble;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::posted::Posted;
use crate::http::web::tokens::draft::UNKNOWN_SCOPE;

/// The form, as it stands or as it was sent.
#[derive(Default)]
pub(super) struct AppForm {
    pub name: String,
    pub redirect_uris: String,
    pub device: bool,
    pub scopes: Vec<String>,
    pub audiences: Vec<String>,
}

impl From<&Posted> for AppForm {
    fn from(form: &Posted) -> Self {
        let words = |name| form.all(name).into_iter().map(str::to_owned).collect();
        Self {
            name: form.text("name").to_owned(),
            redirect_uris: form.text("redirect_uris").to_owned(),
            device: form.ticked("device"),
            scopes: words("scopes"),
            audiences: words("audiences"),
        }
    }
}

impl AppForm {
    pub(super) fn parse(&self) -> Result<ClientDraft, Problems> {
        let mut problems = Problems::none();
        let name = Label::parse(&self.name).map_err(|problem| problems.add("name", problem.to_string()));
        let mut redirect_uris: Vec<RedirectUri> = Vec::new();
        for line in self.redirect_uris.split_whitespace() {
            match RedirectUri::parse(line) {
                Ok(uri) if redirect_uris.contains(&uri) => {}
                Ok(uri) => redirect_uris.push(uri),
                Err(why) => {
                    let line: String = line.chars().take(100).collect();
                    problems.add("redirect_uris", format!("“{line}” cannot be an address to lead back to. {why}"));
                    break;
                }
            }
        }
        let scopes = Scopes::parse(self.scopes.iter().map(String::as_str)).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
        let audiences = Audiences::parse(self.audiences.iter().map(String::as_str));
        let audiences = audiences.map_err(|wrong| problems.add("audiences", wrong.to_string()));
        let device = if self.device { DeviceSignIn::Allowed } else { DeviceSignIn::Forbidden };
        match (name, scopes, audiences) {
            (Ok(name), Ok(scopes), Ok(audiences)) if problems.is_empty() => {
                Ok(ClientDraft { name, redirect_uris, device, scopes, audiences })
            }
            _ => Err(problems),
        }
    }

    /// All scopes and all audiences, to tick; what was had and is in the lists no more is left out.
    pub(super) async fn choices(&self, app: &App) -> Result<(Vec<Choice>, Vec<Choice>), WebError> {
        let catalogue = access::catalogue(&app.ctx.db).await?;
        let scopes = catalogue.scopes().iter().map(|scope| choice(scope.name.as_str(), &scope.sentence, &self.scopes));
        let audiences = access::audiences(&app.ctx.db).await?;
        let audiences = audiences.iter().map(|audience| choice(audience.name.as_str(), &audience.sentence, &self.audiences));
        Ok((scopes.collect(), audiences.collect()))
    }
}

fn choice(word: &str, sentence: &str, ticked: &[String]) -> Choice {
    let chosen = ticked.iter().any(|ticked| ticked == word);
    Choice { value: word.to_owned(), label: word.to_owned(), hint: sentence.to_owned(), chosen }
}

/// What is said of a refusal, and at which field.
pub(super) fn refused(error: RegisterError) -> Result<(StatusCode, Problems), WebError> {
    let wrong = |field, message: String| Ok((StatusCode::UNPROCESSABLE_ENTITY, Problems::one(field, message)));
    let conflict = |message: String| Ok((StatusCode::CONFLICT, Problems::one("name", message)));
    match error {
        RegisterError::NameTaken => conflict("There is an app with this name. Choose another, or change that one.".to_owned()),
        RegisterError::TooMany => conflict(format!("There are {CLIENTS_AT_MOST} apps, which is the most. Delete one first.")),
        RegisterError::TooManyRedirects => {
            wrong("redirect_uris", format!("These are too many addresses: {REDIRECTS_AT_MOST} at most."))
        }
        RegisterError::NoWayIn => wrong(
            "redirect_uris",
            "Nobody could sign in with this app. Enter an address to lead back to, or let devices sign in.".to_owned(),
        ),
        RegisterError::UnknownScope(_) => wrong("scopes", UNKNOWN_SCOPE.to_owned()),
        RegisterError::UnknownAudience(word) => wrong("audiences", format!("There is no audience {word} any more.")),
        RegisterError::NotFound => Err(Trouble::NotFound.into()),
        RegisterError::Unexpected(error) => Err(error.into()),
    }
}
