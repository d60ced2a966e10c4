//! What a person may do with tokens that are there, as the verbs say it: one module per verb.

mod addresses;
mod change;
mod count;
mod duplicate;
mod ends;
mod lock;
mod revoke;
mod rotate;
mod usage;

use latchkey::domain::accounts::Person;
use latchkey::domain::audit::{self, Action, Filter, Recorded};
use latchkey::domain::credentials::{self, Detail, Issued};

use crate::support::{TestApp, letter};

/// The token, as its owner's page shows it.
async fn found(app: &TestApp, of: &Person, token: &Issued) -> Detail {
    credentials::find(&app.app().ctx, of, token.credential.id).await.expect("read").expect("it is there")
}

/// The status that a secret gets at our own door, and the code if it is refused.
async fn answered(app: &TestApp, secret: &str) -> (u16, String) {
    let answer = app.bearer(secret).get("/v1/me").await;
    (answer.status, if answer.status == 200 { String::new() } else { answer.code() })
}

fn good() -> (u16, String) {
    (200, String::new())
}

fn refused() -> (u16, String) {
    (401, "AUTH_002".to_owned())
}

/// The text of the mail to an address with this subject.
async fn mail(app: &TestApp, to: &str, subject: &str) -> String {
    let subject = format!("Subject: {subject}\r\n");
    let mails = app.mails_to(to).await;
    letter::text(mails.iter().find(|mail| mail.contains(&subject)).unwrap_or_else(|| panic!("no {subject}")))
}

/// The newest events of a kind.
async fn events(app: &TestApp, action: Action) -> Vec<Recorded> {
    let filter = Filter { action: Some(action), ..Filter::default() };
    audit::list(&app.app().ctx.db, &filter, None, latchkey::base::page::PageSize::DEFAULT).await.expect("read").rows
}
