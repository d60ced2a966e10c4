//! `/admin/accounts/new`: inviting somebody. They choose their password themselves.

use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::page_of;
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::domain::access::{self, InviteError, NewInvitation};
use crate::domain::accounts::{Attributes, Role, Roles};
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::Governing;
use crate::http::web::done::Done;
use crate::http::web::form::Problems;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::Administering;

/// "Invite somebody".
#[derive(Template, WebTemplate)]
#[template(path = "pages/admin/accounts/new.html")]
pub struct NewAccountPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Email*, as it was sent.
    pub email: String,
    /// *Name*, as it was sent.
    pub name: String,
    /// *Roles*, as they were sent.
    pub roles: String,
    /// Whether mail goes to its readers, and not to a folder alone.
    pub goes_by_mail: bool,
}

/// The form, as it was sent.
struct InvitationForm<'a> {
    email: &'a str,
    name: &'a str,
    roles: &'a str,
}

impl<'a> InvitationForm<'a> {
    fn of(form: &'a Posted) -> Self {
        Self { email: form.text("email"), name: form.text("name"), roles: form.text("roles") }
    }

    fn parse(&self) -> Result<NewInvitation, Problems> {
        let mut problems = Problems::none();
        let email = EmailAddress::parse(self.email).map_err(|why| problems.add("email", why.to_string()));
        let name = PersonName::parse(self.name).map_err(|why| problems.add("name", why.to_string()));
        let roles = Roles::parse(self.roles).map_err(|why| problems.add("roles", why.to_string()));
        match (email, name, roles) {
            (Ok(email), Ok(name), Ok(roles)) => Ok(NewInvitation { email, name, roles, attributes: Attributes::default() }),
            (_, _, _) => Err(problems),
        }
    }

    fn page(&self, app: &App, chrome: Chrome, problems: Problems) -> NewAccountPage {
        NewAccountPage {
            chrome,
            problems,
            email: self.email.to_owned(),
            name: self.name.to_owned(),
            roles: self.roles.to_owned(),
            goes_by_mail: app.ctx.mail.folder_path().is_none(),
        }
    }
}

/// `GET /admin/accounts/new`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(app: Data<App>, admin: Administering) -> Answer {
    let empty = InvitationForm { email: "", name: "", roles: Role::USER };
    empty.page(&app, admin.chrome(), Problems::none()).ok()
}

/// `POST /admin/accounts`
///
/// # Errors
/// [`WebError::SeeOther`](crate::http::web::outcome::WebError::SeeOther) when somebody is invited.
pub async fn create(app: Data<App>, admin: Governing) -> Answer {
    let form = InvitationForm::of(admin.form());
    let problems = match form.parse() {
        Ok(new) => match access::invite(&app.ctx, admin.administrator(), new).await {
            Ok(id) => return Err(Done::invited(&app.ctx).on(&page_of(id))),
            Err(InviteError::EmailTaken) => Problems::one(
                "email",
                "Somebody has an account with this address, or an invitation to it. Search for it under Accounts.",
            ),
            Err(InviteError::Unexpected(error)) => return Err(error.into()),
        },
        Err(problems) => problems,
    };
    form.page(&app, admin.chrome(), problems).unprocessable()
}
