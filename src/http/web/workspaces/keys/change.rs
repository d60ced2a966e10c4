//! `POST /w/{slug}/keys/{id}/…`: the forms of a key's own page: change, pause, resume, end the overlap.

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::detail::{self, KeyChanges, KeyPage};
use super::form::{read_limit, read_origins};
use super::{address_of, id_in};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::base::text::Label;
use crate::domain::access::Scopes;
use crate::domain::credentials::keys::{self, ChangeKeyError, KeyChange, KeyManager};
use crate::domain::workspaces::Member;
use crate::http::web::done::Done;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::tokens::draft::{UNKNOWN_SCOPE, read_addresses};
use crate::http::web::workspaces::within::ConfirmedInWorkspace;

/// `POST /w/{slug}/keys/{id}/change`
///
/// # Errors
/// [`WebError::SeeOther`] when it is done; 404 for one of another workspace, as for one that does not exist.
pub async fn change(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let (id, form) = (id_in(&request)?, me.form());
    let problems = match changed(form) {
        Err(problems) => problems,
        Ok(to) => match keys::change(&app.ctx, KeyManager::Member(me.member()), id, to).await {
            Ok(_) => return Err(Done::KeyChanged.on(&address_of(me.member(), id))),
            Err(ChangeKeyError::MoreScopes(scope)) => Problems::one(
                "scopes",
                format!("It does not have the scope {scope} and cannot gain it. Create a new key for that."),
            ),
            Err(ChangeKeyError::MoreAddresses) => {
                Problems::one("addresses", "It would work from more addresses than now. Create a new key for that.")
            }
            Err(ChangeKeyError::MoreOrigins) => Problems::one("origins", "A secret key is not for web pages."),
            Err(ChangeKeyError::MoreRequests) => {
                Problems::one("limit", "It would have a higher limit than now. Create a new key for that.")
            }
            Err(error @ (ChangeKeyError::Manager(_) | ChangeKeyError::Ended)) => return Err(unchanged(error, me.member(), id)),
        },
    };
    let page = detail::page(&app, (me.chrome(), me.view()), me.member(), id).await?;
    let changes = page.changes.map(|changes| as_sent(changes, form));
    KeyPage { problems, changes, ..page }.unprocessable()
}

fn changed(form: &Posted) -> Result<KeyChange, Problems> {
    let mut problems = Problems::none();
    let name = Label::parse(form.text("name")).map_err(|problem| problems.add("name", problem.to_string()));
    let scopes = Scopes::parse(form.all("scopes")).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
    let addresses = read_addresses(form.text("addresses")).map_err(|message| problems.add("addresses", message));
    let origins = read_origins(form.text("origins")).map_err(|message| problems.add("origins", message));
    let limit = read_limit(form.text("limit")).map_err(|message| problems.add("limit", message));
    match (name, scopes, addresses, origins, limit) {
        (Ok(name), Ok(scopes), Ok(addresses), Ok(origins), Ok(requests_per_minute)) => Ok(KeyChange {
            name: Some(name),
            scopes: Some(scopes),
            allowed_addresses: Some(addresses),
            origins: Some(origins),
            requests_per_minute,
            metadata: None,
        }),
        (_, _, _, _, _) => Err(problems),
    }
}

fn as_sent(mut changes: KeyChanges, form: &Posted) -> KeyChanges {
    let kept = form.all("scopes");
    let tick = |choice: Choice| Choice { chosen: kept.contains(&choice.value.as_str()), ..choice };
    changes.common.name = form.text("name").to_owned();
    changes.common.scopes = changes.common.scopes.into_iter().map(tick).collect();
    changes.common.addresses = form.text("addresses").to_owned();
    changes.origins = changes.origins.map(|_| form.text("origins").to_owned());
    changes.limit = form.text("limit").to_owned();
    changes
}

/// `POST /w/{slug}/keys/{id}/pause`
///
/// # Errors
/// As for [`change`].
pub async fn pause(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    done(keys::pause(&app.ctx, KeyManager::Member(me.member()), id).await, Done::KeyPaused, &me, id)
}

/// `POST /w/{slug}/keys/{id}/resume`
///
/// # Errors
/// As for [`change`].
pub async fn resume(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    done(keys::resume(&app.ctx, KeyManager::Member(me.member()), id).await, Done::KeyResumed, &me, id)
}

/// `POST /w/{slug}/keys/{id}/end-overlap`
///
/// # Errors
/// As for [`change`].
pub async fn end_overlap(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let id = id_in(&request)?;
    keys::end_overlap(&app.ctx, KeyManager::Member(me.member()), id).await?;
    Err(Done::KeyOverlapEnded.on(&address_of(me.member(), id)))
}

fn done(outcome: Result<(), ChangeKeyError>, what: Done, me: &ConfirmedInWorkspace, id: CredentialId) -> Answer {
    match outcome {
        Ok(()) => Err(what.on(&address_of(me.member(), id))),
        Err(error) => Err(unchanged(error, me.member(), id)),
    }
}

/// What a change that cannot be made is answered with: one that is not there, or the page of one that has ended.
fn unchanged(error: ChangeKeyError, member: &Member, id: CredentialId) -> WebError {
    match error {
        ChangeKeyError::Manager(error) => error.into(),
        ChangeKeyError::Ended
        | ChangeKeyError::MoreScopes(_)
        | ChangeKeyError::MoreAddresses
        | ChangeKeyError::MoreOrigins
        | ChangeKeyError::MoreRequests => WebError::see_other(address_of(member, id)),
    }
}
