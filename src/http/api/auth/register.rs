//! `POST /v1/auth/register`: an account, and the mail that confirms its address.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::TAG;
use crate::app::App;
use crate::base::text::{EmailAddress, PersonName};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Attributes, SignUpDraft, SignUpError};
use crate::http::api::code::Code;
use crate::http::api::envelope::{ApiError, created};
use crate::http::api::fields::Fields;
use crate::http::api::operation::Operation;
use crate::http::api::schema;
use crate::http::edge::origin_of;

/// What the document says of it.
pub fn operation() -> Operation {
    let account = schema::object(&[
        ("id", schema::id("usr", "The id of the account.")),
        ("email", schema::told("The address, as it was sent.")),
        ("name", schema::told("The name; empty if none was sent.")),
        ("plan", schema::told("The plan of the person's own workspace: `free`.")),
        ("createdAt", schema::time("When it was made.")),
    ]);
    let body = schema::object_of(
        &[
            ("email", super::email()),
            ("password", schema::text(12, 1_024, "The password. Not one of those that everybody uses.")),
        ],
        &[("name", schema::or_null(schema::text(0, 100, "How the person wants to be called.")))],
    );
    Operation::post("/auth/register", register)
        .named(TAG, "register", "Create an account")
        .about(
            "The address is confirmed by a link that is mailed to it. An address that has an account already gets the same \
             answer, and its owner a mail.",
        )
        .takes(body, json!({ "email": "anna@example.com", "password": "violet-anchor-sings-42", "name": "Anna" }))
        .creates("The account.", account, example())
        .refuses(&[Code::NotAllowed, Code::RateLimited])
}

fn example() -> Value {
    json!({
        "id": "usr_019ab3c1d2e37f4089ab12cd34ef5678",
        "email": "anna@example.com",
        "name": "Anna",
        "plan": "free",
        "createdAt": "2026-11-22T09:00:00.000Z",
    })
}

/// `POST /v1/auth/register`
///
/// # Errors
/// When sign-up is closed, or a field is wrong; never because of who has an account.
pub async fn register(request: HttpRequest, app: Data<App>, fields: Fields) -> Result<HttpResponse, ApiError> {
    let draft = parse(&app.ctx, fields)?;
    let (email, name) = (draft.email.as_str().to_owned(), draft.name.as_str().to_owned());
    match accounts::sign_up(&app.ctx, draft, &origin_of(&request)).await {
        Ok(made) => Ok(created(
            &request,
            json!({ "id": made.id, "email": email, "name": name, "plan": "free", "createdAt": made.created_at }),
        )),
        Err(SignUpError::Closed) => Err(ApiError::from(Code::NotAllowed)
            .detail("reason", "signup_disabled".into())
            .fix("Accounts are made by invitation here. Ask an administrator for one.")),
        Err(SignUpError::TooMany(exhausted)) => Err(exhausted.into()),
        Err(SignUpError::Busy(busy)) => Err(busy.into()),
        Err(SignUpError::Unexpected(error)) => Err(error.into()),
    }
}

fn parse(ctx: &Ctx, mut fields: Fields) -> Result<SignUpDraft, ApiError> {
    let email = EmailAddress::parse(&fields.text("email")).map_err(|why| fields.problem("email", &why.to_string())).ok();
    let name = PersonName::parse(&fields.optional_text("name").unwrap_or_default());
    let name = name.map_err(|why| fields.problem("name", &why.to_string())).ok();
    let text = fields.text("password");
    let password = match (&email, &name) {
        (Some(email), Some(name)) => {
            accounts::choose_password(ctx, &text, email, name).map_err(|why| fields.problem("password", &why.to_string())).ok()
        }
        _ => None,
    };
    fields.finish()?;
    let parsed = email.zip(name).zip(password);
    let ((email, name), password) = parsed.expect("what could not be read was a problem");
    Ok(SignUpDraft { email, name, password, attributes: Attributes::default() })
}
