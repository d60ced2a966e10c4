//! `/profile/tokens…`.

mod create;
mod list;
mod reveal;
mod revoke;
mod story;

use crate::support::app::{Answer, Browser};

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
