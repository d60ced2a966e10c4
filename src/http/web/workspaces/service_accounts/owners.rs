//! `POST /w/{slug}/service-accounts/{id}/owners…`: who answers for it.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::detail::{self, ServiceForms, ServicePage};
use super::{address_of, id_in};
use crate::app::App;
use crate::base::id::{AccountId, CredentialId};
use crate::base::text::EmailAddress;
use crate::domain::credentials::service::{self, OwnerError, ServiceOwnerName};
use crate::http::extract::path_part;
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::workspaces::within::ConfirmedInWorkspace;

/// `POST /w/{slug}/service-accounts/{id}/owners`
///
/// # Errors
/// [`WebError::SeeOther`] when it is done; 404 for one of another workspace, as for one that does not exist.
pub async fn add(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    let email = match EmailAddress::parse(me.form().text("email")) {
        Ok(email) => email,
        Err(wrong) => {
            return refused(&app, &me, id, (StatusCode::UNPROCESSABLE_ENTITY, Problems::one("email", wrong.to_string()))).await;
        }
    };
    match service::add_owner(&app.ctx, me.member(), id, &ServiceOwnerName::Email(email)).await {
        Ok(()) => Err(Done::ServiceOwnerAdded.on(&address_of(me.member(), id))),
        Err(error) => refused(&app, &me, id, said(error, &me, id)?).await,
    }
}

/// `POST /w/{slug}/service-accounts/{id}/owners/{owner}/remove`
///
/// # Errors
/// [`WebError::SeeOther`] when it is done; 404 as above, and for one who does not answer for it.
pub async fn remove(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    let owner: AccountId = path_part(&request, "owner").parse().map_err(|_| Trouble::NotFound)?;
    match service::remove_owner(&app.ctx, me.member(), id, owner).await {
        Ok(()) => Err(Done::ServiceOwnerRemoved.on(&address_of(me.member(), id))),
        Err(error) => refused(&app, &me, id, said(error, &me, id)?).await,
    }
}

/// What is said when the owners stay as they are, and where.
fn said(error: OwnerError, me: &ConfirmedInWorkspace, id: CredentialId) -> Result<(StatusCode, Problems), WebError> {
    match error {
        OwnerError::Refused(refused) => Err(refused.into()),
        OwnerError::Unexpected(error) => Err(error.into()),
        OwnerError::Ended => Err(WebError::see_other(address_of(me.member(), id))),
        OwnerError::NoMember => {
            let message = "There is no such member in this workspace. Invite them first.";
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Problems::one("email", message)))
        }
        OwnerError::Last => {
            let message = "Somebody must answer for a service account. Add another owner first.";
            Ok((StatusCode::CONFLICT, Problems::one("owners", message)))
        }
    }
}

async fn refused(app: &App, me: &ConfirmedInWorkspace, id: CredentialId, (status, problems): (StatusCode, Problems)) -> Answer {
    let page = detail::wrong(app, me, id, problems).await?;
    let forms = page.forms.map(|forms| ServiceForms { email: me.form().text("email").to_owned(), ..forms });
    ServicePage { forms, ..page }.with_status(status)
}
