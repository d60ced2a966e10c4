//! `/profile/security/recovery-codes`: ten codes on paper, for whoever has lost the app.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::domain::second_factor::{self, MakeError, Overview};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::JustConfirmed;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// Where all of it is shown.
const SECURITY: &str = "/profile/security";

/// "Recovery codes": how many are left, and the buttons.
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with the code that was typed back.
    pub problems: Problems,
    /// What there is of them.
    pub codes: Overview,
    /// What has just happened.
    pub notice: Option<String>,
}

/// "Your recovery codes": the only time that they are shown.
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/recovery_codes_made.html")]
pub struct CodesMadePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong: nothing, while they are shown.
    pub problems: Problems,
    /// All of them.
    pub codes: Vec<String>,
}

/// `GET /profile/security/recovery-codes`
///
/// # Errors
/// [`WebError::SeeOther`] for whoever has no app that they could stand in for.
pub async fn show(app: Data<App>, me: SignedIn, request: HttpRequest) -> Answer {
    page(&app, &me, Problems::none(), Done::told(&request, &[Done::FactorOn])).await?.ok()
}

/// `POST /profile/security/recovery-codes`: makes ten, ends all others, and shows them this once.
///
/// # Errors
/// [`WebError::SeeOther`] for whoever has no app that they could stand in for.
pub async fn create(app: Data<App>, me: JustConfirmed) -> Answer {
    match second_factor::make(&app.ctx, me.confirmed()).await {
        Ok(codes) => {
            let codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
            CodesMadePage { chrome: me.chrome(), problems: Problems::none(), codes }.ok()
        }
        Err(MakeError::NoFactor) => Err(WebError::see_other(SECURITY)),
        Err(MakeError::Unexpected(error)) => Err(error.into()),
    }
}

/// `POST /profile/security/recovery-codes/confirm`: one of them, typed back.
///
/// # Errors
/// [`WebError::SeeOther`] when they count.
pub async fn confirm(app: Data<App>, me: SignedIn, form: Posted) -> Answer {
    const NONE: &str = "This is none of the new codes. Look at what you stored, or make new ones.";
    if second_factor::confirm(&app.ctx, me.person(), form.text("code")).await? {
        return Err(Done::CodesStored.on(SECURITY));
    }
    page(&app, &me, Problems::one("code", NONE), None).await?.unprocessable()
}

async fn page(app: &App, me: &SignedIn, problems: Problems, notice: Option<String>) -> Result<RecoveryCodesPage, WebError> {
    let codes = second_factor::overview(&app.ctx, me.person()).await?;
    // Without codes that wait there is no field that a problem could stand at.
    let wrong_place = !problems.is_empty() && codes.unconfirmed.is_none();
    if !me.person().has_second_factor() || wrong_place {
        return Err(WebError::see_other(SECURITY));
    }
    Ok(RecoveryCodesPage { chrome: me.chrome(), problems, codes, notice })
}
