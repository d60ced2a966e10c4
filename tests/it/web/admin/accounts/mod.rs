//! `/admin/accounts…`.

mod factor;
mod invite;
mod last;
mod list;
mod roles;
mod show;
mod suspend;

use latchkey::base::id::AccountId;
use latchkey::base::text::EmailAddress;
use latchkey::domain::access::Administrator;
use latchkey::domain::accounts::Person;

use crate::support::TestApp;
use crate::support::app::{Answer, Browser};

/// The first administrator's browser.
async fn administrator(app: &TestApp) -> Browser<'_> {
    app.admin("root@example.com").await;
    let browser = app.browser();
    browser.sign_in("root@example.com").await;
    browser
}

/// The page of an account, and below it what can be done.
fn page_of(person: &Person, what: &str) -> String {
    format!("/admin/accounts/{}{what}", person.id())
}

/// Presses the one button of a page that asks whether to.
async fn press(browser: &Browser<'_>, page: &str) -> Answer {
    browser.submit(page, page, &[]).await
}

/// Whose account an address is.
async fn id_of(app: &TestApp, root: &Person, email: &str) -> AccountId {
    let administrator = Administrator::of(root.clone()).expect("an administrator");
    let email = EmailAddress::parse(email).expect("an address");
    administrator.account_of(&app.app().ctx, &email).await.expect("read").expect("there is one")
}
