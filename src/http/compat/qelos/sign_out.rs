//! `POST /api/logout`: the end of the session that the request presents.

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::DoorError;
use super::caller::{Me, foreign};
use crate::app::App;
use crate::domain::sessions;
use crate::http::caller::presented;
use crate::http::edge::{Site, origin_of, site_of};
use crate::http::web::session::{abandon, key_of};

/// `POST /api/logout`: whoever is signed out already is told so again.
///
/// # Errors
/// When a token is not good, a page of another site asks, or the session could not be ended.
pub async fn create(request: HttpRequest, app: Data<App>, session: Session) -> Result<HttpResponse, DoorError> {
    if presented(request.headers())?.is_some() {
        let me = Me::from_request(&request, &mut Payload::None).await?;
        sessions::sign_out(&app.ctx, &me.person).await?;
        return Ok(done());
    }
    // A program with a jar says nothing of where it comes from, and every browser does.
    if site_of(&request) == Site::Foreign {
        return Err(foreign());
    }
    if let Some(key) = key_of(&session) {
        if let Some(person) = sessions::resume(&app.ctx, &key, &origin_of(&request)).await? {
            sessions::sign_out(&app.ctx, &person).await?;
        }
        // A session that is not whole ends with its cookie.
        abandon(&session);
    }
    Ok(done())
}

fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "message": "You are signed out." }))
}
