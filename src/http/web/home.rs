//! `/` for those who are not signed in: what this is, and the two ways in.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::outcome::WebError;
use super::visitor::Visitor;
use crate::app::App;
use crate::domain::SignUp;

/// What this service is.
#[derive(Template, WebTemplate)]
#[template(path = "pages/home.html")]
pub struct HomePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Where this service is reached, without a slash at the end.
    pub base_url: String,
    /// Whether anybody may sign up.
    pub sign_up_open: bool,
}

/// `GET /`: those who are signed in go on to their tokens.
///
/// # Errors
/// [`WebError::SeeOther`] for them.
pub async fn show(app: Data<App>, visitor: Visitor) -> Result<HomePage, WebError> {
    if visitor.person().is_some() {
        return Err(WebError::see_other("/profile/tokens"));
    }
    let settings = &app.ctx.settings;
    Ok(HomePage {
        chrome: visitor.chrome(),
        base_url: settings.public_url.clone(),
        sign_up_open: settings.sign_up == SignUp::Open,
    })
}
