//! `/join/{secret}`: the link of an invitation to a workspace, for whoever it finds: somebody without an account,
//! somebody who has to sign in, the one who is invited, or somebody else. Opening it changes nothing.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::page_of_slug;
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::base::time::Timestamp;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Acceptance, LinkSecret};
use crate::domain::workspaces::invitations::{self, Addressee, AnswerError, JoinError, Named, OpenInvitation};
use crate::http::extract::path_part;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::{Problems, password_hint};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::verify::{DeadLink, LinkGonePage};
use crate::http::web::visitor::{SignedIn, Visitor};

/// "Join *Acme*".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/join.html")]
pub struct JoinPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The secret part of the link, which the forms send back.
    pub link: String,
    /// What the workspace is called.
    pub workspace: String,
    /// The address of whoever invites; empty if that account is gone.
    pub inviter: String,
    /// As what.
    pub roles: Vec<String>,
    /// When the invitation ends.
    pub expires: Timestamp,
    /// What whoever looks can do.
    pub way: JoinWay,
    /// *Name*, as it was sent.
    pub name: String,
    /// What a password has to be.
    pub password_hint: String,
}

/// What somebody can do with the link of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinWay {
    /// Accept or decline.
    Answer,
    /// Confirm the address of their account first.
    Confirm,
    /// Sign out, and in again with the address that was invited.
    SwitchFrom {
        /// The address that is signed in.
        own: String,
        /// The address that was invited, masked.
        invited: String,
    },
    /// Sign in: the address has an account.
    SignIn {
        /// The address that was invited.
        email: String,
    },
    /// Set up an account.
    SetUp {
        /// The address that was invited.
        email: String,
    },
}

impl JoinWay {
    fn of(visitor: &Visitor, invitation: &OpenInvitation, addressee: Addressee) -> Self {
        let email = invitation.email.to_string();
        match (visitor.person(), addressee) {
            (Some(person), _) if person.email().key() != invitation.email.key() => {
                Self::SwitchFrom { own: person.email().to_string(), invited: invitation.email.masked() }
            }
            (Some(person), _) if !person.is_verified() => Self::Confirm,
            (Some(_), _) => Self::Answer,
            (None, Addressee::HasAccount) => Self::SignIn { email },
            (None, Addressee::IsNew) => Self::SetUp { email },
        }
    }
}

/// An invitation that somebody has the link of.
struct Asked {
    secret: LinkSecret,
    invitation: OpenInvitation,
    addressee: Addressee,
}

impl Asked {
    async fn of(request: &HttpRequest, ctx: &Ctx) -> Result<Option<Self>, WebError> {
        let Some(secret) = LinkSecret::parse(path_part(request, "secret")) else { return Ok(None) };
        let found = invitations::by_link(ctx, &secret).await?;
        Ok(found.map(|(invitation, addressee)| Self { secret, invitation, addressee }))
    }

    fn page(&self, app: &App, visitor: &Visitor) -> JoinPage {
        JoinPage {
            chrome: visitor.chrome(),
            problems: Problems::none(),
            link: self.secret.reveal().to_owned(),
            workspace: self.invitation.name.as_str().to_owned(),
            inviter: self.invitation.inviter.clone().unwrap_or_default(),
            roles: self.invitation.roles.words().map(str::to_owned).collect(),
            expires: self.invitation.expires_at,
            way: JoinWay::of(visitor, &self.invitation, self.addressee),
            name: String::new(),
            password_hint: password_hint(app.ctx.settings.password_min),
        }
    }

    /// Reads the form that sets up an account. The workspace's names are as bad in a password as one's own.
    fn parse(&self, ctx: &Ctx, form: &Posted) -> Result<Acceptance, Problems> {
        let name = PersonName::parse(form.text("name")).map_err(|why| Problems::one("name", why.to_string()))?;
        let workspace = [self.invitation.name.as_str(), self.invitation.slug.as_str()];
        let email: &EmailAddress = &self.invitation.email;
        match accounts::choose_password_in(ctx, form.text("password"), email, &name, &workspace) {
            Ok(password) => Ok(Acceptance { name, password }),
            Err(why) => Err(Problems::one("password", why.to_string())),
        }
    }
}

/// `GET /join/{secret}`
///
/// # Errors
/// When the page cannot be made.
pub async fn show(request: HttpRequest, app: Data<App>, visitor: Visitor) -> Answer {
    match Asked::of(&request, &app.ctx).await? {
        Some(asked) => asked.page(&app, &visitor).ok(),
        None => gone_page(visitor.chrome()),
    }
}

/// `POST /join/{secret}`: an account for the address that was invited, which joins at once; then its owner signs in.
///
/// # Errors
/// [`WebError::SeeOther`] when it is set up, or when it has to be tried again later.
pub async fn create(request: HttpRequest, app: Data<App>, visitor: Visitor, form: Posted) -> Answer {
    let Some(asked) = Asked::of(&request, &app.ctx).await? else { return gone_page(visitor.chrome()) };
    if !matches!(JoinWay::of(&visitor, &asked.invitation, asked.addressee), JoinWay::SetUp { .. }) {
        return asked.page(&app, &visitor).with_status(StatusCode::CONFLICT);
    }
    let draft = match asked.parse(&app.ctx, &form) {
        Ok(draft) => draft,
        Err(problems) => {
            let name = form.text("name").to_owned();
            return JoinPage { problems, name, ..asked.page(&app, &visitor) }.unprocessable();
        }
    };
    match invitations::set_up_and_join(&app.ctx, &asked.secret, draft, visitor.origin()).await {
        Ok(_) => {
            let next = page_of_slug(&asked.invitation.slug);
            Err(WebError::see_other(format!("{}&next={next}", Done::AccountSetUp.address("/sign-in"))))
        }
        Err(JoinError::NotOpen) => gone_page(visitor.chrome()),
        Err(JoinError::EmailTaken) => Err(WebError::see_other(format!("/join/{}", asked.secret.reveal()))),
        Err(JoinError::Busy(busy)) => Err(busy.into()),
        Err(JoinError::Unexpected(error)) => Err(error.into()),
    }
}

/// `POST /join/{secret}/accept`
///
/// # Errors
/// [`WebError::SeeOther`] to the workspace.
pub async fn accept(request: HttpRequest, app: Data<App>, me: SignedIn, _form: Posted) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "secret")) else { return gone_page(me.chrome()) };
    match invitations::accept(&app.ctx, me.person(), Named::Secret(&secret)).await {
        Ok(slug) => Err(Done::Joined.on(&page_of_slug(&slug))),
        Err(error) => unanswered(error, &me, &secret),
    }
}

/// `POST /join/{secret}/decline`
///
/// # Errors
/// [`WebError::SeeOther`] when it is declined.
pub async fn decline(request: HttpRequest, app: Data<App>, me: SignedIn, _form: Posted) -> Answer {
    let Some(secret) = LinkSecret::parse(path_part(&request, "secret")) else { return gone_page(me.chrome()) };
    match invitations::decline(&app.ctx, me.person(), Named::Secret(&secret)).await {
        Ok(()) => Err(Done::Declined.on("/workspaces")),
        Err(error) => unanswered(error, &me, &secret),
    }
}

/// `POST /workspaces/invitations/{id}/accept`: from the list of one's own.
///
/// # Errors
/// [`WebError::SeeOther`] to the workspace; 404 for what is nobody's or somebody else's.
pub async fn accept_mine(request: HttpRequest, app: Data<App>, me: SignedIn, _form: Posted) -> Answer {
    let id = path_part(&request, "id").parse().map_err(|_| Trouble::NotFound)?;
    let slug = invitations::accept(&app.ctx, me.person(), Named::Id(id)).await.map_err(not_mine)?;
    Err(Done::Joined.on(&page_of_slug(&slug)))
}

/// `POST /workspaces/invitations/{id}/decline`
///
/// # Errors
/// [`WebError::SeeOther`] when it is declined; 404 for what is nobody's or somebody else's.
pub async fn decline_mine(request: HttpRequest, app: Data<App>, me: SignedIn, _form: Posted) -> Answer {
    let id = path_part(&request, "id").parse().map_err(|_| Trouble::NotFound)?;
    invitations::decline(&app.ctx, me.person(), Named::Id(id)).await.map_err(not_mine)?;
    Err(Done::Declined.on("/workspaces"))
}

/// The page of the link says what is in the way.
fn unanswered(error: AnswerError, me: &SignedIn, secret: &LinkSecret) -> Answer {
    match error {
        AnswerError::NotOpen => gone_page(me.chrome()),
        AnswerError::OtherAddress => Err(WebError::see_other(format!("/join/{}", secret.reveal()))),
        AnswerError::Unconfirmed => Err(Trouble::Unconfirmed.into()),
        AnswerError::Unexpected(error) => Err(error.into()),
    }
}

fn not_mine(error: AnswerError) -> WebError {
    match error {
        AnswerError::NotOpen | AnswerError::OtherAddress => Trouble::NotFound.into(),
        AnswerError::Unconfirmed => Trouble::Unconfirmed.into(),
        AnswerError::Unexpected(error) => error.into(),
    }
}

fn gone_page(chrome: Chrome) -> Answer {
    LinkGonePage { chrome, link: DeadLink::Join }.with_status(StatusCode::GONE)
}
