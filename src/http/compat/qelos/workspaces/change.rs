//! Making, changing, deleting and activating workspaces: for people with a session.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::super::super::sentence;
use super::super::answer::DoorError;
use super::super::body::{Asked, Fields};
use super::super::caller::{AnyCaller, Me};
use super::super::fresh::fresh;
use super::Here;
use super::read::{own_row, row};
use crate::app::App;
use crate::base::text::Label;
use crate::domain::sessions::{self, ActivateError};
use crate::domain::workspaces::{
    self, Appearance, ChangeError, CreateError, DeleteError, Labels, Logo, Look, Which, WorkspaceDraft,
};
use crate::http::api::{ApiError, Code, member_of};
use crate::http::extract::path_part;

/// `POST /api/workspaces` `{name, logo?, labels?}`
///
/// # Errors
/// When a field is wrong, or a rule forbids it; then there is no workspace.
pub async fn create(app: Data<App>, asked: Asked<Me>) -> Result<HttpResponse, DoorError> {
    let Asked(me, fields) = asked;
    let name = label(fields.text("name")?)?;
    let draft = WorkspaceDraft { name, slug: None, look: look(&fields, Look::default())? };
    let made = workspaces::create(&app.ctx, &me.person, draft).await.map_err(not_made)?;
    Ok(HttpResponse::Ok().json(own_row(&app, &me.person, made.id).await?.view()))
}

/// `PUT /api/workspaces/{workspace}`: what is left out stays as it is.
///
/// # Errors
/// When a field is wrong, or the caller may not.
pub async fn update(app: Data<App>, asked: Asked<Here>) -> Result<HttpResponse, DoorError> {
    let Asked(Here(member), fields) = asked;
    let before = member.workspace();
    let name = match fields.optional_text("name")? {
        Some(name) => label(name)?,
        None => before.name.clone(),
    };
    let new = Appearance { name, look: look(&fields, before.look.clone())? };
    workspaces::set_appearance(&app.ctx, &member, &new).await.map_err(unchanged)?;
    Ok(HttpResponse::Ok().json(own_row(&app, member.person(), before.id).await?.view()))
}

/// `DELETE /api/workspaces/{workspace}`
///
/// # Errors
/// When the caller may not, when their session is busy with it, and when it is somebody's own.
pub async fn remove(app: Data<App>, here: Here) -> Result<HttpResponse, DoorError> {
    let Here(member) = here;
    let (id, person) = (member.workspace().id, member.person());
    fresh(&app, person.clone())?;
    let active = sessions::active(&app.ctx, person).await?;
    if active.is_some_and(|active| active.workspace().id == id) {
        return Err(DoorError::told(Code::Invalid, "This is your active workspace. Activate another one first."));
    }
    workspaces::delete(&app.ctx, &member).await.map_err(not_deleted)?;
    Ok(HttpResponse::Ok().json(json!({ "success": true })))
}

/// `POST /api/workspaces/{workspace}/activate`: the session of the caller is busy with it from now on. No body is read.
///
/// # Errors
/// 403 for a token, which has no session to switch: unless it is locked to that very workspace, which it is busy with
/// already. 404 when the caller does not belong to it.
pub async fn activate(app: Data<App>, caller: AnyCaller, request: HttpRequest) -> Result<HttpResponse, DoorError> {
    let named = path_part(&request, "workspace");
    match &caller {
        AnyCaller::Person(me) => {
            let member = member_of(&app, &me.person, named).await?;
            sessions::activate(&app.ctx, &member).await.map_err(not_activated)?;
        }
        AnyCaller::Credential(caller) => {
            let which = Which::parse(named);
            let home = caller.granted.workspace().filter(|home| match &which {
                Some(Which::Id(id)) => home.id() == *id,
                Some(Which::Slug(slug)) => home.slug() == slug.as_str(),
                None => false,
            });
            if home.is_none() {
                let told = "A token activates no workspace but the one that it is locked to. Sign in, and use that session.";
                return Err(DoorError::told(Code::NotAllowed, told));
            }
        }
    }
    Ok(HttpResponse::Ok().json(row(&app, &caller, named).await?.view()))
}

fn label(text: &str) -> Result<Label, DoorError> {
    Label::parse(text).map_err(|why| DoorError::told(Code::Invalid, why.to_string()))
}

/// What is to be seen of it, where the body says something of that. An empty logo is none.
fn look(fields: &Fields, before: Look) -> Result<Look, DoorError> {
    let logo = match fields.optional_text("logo")? {
        None => before.logo,
        Some("") => None,
        Some(text) => {
            let wrong =
                || DoorError::field("logo", "must be the address of a picture, with https:// and 2000 characters at the most");
            Some(Logo::parse(text).ok_or_else(wrong)?)
        }
    };
    let labels = match fields.optional_texts("labels")? {
        None => before.labels,
        Some(words) => {
            let wrong = || DoorError::field("labels", "must be 20 words at the most, of 1 to 100 characters without a comma");
            Labels::parse(words).ok_or_else(wrong)?
        }
    };
    Ok(Look { logo, labels })
}

fn not_made(error: CreateError) -> DoorError {
    let told = sentence(&error);
    match error {
        CreateError::Unverified | CreateError::Forbidden => DoorError::told(Code::NotAllowed, told),
        CreateError::TooMany | CreateError::SlugTaken => DoorError::told(Code::Conflict, told),
        CreateError::Unexpected(error) => error.into(),
    }
}

fn unchanged(error: ChangeError) -> DoorError {
    match error {
        ChangeError::Refused(why) => ApiError::from(why).into(),
        ChangeError::SlugTaken => Code::Conflict.into(),
        ChangeError::Unexpected(error) => error.into(),
    }
}

fn not_deleted(error: DeleteError) -> DoorError {
    let told = sentence(&error);
    match error {
        DeleteError::Refused(why) => ApiError::from(why).into(),
        DeleteError::Personal => DoorError::told(Code::Conflict, told),
        DeleteError::Unexpected(error) => error.into(),
    }
}

fn not_activated(error: ActivateError) -> DoorError {
    let told = sentence(&error);
    match error {
        ActivateError::Refused(why) => ApiError::from(why).into(),
        ActivateError::Bound => DoorError::told(Code::NotAllowed, told),
        ActivateError::Unexpected(error) => error.into(),
    }
}
