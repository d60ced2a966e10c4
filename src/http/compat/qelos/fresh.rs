//! Those whose password was typed a short while ago: what cannot be undone asks for that, as at every door.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::answer::DoorError;
use super::caller::Admin;
use crate::app::App;
use crate::domain::access::ConfirmedAdministrator;
use crate::domain::accounts::{Confirmed, Person};
use crate::http::api::Code;

/// An administrator whose password was typed a short while ago: whoever changes other people's accounts.
pub struct FreshAdmin(pub ConfirmedAdministrator);

/// The person, if they typed their password a short while ago.
///
/// # Errors
/// When that is too long ago.
pub fn fresh(app: &App, person: Person) -> Result<Confirmed, DoorError> {
    let told = "Sign in again: this needs a session whose password was typed a short while ago.";
    let confirmed = Confirmed::of(person, app.ctx.now(), app.ctx.settings.session.confirm);
    confirmed.ok_or_else(|| DoorError::told(Code::NotAllowed, told))
}

impl FromRequest for FreshAdmin {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let admin = Admin::from_request(request, payload);
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        Box::pin(async move {
            let confirmed = fresh(&app, admin.await?.0.person().clone())?;
            ConfirmedAdministrator::of(confirmed).map(Self).ok_or_else(|| Code::NotAllowed.into())
        })
    }
}
