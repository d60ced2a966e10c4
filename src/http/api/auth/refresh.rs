//! `POST /v1/auth/refresh`: the next pair of tokens.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{TAG, tokens};
use crate::app::App;
use crate::domain::grants::{self, Presenter};
use crate::http::api::code::Code;
use crate::http::api::envelope::ApiError;
use crate::http::api::fields::Fields;
use crate::http::api::operation::Operation;
use crate::http::api::schema;
use crate::http::edge::origin_of;

/// What the document says of it.
pub fn operation() -> Operation {
    Operation::post("/auth/refresh", refresh)
        .named(TAG, "refresh", "Refresh tokens")
        .about(
            "Gives the next pair for a refresh token, which is good once. Whoever did not get the answer may ask again with \
             the same token for 30 seconds and gets the same successor. A token that is presented later ends the grant: two \
             hands may hold it.",
        )
        .takes(
            schema::object(&[("refreshToken", schema::text(0, 4_096, "The refresh token."))]),
            json!({ "refreshToken": "lk_rft_…" }),
        )
        .answers_bare("The next pair, without an envelope.", tokens::shape(), tokens::example())
        .refuses(&[Code::BadCredential, Code::RateLimited])
}

/// `POST /v1/auth/refresh`
///
/// # Errors
/// One answer for everything that is wrong with the token.
pub async fn refresh(request: HttpRequest, app: Data<App>, mut fields: Fields) -> Result<HttpResponse, ApiError> {
    let presented = fields.text("refreshToken");
    fields.finish()?;
    let given = grants::refresh(&app.ctx, &presented, Presenter::Unnamed, None, &origin_of(&request)).await?;
    Ok(tokens::answer(&request, &given))
}
