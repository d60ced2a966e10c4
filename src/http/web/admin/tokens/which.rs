//! `/admin/tokens/which`: whose is a token that somebody found?

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::row::GovernedRow;
use crate::app::App;
use crate::base::secret::PlainSecret;
use crate::base::time::Timestamp;
use crate::domain::access;
use crate::domain::credentials::governed::{self, Identified, Secret};
use crate::http::web::chrome::Chrome;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::Administering;

/// "Which token is this?".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/tokens/which.html")]
pub struct WhichPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// What was found; nothing before anybody asked.
    pub answer: Option<WhichAnswer>,
}

impl WhichPage {
    /// What was found, one or several.
    pub fn rows(&self) -> &[WhichRow] {
        match &self.answer {
            Some(WhichAnswer::Exactly(row)) => std::slice::from_ref(&**row),
            Some(WhichAnswer::Beginning(rows)) => rows,
            Some(WhichAnswer::Unknown) | None => &[],
        }
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub enum WhichAnswer {
    /// Exactly this one.
    Exactly(Box<WhichRow>),
    /// These begin like it.
    Beginning(Vec<WhichRow>),
    /// None.
    Unknown,
}

/// A credential, and which of its secrets it is.
#[derive(Debug, Clone)]
pub struct WhichRow {
    /// The credential.
    pub it: GovernedRow,
    /// Until when the secret is good, if it was replaced.
    pub replaced: Option<Timestamp>,
}

/// `GET /admin/tokens/which`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(admin: Administering) -> Answer {
    WhichPage { chrome: admin.chrome(), problems: Problems::none(), answer: None }.ok()
}

/// `POST /admin/tokens/which`. It only looks, and asks nobody for a password: the page that does so would have to carry
/// the pasted token.
///
/// # Errors
/// When the page cannot be made.
pub async fn find(app: Data<App>, admin: Administering, form: Posted) -> Answer {
    let given = PlainSecret::new(form.text("token").trim().to_owned());
    if given.reveal().is_empty() {
        let problems = Problems::one("token", "Paste a token, or its beginning up to four characters after lk_pat_.");
        return WhichPage { chrome: admin.chrome(), problems, answer: None }.unprocessable();
    }
    let policy = access::policy(&app.ctx.db).await?;
    let now = app.ctx.now();
    let row = |(it, secret)| WhichRow {
        it: GovernedRow::of(&it, &policy, now),
        replaced: match secret {
            Secret::Current => None,
            Secret::Replaced(until) => Some(until),
        },
    };
    let answer = match governed::identify(&app.ctx, admin.administrator(), &given).await? {
        Identified::Exactly(it, secret) => WhichAnswer::Exactly(Box::new(row((*it, secret)))),
        Identified::Beginning(found) => WhichAnswer::Beginning(found.into_iter().map(row).collect()),
        Identified::Unknown => WhichAnswer::Unknown,
    };
    WhichPage { chrome: admin.chrome(), problems: Problems::none(), answer: Some(answer) }.ok()
}
