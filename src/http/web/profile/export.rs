//! `POST /profile/export`: everything we hold about somebody, as a file.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Data;

use crate::app::App;
use crate::domain::profile;
use crate::http::web::confirmed::RecentlyConfirmed;
use crate::http::web::page::Answer;

/// `POST /profile/export`
///
/// # Errors
/// When it has to be tried again later.
pub async fn save(app: Data<App>, me: RecentlyConfirmed) -> Answer {
    let document = profile::export(&app.ctx, me.confirmed()).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"account.json\""))
        .body(format!("{document:#}\n")))
}
