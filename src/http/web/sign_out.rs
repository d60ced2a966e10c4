//! `/sign-out`.

use actix_session::Session;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Data;

use super::done::Done;
use super::page::{Answer, see_other};
use super::posted::Posted;
use super::session::abandon;
use super::visitor::{Present, Visitor};
use crate::app::App;
use crate::domain::sessions;

/// What browsers then forget of us (W3C: Clear Site Data).
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const EVERYTHING: &str = "\"cache\",\"cookies\",\"storage\"";

/// `POST /sign-out`: the session ends in the database first, so that nobody is told so who is still signed in.
///
/// # Errors
/// When the session could not be ended.
pub async fn create(app: Data<App>, _: Present, visitor: Visitor, _: Posted, session: Session) -> Answer {
    if let Some(person) = visitor.person() {
        sessions::sign_out(&app.ctx, person).await?;
    }
    // A session that is not whole ends with its cookie.
    abandon(&session);
    let mut answer = see_other(&Done::SignedOut.address("/sign-in"));
    answer.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static(EVERYTHING));
    Ok(answer)
}
