//! `POST /v1/auth/login`: a session for a program.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::TAG;
use crate::app::App;
use crate::base::text::EmailAddress;
use crate::domain::accounts::PasswordAttempt;
use crate::domain::attempts::TooMany;
use crate::domain::sessions::{self, Credentials, LogInError, MissingFactor, SignInError};
use crate::domain::workspaces;
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, answer};
use crate::http::api::fields::Fields;
use crate::http::api::operation::Operation;
use crate::http::api::schema;
use crate::http::edge::origin_of;

/// Longer than any code, with whatever spaces people write into it.
pub(super) const CODE_MAX: usize = 64;

/// What the document says of it.
pub fn operation() -> Operation {
    let user = schema::object(&[
        ("id", schema::id("usr", "The id of the account.")),
        ("email", schema::told("Its address.")),
        ("plan", schema::told("The plan of the person's own workspace.")),
    ]);
    let session = schema::object(&[
        ("token", schema::told("The session token: a JWT (EdDSA). It is here and nowhere else, ever.")),
        ("expiresAt", schema::time("When the session ends: 24 hours from now. No use prolongs it.")),
        ("user", user),
    ]);
    let body = schema::object_of(
        &[("email", super::email()), ("password", schema::text(1, 1_024, "The password."))],
        &[("totp", schema::or_null(schema::text(0, CODE_MAX, "A code of the authenticator app, or a recovery code.")))],
    );
    Operation::post("/auth/login", login)
        .named(TAG, "login", "Sign in")
        .about(
            "Gives a session token for `Authorization: Bearer …`. The session is listed on the pages under Profile, Sessions, \
             and dies with sign-out. Whoever has a second factor sends a code of it in the same request.",
        )
        .takes(body, json!({ "email": "anna@example.com", "password": "violet-anchor-sings-42", "totp": "492039" }))
        .answers(
            "The session.",
            session,
            json!({
                "token": "eyJhbGciOiJFZERTQSIs…",
                "expiresAt": "2026-11-23T09:00:00.000Z",
                "user": { "id": "usr_019ab3c1d2e37f4089ab12cd34ef5678", "email": "anna@example.com", "plan": "free" },
            }),
        )
        .refuses(&[Code::WrongPassword, Code::FactorRequired, Code::RateLimited])
}

/// `POST /v1/auth/login`
///
/// # Errors
/// One answer for everything that is wrong with address and password.
pub async fn login(request: HttpRequest, app: Data<App>, mut fields: Fields) -> Result<HttpResponse, ApiError> {
    let (credentials, code) = presented(&mut fields);
    fields.finish()?;
    let logged_in = sessions::log_in(&app.ctx, credentials, code.as_deref(), &origin_of(&request)).await?;
    let person = logged_in.person();
    Ok(answer(
        &request,
        json!({
            "token": logged_in.token().reveal(),
            "expiresAt": logged_in.ends_at(),
            "user": {
                "id": person.id(),
                "email": person.email().as_str(),
                "plan": workspaces::plan_of(&app.ctx, person.id()).await?,
            },
        }),
    ))
}

/// What a person signs in with, and the code of their second factor, if they send one.
pub(super) fn presented(fields: &mut Fields) -> (Credentials, Option<String>) {
    let (email, password, code) = (fields.text("email"), fields.text("password"), fields.optional_text("totp"));
    if code.as_ref().is_some_and(|code| code.chars().count() > CODE_MAX) {
        fields.problem("totp", "is too long");
    }
    // What is no address is as wrong as an unknown one, and costs as much.
    (Credentials { email: EmailAddress::parse(&email).ok(), password: PasswordAttempt::new(&password) }, code)
}

impl From<LogInError> for ApiError {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::Factor(missing) => factor_required(missing),
            LogInError::SignIn(SignInError::Wrong) => Code::WrongPassword.into(),
            LogInError::SignIn(SignInError::TooMany(TooMany::Wait(exhausted))) => exhausted.into(),
            LogInError::SignIn(SignInError::TooMany(TooMany::Shut)) => Self::from(Code::RateLimited)
                .detail("reason", "shut".into())
                .fix("Set a new password: ask for a recovery link on the sign-in page."),
            LogInError::SignIn(SignInError::Busy(busy)) => busy.into(),
            LogInError::SignIn(SignInError::Unexpected(error)) => error.into(),
        }
    }
}

fn factor_required(missing: MissingFactor) -> ApiError {
    let required = ApiError::from(Code::FactorRequired);
    match missing {
        MissingFactor::NotShown => required.detail("reason", "missing".into()),
        MissingFactor::WrongCode => required
            .detail("reason", "wrong".into())
            .fix("This code is wrong, or was used before. Wait for the next one, and send that as `totp`."),
        MissingFactor::NotSetUp => required
            .detail("reason", "not_set_up".into())
            .fix("Sign in on the pages first, and set up an authenticator app there."),
    }
}
