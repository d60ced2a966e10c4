//! The pages of workspaces.

mod delete;
mod invites;
mod join;
mod keys;
mod members;
mod mine;
mod service_accounts;
mod settings;

use crate::support::TestApp;
use crate::support::app::{Answer, Browser};
use crate::support::letter;

/// Invites somebody to `acme`.
async fn invite(browser: &Browser<'_>, email: &str, role: &str) -> Answer {
    browser.submit("/w/acme/invites", "/w/acme/invites", &[("email", email), ("role", role)]).await
}

/// The path of the link in the newest mail to an address.
async fn join_link(app: &TestApp, email: &str) -> String {
    letter::link(app.mails_to(email).await.last().expect("a mail"), "/join/")
}
