//! The keys of a workspace, as the verbs manage them: one module per verb, and one for what keys may do to keys.

mod below;
mod change;
mod issue;
mod list;
mod revoke;
mod rotate;
mod told;

use crate::support::TestApp;

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
