//! `GET /.well-known/oauth-authorization-server`: what works here, and where (RFC 8414). Nothing that does not.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use serde_json::{Map, Value, json};

use super::token;
use crate::app::App;

/// What is answered where: the members whose values are addresses.
const ENDPOINTS: &[(&str, &str)] = &[
    ("authorization_endpoint", "/oauth2/authorize"),
    ("device_authorization_endpoint", "/oauth2/device_authorization"),
    ("token_endpoint", "/oauth2/token"),
    ("introspection_endpoint", "/oauth2/introspect"),
    ("revocation_endpoint", "/oauth2/revoke"),
    ("jwks_uri", "/.well-known/jwks.json"),
    ("service_documentation", "/docs"),
];

/// What is understood there: the members whose values are words.
const WORDS: &[(&str, &[&str])] = &[
    ("response_types_supported", &["code"]),
    ("response_modes_supported", &["query"]),
    ("code_challenge_methods_supported", &["S256"]),
    ("grant_types_supported", token::GRANT_TYPES),
    ("token_endpoint_auth_methods_supported", &["client_secret_basic", "client_secret_post", "none"]),
    ("introspection_endpoint_auth_methods_supported", &["client_secret_basic", "client_secret_post"]),
    ("revocation_endpoint_auth_methods_supported", &["client_secret_basic", "client_secret_post", "none"]),
];

/// The handler.
pub async fn metadata(app: Data<App>) -> HttpResponse {
    let issuer = &app.ctx.settings.public_url;
    let mut members = Map::from_iter([("issuer".to_owned(), Value::from(issuer.as_str()))]);
    members.extend(ENDPOINTS.iter().map(|(name, path)| ((*name).to_owned(), Value::from(format!("{issuer}{path}")))));
    members.insert("authorization_response_iss_parameter_supported".to_owned(), true.into());
    members.extend(WORDS.iter().map(|(name, words)| ((*name).to_owned(), json!(words))));
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(members)
}
