//! `/profile/name`: what one is called.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use crate::app::App;
use crate::base::text::PersonName;
use crate::domain::profile;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// "Change your name".
#[derive(Template, WebTemplate)]
#[template(path = "pages/profile/name.html")]
pub struct NamePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Name*, as it is, or as it was sent.
    pub name: String,
}

/// `GET /profile/name`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(me: SignedIn) -> Answer {
    let name = me.person().account().name.as_str().to_owned();
    NamePage { chrome: me.chrome(), problems: Problems::none(), name }.ok()
}

/// `POST /profile/name`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when it is changed.
pub async fn save(app: Data<App>, me: SignedIn, form: Posted) -> Answer {
    let typed = form.text("name");
    match PersonName::parse(typed) {
        Ok(name) => {
            profile::rename(&app.ctx, me.person(), &name).await?;
            Err(Done::Renamed.on("/profile"))
        }
        Err(why) => {
            let problems = Problems::one("name", why.to_string());
            NamePage { chrome: me.chrome(), problems, name: typed.to_owned() }.unprocessable()
        }
    }
}
