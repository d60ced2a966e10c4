//! Making, changing and deleting other people's accounts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::super::super::sentence;
use super::super::answer::DoorError;
use super::super::body::{Asked, Fields};
use super::super::fresh::FreshAdmin;
use super::super::profile;
use super::super::user::{Named, whole};
use super::named;
use crate::app::App;
use crate::base::id::AccountId;
use crate::base::text::{EmailAddress, PersonName};
use crate::domain::access::{self, CreateAccountError, InvitationError, InviteError, NewInvitation};
use crate::domain::accounts::people::ChangeAccountError;
use crate::domain::accounts::{Attributes, NewAccount, Roles, choose_password};
use crate::domain::profile::{self as verbs, DeleteError, EditOtherError, OtherEdit};
use crate::http::api::{ApiError, Code};
use crate::http::extract::path_part;

/// `POST /api/users` `{username, password?, roles?, …}`: without a password the person is invited, and chooses one.
///
/// # Errors
/// When a field is wrong, or the address has an account; then there is none.
pub async fn create(app: Data<App>, asked: Asked<FreshAdmin>) -> Result<HttpResponse, DoorError> {
    let Asked(FreshAdmin(by), fields) = asked;
    let email = EmailAddress::parse(fields.text("username")?).map_err(|why| DoorError::unfit("username", why))?;
    if address(&fields, "email")?.is_some_and(|other| other.key() != email.key()) {
        return Err(moved("email"));
    }
    let (name, attributes) = profile::read(&fields)?.apply(&PersonName::default(), Attributes::default())?;
    let roles = roles(&fields)?.unwrap_or_else(Roles::user);
    let id = match fields.optional_text("password")? {
        Some(text) => {
            let password = choose_password(&app.ctx, text, &email, &name).map_err(|why| DoorError::unfit("password", why))?;
            let new = NewAccount { email: email.clone(), name: name.clone(), roles: roles.clone() };
            access::create_account(&app.ctx, &by, (new, &attributes), &password).await.map_err(not_created)?
        }
        None => {
            let (email, name, roles, attributes) = (email.clone(), name.clone(), roles.clone(), attributes.clone());
            let new = NewInvitation { email, name, roles, attributes };
            access::invite(&app.ctx, &by, new).await.map_err(not_invited)?
        }
    };
    Ok(told((id, &email, &name, &roles), &attributes))
}

/// `PUT /api/users/{account}`: what is left out stays as it is.
///
/// # Errors
/// When a field is wrong, or nobody would be left to administer; then nothing has changed.
pub async fn update(app: Data<App>, asked: Asked<FreshAdmin>, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let Asked(FreshAdmin(by), fields) = asked;
    let id = named(path_part(&request, "account"))?;
    if fields.names("password") {
        let told = "A person chooses their own password. Send them a link for a new one, from the page of their account.";
        return Err(DoorError::told(Code::NotAllowed, told));
    }
    let email = address(&fields, "username")?;
    let email = match (email, address(&fields, "email")?) {
        (Some(one), Some(other)) if one.key() != other.key() => return Err(moved("email")),
        (one, other) => one.or(other),
    };
    let wanted = OtherEdit { profile: profile::read(&fields)?, roles: roles(&fields)?, email };
    let (account, attributes) = verbs::edit_other(&app.ctx, &by, id, wanted).await.map_err(unchanged)?;
    Ok(told((id, &account.email, &account.name, &account.roles), &attributes))
}

/// `DELETE /api/users/{account}`. An invitation that nobody has accepted is taken back.
///
/// # Errors
/// 404 when there is none; 409 when nobody would be left to administer, or to own a workspace that others belong to.
pub async fn remove(app: Data<App>, admin: FreshAdmin, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let id = named(path_part(&request, "account"))?;
    match access::cancel_invitation(&app.ctx, &admin.0, id).await {
        Ok(()) => {}
        Err(InvitationError::NotFound) => verbs::delete_other(&app.ctx, &admin.0, id).await.map_err(not_deleted)?,
        Err(InvitationError::Unexpected(error)) => return Err(error.into()),
    }
    Ok(HttpResponse::Ok().json(json!({ "_id": id })))
}

type Known<'a> = (AccountId, &'a EmailAddress, &'a PersonName, &'a Roles);

fn told((id, email, name, roles): Known<'_>, attributes: &Attributes) -> HttpResponse {
    let (email, roles) = (Some(email.as_str()), roles.words().collect());
    let who = Named { id: id.to_string(), email, name: name.as_str(), roles };
    HttpResponse::Ok().json(whole(who, attributes, None))
}

fn address(fields: &Fields, name: &str) -> Result<Option<EmailAddress>, DoorError> {
    fields.optional_text(name)?.map(EmailAddress::parse).transpose().map_err(|why| DoorError::unfit(name, why))
}

/// An address that is sent has to be the one that there is.
fn moved(name: &str) -> DoorError {
    DoorError::unfit(name, "It is the user name here, and its owner alone changes it. Send the same, or leave it out.")
}

fn roles(fields: &Fields) -> Result<Option<Roles>, DoorError> {
    let Some(words) = fields.optional_texts("roles")? else { return Ok(None) };
    Roles::parse(&words.join(",")).map(Some).map_err(|why| DoorError::unfit("roles", why))
}

fn not_created(error: CreateAccountError) -> DoorError {
    let told = sentence(&error);
    match error {
        CreateAccountError::EmailTaken => DoorError::told(Code::Conflict, told),
        CreateAccountError::Busy(busy) => ApiError::from(busy).into(),
        CreateAccountError::Unexpected(error) => error.into(),
    }
}

fn not_invited(error: InviteError) -> DoorError {
    let told = sentence(&error);
    match error {
        InviteError::EmailTaken => DoorError::told(Code::Conflict, told),
        InviteError::Unexpected(error) => error.into(),
    }
}

fn unchanged(error: EditOtherError) -> DoorError {
    match error {
        EditOtherError::Account(ChangeAccountError::NotFound) => Code::NotFound.into(),
        EditOtherError::Account(last @ ChangeAccountError::LastAdministrator) => DoorError::told(Code::Conflict, sentence(&last)),
        EditOtherError::Account(ChangeAccountError::Unexpected(error)) | EditOtherError::Unexpected(error) => error.into(),
        EditOtherError::OtherAddress => moved("username"),
        EditOtherError::Profile(error) => error.into(),
    }
}

fn not_deleted(error: DeleteError) -> DoorError {
    let told = sentence(&error);
    match error {
        DeleteError::NotFound => Code::NotFound.into(),
        DeleteError::LastAdministrator | DeleteError::LastOwner => DoorError::told(Code::Conflict, told),
        DeleteError::Unexpected(error) => error.into(),
    }
}
