//! `POST /v1/tokens/revoke`: whoever holds a secret gives it up.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::code::Code;
use super::envelope::{ApiError, done};
use super::fields::{NoFields, Then};
use super::operation::{Operation, Who};
use super::person::AnyCaller;
use crate::app::App;
use crate::domain::credentials::{RevokeError, revoke_presented};
use crate::domain::sessions;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::post("/tokens/revoke", revoke)
        .named("Verification", "revokePresented", "Give up the secret that is presented")
        .about("Whoever holds a secret may end it: the credential that the request presents is revoked, a session ends.")
        .by(Who::ANYBODY_KNOWN)
        .ends("It is good for nothing any more.")
}

/// 204; the next request with this secret gets AUTH_002.
///
/// # Errors
/// When the body names anything: the secret that ends is the one in the header, and no other.
pub async fn revoke(app: Data<App>, asked: Then<AnyCaller, NoFields>) -> Result<HttpResponse, ApiError> {
    let Then(caller, NoFields) = asked;
    let caller = match caller {
        AnyCaller::Credential(caller) => caller,
        AnyCaller::Session(person) => {
            sessions::sign_out(&app.ctx, &person).await?;
            return Ok(done());
        }
    };
    if let (Some(session), Some(account)) = (caller.granted.ends_grant(), caller.granted.account()) {
        sessions::end_grant(&app.ctx, account, session, &caller.origin).await?;
        return Ok(done());
    }
    match revoke_presented(&app.ctx, &caller.granted, &caller.origin).await {
        Ok(()) => Ok(done()),
        Err(RevokeError::NotFound) => Err(Code::NotFound.into()),
        Err(RevokeError::Unexpected(error)) => Err(error.into()),
    }
}
