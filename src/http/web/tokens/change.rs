//! `POST /profile/tokens/{id}/…`: the forms of a token's own page: rename, narrow, pause, resume, end the overlap.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::detail::{self, Changes, TokenPage};
use super::draft::{UNKNOWN_SCOPE, read_addresses};
use super::row::{address_of, id_in};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::text::Label;
use crate::domain::access::Scopes;
use crate::domain::credentials::{self, ChangeError, NarrowError, Narrower, RenameError};
use crate::http::web::done::Done;
use crate::http::web::error::Trouble;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::visitor::SignedIn;

/// What a change that cannot be made is answered with: one that is not there, or the page of one that has ended.
pub(super) fn unchanged(error: ChangeError, id: CredentialId) -> WebError {
    match error {
        ChangeError::NotFound => Trouble::NotFound.into(),
        ChangeError::Ended => WebError::see_other(address_of(id)),
        ChangeError::Unexpected(error) => error.into(),
    }
}

/// `POST /profile/tokens/{id}/rename`
///
/// # Errors
/// [`WebError::SeeOther`] when it is done; 404 for one that is not one's own, as for one that does not exist.
pub async fn rename(app: Data<App>, me: SignedIn, request: HttpRequest, form: Posted) -> Answer {
    let id = id_in(&request)?;
    let (status, message) = match Label::parse(form.text("name")) {
        Err(problem) => (StatusCode::UNPROCESSABLE_ENTITY, problem.to_string()),
        Ok(name) => match credentials::rename(&app.ctx, me.person(), id, &name).await {
            Ok(()) => return Err(Done::TokenRenamed.on(&address_of(id))),
            Err(RenameError::NameTaken) => {
                (StatusCode::CONFLICT, "You already have a token with this name. Choose another.".to_owned())
            }
            Err(RenameError::Unchanged(error)) => return Err(unchanged(error, id)),
        },
    };
    let page = detail::page(&app, &me, id).await?;
    let changes = page.changes.map(|changes| Changes { name: form.text("name").to_owned(), ..changes });
    TokenPage { problems: Problems::one("name", message), changes, ..page }.with_status(status)
}

/// `POST /profile/tokens/{id}/narrow`
///
/// # Errors
/// As for [`rename`].
pub async fn narrow(app: Data<App>, me: SignedIn, request: HttpRequest, form: Posted) -> Answer {
    let id = id_in(&request)?;
    let problems = match narrower(&form) {
        Err(problems) => problems,
        Ok(to) => match credentials::narrow(&app.ctx, me.person(), id, &to).await {
            Ok(()) => return Err(Done::TokenNarrowed.on(&address_of(id))),
            Err(NarrowError::MoreScopes(scope)) => Problems::one(
                "scopes",
                format!("It does not have the scope {scope} and cannot gain it. Create a new token for that."),
            ),
            Err(NarrowError::MoreAddresses) => {
                Problems::one("addresses", "It would work from more addresses than now. Create a new token for that.")
            }
            Err(NarrowError::Unchanged(error)) => return Err(unchanged(error, id)),
        },
    };
    let page = detail::page(&app, &me, id).await?;
    let kept = form.all("scopes");
    let tick = |choice: Choice| Choice { chosen: kept.contains(&choice.value.as_str()), ..choice };
    let changes = page.changes.map(|changes| Changes {
        scopes: changes.scopes.into_iter().map(tick).collect(),
        addresses: form.text("addresses").to_owned(),
        ..changes
    });
    TokenPage { problems, changes, ..page }.unprocessable()
}

fn narrower(form: &Posted) -> Result<Narrower, Problems> {
    let mut problems = Problems::none();
    let scopes = Scopes::parse(form.all("scopes")).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
    let addresses = read_addresses(form.text("addresses")).map_err(|message| problems.add("addresses", message));
    match (scopes, addresses) {
        (Ok(scopes), Ok(allowed_addresses)) => Ok(Narrower { scopes, allowed_addresses }),
        (_, _) => Err(problems),
    }
}

/// `POST /profile/tokens/{id}/pause`
///
/// # Errors
/// As for [`rename`].
pub async fn pause(app: Data<App>, me: SignedIn, request: HttpRequest, _form: Posted) -> Answer {
    let id = id_in(&request)?;
    done(credentials::pause(&app.ctx, me.person(), id).await, Done::TokenPaused, id)
}

/// `POST /profile/tokens/{id}/resume`
///
/// # Errors
/// As for [`rename`].
pub async fn resume(app: Data<App>, me: SignedIn, request: HttpRequest, _form: Posted) -> Answer {
    let id = id_in(&request)?;
    done(credentials::resume(&app.ctx, me.person(), id).await, Done::TokenResumed, id)
}

/// `POST /profile/tokens/{id}/end-overlap`
///
/// # Errors
/// As for [`rename`].
pub async fn end_overlap(app: Data<App>, me: SignedIn, request: HttpRequest, _form: Posted) -> Answer {
    let id = id_in(&request)?;
    done(credentials::end_overlap(&app.ctx, me.person(), id).await, Done::OverlapEnded, id)
}

fn done(outcome: Result<(), ChangeError>, what: Done, id: CredentialId) -> Answer {
    match outcome {
        Ok(()) => Err(what.on(&address_of(id))),
        Err(error) => Err(unchanged(error, id)),
    }
}
