//! `POST /profile/tokens`: makes a token and shows it, in this answer alone.

use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::created::{AlreadyCreatedPage, Story, TokenCreatedPage};
use super::draft::{Offer, TokenForm, UNKNOWN_SCOPE, UNKNOWN_WORKSPACE, Unread};
use super::row::{places, places_of, shown, words};
use crate::app::App;
use crate::domain::access::{self, Forbidden};
use crate::domain::credentials::{self, IssueError, Issued, Summary, TOKENS_AT_MOST};
use crate::http::web::confirmed::RecentlyConfirmed;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};

/// `POST /profile/tokens`
///
/// # Errors
/// When the form is none of ours, or nothing can be said of what it asks for.
pub async fn create(app: Data<App>, me: RecentlyConfirmed) -> Answer {
    let form = TokenForm::of(me.form());
    let (status, problems) = match form.parse(app.ctx.now()) {
        Ok(draft) => match credentials::issue_personal(&app.ctx, me.confirmed(), draft).await {
            Ok(issued) => return reveal(&app, &me, &issued),
            Err(IssueError::AlreadyCreated(made)) => return already(&me, &made),
            Err(error) => refused(error, &form)?,
        },
        Err(Unread::Wrong(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Err(Unread::Foreign(trouble)) => return Err(trouble.into()),
    };
    let terms = access::terms(&app.ctx.db).await?;
    let places = places_of(&app.ctx, me.person()).await?;
    form.page(me.visitor(), Offer { person: me.person(), places: &places, terms: &terms }, problems).with_status(status)
}

/// Rendered straight from the verb's outcome, which goes out of existence with this answer.
fn reveal(app: &App, me: &RecentlyConfirmed, issued: &Issued) -> Answer {
    let token = &issued.credential;
    TokenCreatedPage {
        chrome: me.chrome(),
        story: Story::Created,
        id: token.id.to_string(),
        name: token.name.as_str().to_owned(),
        secret: issued.secret.reveal(),
        shown: shown(&issued.prefix, &issued.last_four),
        scopes: words(Some(&token.scopes)),
        allowed_from: places(Some(&token.allowed_addresses)),
        expires: token.expiry.at(),
        base_url: app.ctx.settings.public_url.clone(),
    }
    .ok()
}

fn already(me: &RecentlyConfirmed, made: &Summary) -> Answer {
    AlreadyCreatedPage {
        chrome: me.chrome(),
        word: "created",
        name: made.name.clone(),
        id: made.id.to_string(),
        shown: shown(&made.prefix, &made.last_four),
        at: made.created_at,
    }
    .ok()
}

/// What is said of a refusal, and at which field.
fn refused(error: IssueError, form: &TokenForm) -> Result<(StatusCode, Problems), WebError> {
    let (status, field, message) = match error {
        IssueError::Unverified => {
            (StatusCode::FORBIDDEN, "name", "Confirm your email address before you create a token.".to_owned())
        }
        IssueError::Forbidden(why @ (Forbidden::SwitchedOff | Forbidden::Role | Forbidden::NoSecondFactor)) => {
            (StatusCode::FORBIDDEN, "name", why.to_string())
        }
        IssueError::Forbidden(Forbidden::NoWorkspace) => {
            let message = "The token policy asks for a workspace. Choose the one that this token is for.";
            (StatusCode::UNPROCESSABLE_ENTITY, "workspace", message.to_owned())
        }
        IssueError::NoSuchWorkspace => (StatusCode::UNPROCESSABLE_ENTITY, "workspace", UNKNOWN_WORKSPACE.to_owned()),
        IssueError::Forbidden(Forbidden::LivesTooLong) => {
            let message = "The token policy does not allow a life as long as this. Choose an earlier end.";
            (StatusCode::UNPROCESSABLE_ENTITY, form.end_field(), message.to_owned())
        }
        IssueError::UnknownScope(_) => (StatusCode::UNPROCESSABLE_ENTITY, "scopes", UNKNOWN_SCOPE.to_owned()),
        IssueError::ScopeBeyondRole(scope) => {
            let message = format!("Your roles do not include what the scope {scope} needs. Leave it out.");
            (StatusCode::FORBIDDEN, "scopes", message)
        }
        IssueError::ExpiryPassed => {
            let message = "This day has begun already. Choose a later one.";
            (StatusCode::UNPROCESSABLE_ENTITY, form.end_field(), message.to_owned())
        }
        IssueError::NameTaken => {
            (StatusCode::CONFLICT, "name", "You already have a token with this name. Choose another.".to_owned())
        }
        IssueError::TooMany => {
            let message = format!("You have {TOKENS_AT_MOST} tokens, which is the most. Revoke one that you do not need.");
            (StatusCode::CONFLICT, "name", message)
        }
        IssueError::AlreadyCreated(_) => unreachable!("a form that was sent before is answered with its own page"),
        IssueError::Unexpected(error) => return Err(error.into()),
    };
    Ok((status, Problems::one(field, message)))
}
