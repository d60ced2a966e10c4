//! `POST /v1/auth/token`: a pair of tokens for a password, or an access token for a service account's secret.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde_json::json;

use super::login::{CODE_MAX, presented};
use super::{TAG, tokens};
use crate::app::App;
use crate::domain::access::Scopes;
use crate::domain::credentials::Unverified;
use crate::domain::credentials::service::{self, ServiceSignInError};
use crate::domain::grants::{self, ServiceTokenError};
use crate::http::api::code::Code;
use crate::http::api::envelope::ApiError;
use crate::http::api::fields::{Fields, says_json};
use crate::http::api::operation::Operation;
use crate::http::api::schema;
use crate::http::caller::sender;
use crate::http::edge::origin_of;
use crate::http::oauth::form::OAuthForm;

/// What the document says of it.
pub fn operation() -> Operation {
    let person = schema::object_of(
        &[("email", super::email()), ("password", schema::text(1, 1_024, "The password."))],
        &[("totp", schema::or_null(schema::text(0, CODE_MAX, "A code of the authenticator app, or a recovery code.")))],
    );
    let service = schema::object_of(
        &[
            ("clientId", schema::text(1, 100, "The client id of a service account.")),
            ("clientSecret", schema::text(1, 4_096, "One of its secrets.")),
        ],
        &[("scope", schema::or_null(schema::text(0, 4_096, "The scopes it asks for, with spaces between them. Usually all.")))],
    );
    Operation::post("/auth/token", token)
        .named(TAG, "token", "Get tokens")
        .about(
            "For a person's password, as `POST /v1/auth/login` takes it: an access token of 15 minutes and a refresh token \
             for `POST /v1/auth/refresh`. For the client id and a secret of a service account: an access token alone. The \
             latter may also be sent as the form of an OAuth client, with `grant_type=client_credentials`.",
        )
        .takes(
            json!({ "type": "object", "oneOf": [person, service] }),
            json!({ "email": "anna@example.com", "password": "violet-anchor-sings-42", "totp": "492039" }),
        )
        .answers_bare("The tokens, without an envelope.", tokens::shape(), tokens::example())
        .refuses(&[Code::WrongPassword, Code::FactorRequired, Code::BadCredential, Code::NotAllowed, Code::RateLimited])
}

/// What is asked, in either of the two spellings.
pub enum Asked {
    /// As everywhere in this API.
    Json(Fields),
    /// As an OAuth client sends it.
    Form(OAuthForm),
}

impl FromRequest for Asked {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if says_json(request) {
            let fields = Fields::from_request(request, payload);
            return Box::pin(async move { fields.await.map(Self::Json) });
        }
        let form = OAuthForm::from_request(request, payload);
        Box::pin(async move { form.await.map(Self::Form).map_err(|_| Code::MediaType.into()) })
    }
}

/// `POST /v1/auth/token`
///
/// # Errors
/// One answer for everything that is wrong with address and password, and one for a client and its secret.
pub async fn token(request: HttpRequest, app: Data<App>, asked: Asked) -> Result<HttpResponse, ApiError> {
    match asked {
        Asked::Json(fields) if fields.has("clientId") || fields.has("clientSecret") => client(&request, &app, fields).await,
        Asked::Json(mut fields) => {
            let (credentials, code) = presented(&mut fields);
            fields.finish()?;
            let given = grants::sign_in(&app.ctx, credentials, code.as_deref(), &origin_of(&request)).await?;
            Ok(tokens::answer(&request, &given))
        }
        Asked::Form(form) => form_client(&request, &app, &form).await,
    }
}

async fn client(request: &HttpRequest, app: &App, mut fields: Fields) -> Result<HttpResponse, ApiError> {
    let (id, secret, scope) = (fields.text("clientId"), fields.text("clientSecret"), fields.optional_text("scope"));
    fields.finish()?;
    service_token(request, app, &id, &secret, scope.as_deref()).await
}

async fn form_client(request: &HttpRequest, app: &App, form: &OAuthForm) -> Result<HttpResponse, ApiError> {
    let field = |name: &str, why: &str| ApiError::field(Code::Unprocessable, name, why);
    if form.get("grant_type") != Some("client_credentials") {
        return Err(field("grant_type", "must be client_credentials"));
    }
    match (form.get("client_id"), form.get("client_secret")) {
        (Some(id), Some(secret)) => service_token(request, app, id, secret, form.get("scope")).await,
        (None, _) => Err(field("client_id", "is missing")),
        (Some(_), None) => Err(field("client_secret", "is missing")),
    }
}

async fn service_token(
    request: &HttpRequest,
    app: &App,
    id: &str,
    secret: &str,
    scope: Option<&str>,
) -> Result<HttpResponse, ApiError> {
    let unknown = |name: &str| ApiError::field(Code::Unprocessable, "scope", format!("{name} is none of the account's scopes"));
    let asked = scope.filter(|scope| !scope.trim().is_empty()).map(|scope| Scopes::parse(scope.split_ascii_whitespace()));
    let asked = asked.transpose().map_err(unknown)?;
    let account = service::sign_in(&app.ctx, id, secret, sender(request.headers()), &origin_of(request)).await?;
    let given = grants::for_service(&app.ctx, &account, asked.as_ref(), None).await.map_err(|error| match error {
        ServiceTokenError::Scope(name) => unknown(&name),
        ServiceTokenError::NoService | ServiceTokenError::Audience => Code::BadCredential.into(),
        ServiceTokenError::Unexpected(error) => error.into(),
    })?;
    Ok(tokens::answer(request, &given))
}

impl From<ServiceSignInError> for ApiError {
    fn from(error: ServiceSignInError) -> Self {
        match error {
            ServiceSignInError::Wrong => Self::from(Code::BadCredential).fix("Check the client id and the secret."),
            ServiceSignInError::TooMany(exhausted) => exhausted.into(),
            ServiceSignInError::Stale(stale) => Unverified::from(stale).into(),
            ServiceSignInError::Unexpected(error) => error.into(),
        }
    }
}
