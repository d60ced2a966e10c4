//! `POST /w/{slug}/service-accounts/{id}/change`: another name, fewer scopes, fewer addresses, other audiences.

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::detail::{self, ServiceForms, ServicePage};
use super::{address_of, id_in, read_audiences, unknown_audience};
use crate::app::App;
use crate::base::text::Label;
use crate::domain::access::Scopes;
use crate::domain::credentials::service::{self, ChangeServiceError, ServiceChange};
use crate::http::web::done::Done;
use crate::http::web::form::{Choice, Problems};
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::posted::Posted;
use crate::http::web::tokens::draft::{UNKNOWN_SCOPE, read_addresses};
use crate::http::web::workspaces::within::ConfirmedInWorkspace;

/// `POST /w/{slug}/service-accounts/{id}/change`
///
/// # Errors
/// [`WebError::SeeOther`] when it is done; 404 for one of another workspace, as for one that does not exist.
pub async fn change(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let (id, form) = (id_in(&request)?, me.form());
    let problems = match changed(form) {
        Err(problems) => problems,
        Ok(to) => match service::change(&app.ctx, me.member(), id, to).await {
            Ok(()) => return Err(Done::ServiceChanged.on(&address_of(me.member(), id))),
            Err(ChangeServiceError::MoreScopes(scope)) => Problems::one(
                "scopes",
                format!("It does not have the scope {scope} and cannot gain it. Create a new service account for that."),
            ),
            Err(ChangeServiceError::UnknownAudience(word)) => Problems::one("audiences", unknown_audience(&word)),
            Err(ChangeServiceError::MoreAddresses) => {
                Problems::one("addresses", "It would work from more addresses than now. Create a new service account for that.")
            }
            Err(ChangeServiceError::Ended) => return Err(WebError::see_other(address_of(me.member(), id))),
            Err(ChangeServiceError::Refused(refused)) => return Err(refused.into()),
            Err(ChangeServiceError::Unexpected(error)) => return Err(error.into()),
        },
    };
    let page = detail::wrong(&app, &me, id, problems).await?;
    let forms = page.forms.map(|forms| as_sent(forms, form));
    ServicePage { forms, ..page }.unprocessable()
}

fn changed(form: &Posted) -> Result<ServiceChange, Problems> {
    let mut problems = Problems::none();
    let name = Label::parse(form.text("name")).map_err(|problem| problems.add("name", problem.to_string()));
    let scopes = Scopes::parse(form.all("scopes")).map_err(|_| problems.add("scopes", UNKNOWN_SCOPE));
    let audiences = read_audiences(form.text("audiences")).map_err(|message| problems.add("audiences", message));
    let addresses = read_addresses(form.text("addresses")).map_err(|message| problems.add("addresses", message));
    match (name, scopes, audiences, addresses) {
        (Ok(name), Ok(scopes), Ok(audiences), Ok(addresses)) => Ok(ServiceChange {
            name: Some(name),
            scopes: Some(scopes),
            audiences: Some(audiences),
            allowed_addresses: Some(addresses),
        }),
        (_, _, _, _) => Err(problems),
    }
}

fn as_sent(forms: ServiceForms, form: &Posted) -> ServiceForms {
    let kept = form.all("scopes");
    let tick = |choice: Choice| Choice { chosen: kept.contains(&choice.value.as_str()), ..choice };
    ServiceForms {
        name: form.text("name").to_owned(),
        scopes: forms.scopes.into_iter().map(tick).collect(),
        audiences: form.text("audiences").to_owned(),
        addresses: form.text("addresses").to_owned(),
        ..forms
    }
}
