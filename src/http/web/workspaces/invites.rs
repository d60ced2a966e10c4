//! `/w/{slug}/invites`: who is invited to a workspace.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::roles::RolesForm;
use super::within::{ConfirmedInWorkspace, InWorkspace};
use super::{WorkspaceView, place};
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::base::time::Timestamp;
use crate::domain::workspaces::invitations::{self, InvitationError, InviteError, NewMember, Waiting};
use crate::domain::workspaces::{Member, MemberRoles, Right, Standing};
use crate::http::extract::path_part;
use crate::http::web::chrome::Chrome;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::profile::mail_folder;

/// "Invitations".
#[derive(Template, WebTemplate)]
#[template(path = "pages/workspaces/invites.html")]
pub struct InvitesPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// *Email*, as it was sent.
    pub email: String,
    /// *Role* and *Other roles*, as they were sent.
    pub form: RolesForm,
    /// Those that nobody has answered yet.
    pub rows: Vec<WaitingRow>,
    /// The folder that mails are written to, when no mail server is configured.
    pub mail_folder: Option<String>,
    /// What has just happened.
    pub notice: Option<String>,
}

/// An invitation that nobody has answered yet.
#[derive(Debug, Clone)]
pub struct WaitingRow {
    /// Its id on the wire: `inv_…`.
    pub id: String,
    /// Who is invited.
    pub email: String,
    /// As what.
    pub roles: Vec<String>,
    /// The address of whoever invites; empty if that account is gone.
    pub inviter: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// When it ends, or when it ended.
    pub expires: Timestamp,
    /// Whether it has ended.
    pub is_over: bool,
}

impl WaitingRow {
    fn of(waiting: Waiting, now: Timestamp) -> Self {
        Self {
            id: waiting.id.to_string(),
            email: waiting.email.to_string(),
            roles: waiting.roles.words().map(str::to_owned).collect(),
            inviter: waiting.inviter.unwrap_or_default(),
            sent: waiting.sent_at,
            expires: waiting.expires_at,
            is_over: waiting.expires_at <= now,
        }
    }
}

impl InvitesPage {
    async fn of(app: &App, chrome: Chrome, member: &Member) -> Result<Self, WebError> {
        let waiting = invitations::list(&app.ctx.db, member).await?;
        Ok(Self {
            chrome,
            of: WorkspaceView::of(member),
            problems: Problems::none(),
            email: String::new(),
            form: RolesForm::of(&MemberRoles::of(Standing::Developer), member),
            rows: waiting.into_iter().map(|waiting| WaitingRow::of(waiting, app.ctx.now())).collect(),
            mail_folder: None,
            notice: None,
        })
    }
}

/// `GET /w/{slug}/invites`
///
/// # Errors
/// 403 for members who may not invite.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    me.require(Right::ManageMembers)?;
    let sent = Done::told(&request, &[Done::MemberInvited]);
    let mail_folder = mail_folder(&app.ctx).filter(|_| sent.is_some());
    let notice = sent.or_else(|| Done::told(&request, &[Done::MemberInvitationCancelled]));
    InvitesPage { notice, mail_folder, ..InvitesPage::of(&app, me.chrome(), me.member()).await? }.ok()
}

/// `POST /w/{slug}/invites`
///
/// # Errors
/// [`WebError::SeeOther`] when the invitation is on its way, which says nothing about whether the address has an account.
pub async fn create(app: Data<App>, me: ConfirmedInWorkspace) -> Answer {
    let problems = match parse(me.form()) {
        Ok(new) => match invitations::invite(&app.ctx, me.member(), new).await {
            Ok(_) => return Err(Done::MemberInvited.on(&place(me.member(), "invites"))),
            Err(error) => refused(error)?,
        },
        Err(problems) => problems,
    };
    let page = InvitesPage::of(&app, me.chrome(), me.member()).await?;
    let (email, form) = (me.form().text("email").to_owned(), RolesForm::sent(me.form(), me.member()));
    InvitesPage { problems, email, form, ..page }.unprocessable()
}

/// `POST /w/{slug}/invites/{id}/resend`
///
/// # Errors
/// [`WebError::SeeOther`] when it is on its way again; 404 when there is none.
pub async fn resend(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = path_part(&request, "id").parse().map_err(|_| Trouble::NotFound)?;
    invitations::resend(&app.ctx, me.member(), id).await.map_err(unchanged)?;
    Err(Done::MemberInvited.on(&place(me.member(), "invites")))
}

/// `POST /w/{slug}/invites/{id}/cancel`
///
/// # Errors
/// [`WebError::SeeOther`] when it is cancelled; 404 when there is none.
pub async fn cancel(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = path_part(&request, "id").parse().map_err(|_| Trouble::NotFound)?;
    invitations::cancel(&app.ctx, me.member(), id).await.map_err(unchanged)?;
    Err(Done::MemberInvitationCancelled.on(&place(me.member(), "invites")))
}

fn parse(form: &Posted) -> Result<NewMember, Problems> {
    let email = EmailAddress::parse(form.text("email"));
    match (email, RolesForm::parse(form)) {
        (Ok(email), Ok(roles)) => Ok(NewMember { email, roles }),
        (Ok(_), Err(problems)) => Err(problems),
        (Err(why), roles) => {
            let mut problems = Problems::one("email", why.to_string());
            for problem in roles.err().iter().flat_map(Problems::iter) {
                problems.add(problem.field, problem.message.clone());
            }
            Err(problems)
        }
    }
}

/// Why nobody was invited, at the field that is to blame.
fn refused(error: InviteError) -> Result<Problems, WebError> {
    match error {
        InviteError::Refused(refused) => Err(refused.into()),
        InviteError::OwnersOnly => Ok(Problems::one("role", "Only an owner of the workspace invites owners. Ask one of them.")),
        InviteError::AlreadyMember => {
            Ok(Problems::one("email", "Somebody with this address belongs to the workspace already. See the members."))
        }
        InviteError::TooManyWaiting => {
            Ok(Problems::one("email", "As many invitations wait for an answer as may. Cancel some that nobody will accept."))
        }
        InviteError::TooMany(exhausted) => Err(exhausted.into()),
        InviteError::Unexpected(error) => Err(error.into()),
    }
}

fn unchanged(error: InvitationError) -> WebError {
    match error {
        InvitationError::Refused(refused) => refused.into(),
        InvitationError::NotFound => Trouble::NotFound.into(),
        InvitationError::OwnersOnly => Trouble::NotYourRole.into(),
        InvitationError::TooMany(exhausted) => exhausted.into(),
        InvitationError::Unexpected(error) => error.into(),
    }
}
