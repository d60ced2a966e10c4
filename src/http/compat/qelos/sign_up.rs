//! `POST /api/signup`: an account, and the mail that confirms its address.
//!
//! It signs nobody in, whatever `authType` says: whoever signs up with the address of somebody else gets the same answer as
//! whoever signs up with their own, and a session for one of them would tell which it was.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::DoorError;
use super::body::Fields;
use super::caller::foreign;
use super::sign_in::AuthType;
use super::{profile, user};
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Attributes, SignUpDraft, SignUpError};
use crate::http::api::{ApiError, Code};
use crate::http::edge::{Site, origin_of, site_of};

/// What comes next.
const NEXT: &str = "Open the link that was mailed to you, then sign in.";

impl From<SignUpError> for DoorError {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::Closed => {
                Self::told(Code::NotAllowed, "Accounts are made by invitation here. Ask an administrator for one.")
            }
            SignUpError::TooMany(exhausted) => ApiError::from(exhausted).into(),
            SignUpError::Busy(busy) => ApiError::from(busy).into(),
            SignUpError::Unexpected(error) => error.into(),
        }
    }
}

/// `POST /api/signup`
///
/// # Errors
/// When sign-up is closed, or a field is wrong; never because of who has an account.
pub async fn create(request: HttpRequest, app: Data<App>, fields: Fields) -> Result<HttpResponse, DoorError> {
    if site_of(&request) == Site::Foreign {
        return Err(foreign().at_entry());
    }
    let draft = read(&app.ctx, &fields).map_err(DoorError::at_entry)?;
    let (email, name, attributes) = (draft.email.clone(), draft.name.clone(), draft.attributes.clone());
    let made =
        accounts::sign_up(&app.ctx, draft, &origin_of(&request)).await.map_err(|error| DoorError::from(error).at_entry())?;
    let user = user::newcomer(made.id, &email, &name, &attributes);
    Ok(HttpResponse::Ok().json(json!({ "message": NEXT, "payload": { "user": user } })))
}

fn read(ctx: &Ctx, fields: &Fields) -> Result<SignUpDraft, DoorError> {
    AuthType::of(fields)?;
    let (username, password) = (fields.text("username")?, fields.text("password")?);
    let email = EmailAddress::parse(username).map_err(|why| DoorError::unfit("username", why))?;
    match fields.optional_text("email")?.map(EmailAddress::parse) {
        Some(Err(why)) => return Err(DoorError::unfit("email", why)),
        Some(Ok(other)) if other.key() != email.key() => {
            return Err(DoorError::unfit("email", "It is the user name here. Send the same, or leave it out."));
        }
        Some(Ok(_)) | None => {}
    }
    let (name, attributes) = profile::read(fields)?.apply(&PersonName::default(), Attributes::default())?;
    let password = accounts::choose_password(ctx, password, &email, &name).map_err(|why| DoorError::unfit("password", why))?;
    Ok(SignUpDraft { email, name, password, attributes })
}
