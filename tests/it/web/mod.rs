//! The pages: one module per page or family of pages, and some for what holds on all of them.

mod activity;
mod address;
mod admin;
mod apps;
mod authorize;
mod confirmed;
mod cookies;
mod device;
mod docs;
mod forgery;
mod guarded;
mod guarded_apps;
mod guarded_workspaces;
mod home;
mod hosts;
mod invite;
mod journey;
mod owning;
mod profile;
mod recover;
mod samples;
mod second_factor;
mod second_step;
mod security;
mod sessions;
mod setup;
mod sign_in;
mod sign_out;
mod sign_up;
mod throttles;
mod tokens;
mod typed;
mod verify;
mod well_known;
mod workspaces;

use crate::support::app::{Answer, Browser};

/// Fills in the sign-up form.
async fn sign_up(browser: &Browser<'_>, email: &str, password: &str) -> Answer {
    browser.submit("/sign-up", "/sign-up", &[("name", "Anna Berg"), ("email", email), ("password", password)]).await
}

/// Fills in the sign-in form.
async fn sign_in(browser: &Browser<'_>, email: &str, password: &str) -> Answer {
    browser.submit("/sign-in", "/sign-in", &[("email", email), ("password", password)]).await
}

/// Whether the browser's cookies are those of somebody.
async fn is_signed_in(browser: &Browser<'_>) -> bool {
    let answer = browser.get("/").await;
    match (answer.status, answer.header("location")) {
        (303, "/profile/tokens") => true,
        (200, _) => false,
        other => panic!("{other:?}"),
    }
}

/// A page without what differs each time it is made: its instant and its form tokens.
fn masked(answer: &Answer) -> String {
    let page = scraper::Html::parse_document(&answer.body);
    let varying = scraper::Selector::parse("html[data-now], [name=form_token]").expect("a selector");
    let found = page.select(&varying).filter_map(|element| element.attr("data-now").or(element.attr("value")));
    found.fold(answer.body.clone(), |body, text| body.replace(text, "VARIES"))
}
