//! What other programs look for under `/.well-known` (RFC 8615). Anything else there is not found.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, ServiceConfig};
use serde_json::json;

use super::{oauth, shown};
use crate::app::App;
use crate::base::time::Span;
use crate::config::{Door, Doors};
use crate::domain::credentials::secret_patterns;

/// The routes. What is published for a door that is closed is not there.
pub fn routes(config: &mut ServiceConfig, doors: Doors) {
    config
        .service(shown("/.well-known/latchkey-secret-patterns.json", patterns))
        .service(shown("/.well-known/security.txt", security));
    if doors.has(Door::Web) {
        config.service(shown("/.well-known/change-password", change_password));
    }
    if doors.has(Door::OAuth) {
        config
            .service(shown("/.well-known/jwks.json", oauth::keys::keys).wrap(from_fn(oauth::present)))
            .service(shown("/.well-known/oauth-authorization-server", oauth::metadata::metadata));
    }
}

/// Where to change a password (W3C: A Well-Known URL for Changing Passwords).
async fn change_password() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/profile/security")).finish()
}

/// The expressions that find our secrets in source code, for scanners.
async fn patterns(app: Data<App>) -> HttpResponse {
    let patterns = secret_patterns(&app.ctx.settings.token_brand);
    let listed: Vec<_> = patterns.iter().map(|(kind, pattern)| json!({ "kind": kind, "pattern": pattern })).collect();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=3600")).json(json!({ "patterns": listed }))
}

/// Where to report a weakness (RFC 9116), if the operator named a contact.
async fn security(app: Data<App>) -> HttpResponse {
    let (mut answer, text) = match &app.security_contact {
        Some(contact) => {
            let expires = (app.ctx.now() + Span::days(180)).rfc3339();
            (HttpResponse::Ok(), format!("Contact: {contact}\nExpires: {expires}\n"))
        }
        None => (HttpResponse::NotFound(), "Nobody is named here. Ask the operator of this service.\n".to_owned()),
    };
    answer.content_type("text/plain; charset=utf-8").body(text)
}
