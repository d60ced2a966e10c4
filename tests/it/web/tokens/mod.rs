//! `/profile/tokens…`.

mod create;
mod detail;
mod list;
mod many;
mod new;
mod reveal;
mod revoke;
mod rotate;
mod story;

use latchkey::domain::credentials::Issued;

use crate::support::TestApp;
use crate::support::app::{Answer, Browser};

/// A server with an administrator, and Alice, signed in, with a token "CI deploy" for 30 days.
async fn alice_with_token(app: &TestApp) -> (Browser<'_>, Issued) {
    app.admin("root@example.com").await;
    let alice = app.user("alice@example.com").await;
    let token = app.token(&alice, "CI deploy", &["profile"]).await;
    let browser = app.browser();
    browser.sign_in("alice@example.com").await;
    (browser, token)
}

/// Fills in the form "New API token": this name, no scope, 30 days, unless `fields` say otherwise.
async fn create(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    let usual = [("name", "CI deploy"), ("expires", "30")];
    let mut sent: Vec<(&str, &str)> = usual.into_iter().filter(|(key, _)| fields.iter().all(|(other, _)| other != key)).collect();
    sent.extend(fields);
    browser.submit("/profile/tokens/new", "/profile/tokens", &sent).await
}

/// The secret on the page that shows it.
fn secret_on(page: &Answer) -> String {
    page.attribute("#secret", "value").unwrap_or_else(|| panic!("no secret in {}", page.body))
}
