//! `/invite/{secret}`: whoever reads the mail sets up the account that an administrator made.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::chrome::Chrome;
use super::done::Done;
use super::form::{Problems, password_hint};
use super::page::{Answer, Page as _};
use super::posted::Posted;
use super::verify::{DeadLink, LinkGonePage};
use super::visitor::Visitor;
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::domain::Ctx;
use crate::domain::accounts::{self, AcceptError, Acceptance, LinkSecret, OpenInvitation, Role};
use crate::http::extract::path_part;

/// "Set up your account".
#[derive(Template, WebTemplate)]
#[template(path = "pages/invite.html")]
pub struct InvitePage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The secret part of the link, which the form sends back.
    pub link: String,
    /// Who invites; nothing if that account is gone.
    pub inviter: Option<String>,
    /// The address that was invited.
    pub email: String,
    /// What the account may be, besides what everybody may.
    pub roles: Vec<String>,
    /// When the link ends.
    pub expires: Timestamp,
    /// *Name*, as it was sent, or as the administrator wrote it.
    pub name: String,
    /// What a password has to be.
    pub password_hint: String,
}

/// The form, as it was sent.
struct InviteForm<'a> {
    name: &'a str,
    password: &'a str,
}

impl<'a> InviteForm<'a> {
    fn of(posted: &'a Posted) -> Self {
        Self { name: posted.text("name"), password: posted.text("password") }
    }

    fn parse(&self, ctx: &Ctx, email: &EmailAddress) -> Result<Acceptance, Problems> {
        let name = PersonName::parse(self.name).map_err(|why| Problems::one("name", why.to_string()))?;
        match accounts::choose_password(ctx, self.password, email, &name) {
            Ok(password) => Ok(Acceptance { name, password }),
            Err(why) => Err(Problems::one("password", why.to_string())),
        }
    }
}

/// `GET /invite/{secret}`: opening the page changes nothing.
///
/// # Errors
/// When the page cannot be made.
pub async fn show(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    let Some((secret, invitation)) = asked(&request, &app.ctx).await? else { return gone_page(&visitor) };
    let name = invitation.name.as_str().to_owned();
    form_page(&app, &visitor, (&secret, invitation), &name, Problems::none())
}

/// `POST /invite/{secret}`: sets the account up; then its owner signs in.
///
/// # Errors
/// [`WebError::SeeOther`](super::outcome::WebError::SeeOther) when it is set up, or when it has to be tried again later.
pub async fn create(request: HttpRequest, app: Data<App>, visitor: Visitor, posted: Posted) -> Answer {
    let Some((secret, invitation)) = asked(&request, &app.ctx).await? else { return gone_page(&visitor) };
    let form = InviteForm::of(&posted);
    let draft = match form.parse(&app.ctx, &invitation.email) {
        Ok(draft) => draft,
        Err(problems) => return form_page(&app, &visitor, (&secret, invitation), form.name, problems),
    };
    match accounts::accept_invitation(&app.ctx, &secret, draft, visitor.origin()).await {
        Ok(_) => Err(Done::AccountSetUp.on("/sign-in")),
        Err(AcceptError::NotOpen) => gone_page(&visitor),
        Err(AcceptError::Busy(busy)) => Err(busy.into()),
        Err(AcceptError::Unexpected(error)) => Err(error.into()),
    }
}

async fn asked(request: &HttpRequest, ctx: &Ctx) -> Result<Option<(LinkSecret, OpenInvitation)>, crate::db::Error> {
    let Some(secret) = LinkSecret::parse(path_part(request, "secret")) else { return Ok(None) };
    let invitation = accounts::open_invitation(ctx, &secret).await?;
    Ok(invitation.map(|invitation| (secret, invitation)))
}

fn form_page(
    app: &App,
    visitor: &Visitor,
    (secret, invitation): (&LinkSecret, OpenInvitation),
    name: &str,
    problems: Problems,
) -> Answer {
    let page = InvitePage {
        chrome: visitor.chrome(),
        problems,
        link: secret.reveal().to_owned(),
        inviter: invitation.inviter,
        email: invitation.email.to_string(),
        roles: invitation.roles.words().filter(|role| *role != Role::USER).map(str::to_owned).collect(),
        expires: invitation.expires_at,
        name: name.to_owned(),
        password_hint: password_hint(app.ctx.settings.password_min),
    };
    if page.problems.is_empty() { page.ok() } else { page.unprocessable() }
}

fn gone_page(visitor: &Visitor) -> Answer {
    LinkGonePage { chrome: visitor.chrome(), link: DeadLink::Invite }.with_status(StatusCode::GONE)
}
