//! The way of a newcomer, by plain forms and links alone.

use super::is_signed_in;
use crate::served;
use crate::support::app::{Answer, PASSWORD};

/// The address of the first element that the selector finds and that shows these words: what a person can press.
#[track_caller]
fn found(page: &Answer, selector: &str, words: &str) -> String {
    let html = scraper::Html::parse_document(&page.body);
    let wanted = scraper::Selector::parse(selector).expect("a selector");
    let found = html.select(&wanted).find(|element| element.text().collect::<String>().contains(words));
    let found = found.unwrap_or_else(|| panic!("no {words} on {}", page.body));
    found.attr("href").or(found.attr("action")).expect("selected by it").to_owned()
}

#[track_caller]
fn link(page: &Answer, words: &str) -> String {
    found(page, "a[href]", words)
}

#[track_caller]
fn form(page: &Answer, words: &str) -> String {
    found(page, "form[action][method=post]", words)
}

served! {
    async fn r48_from_the_start_page_to_ones_own_without_script(app: &TestApp) {
        let browser = app.browser();
        let start = browser.get("/").await;
        let page = browser.get(&link(&start, "Create your account")).await;
        let fields = [("name", "Anna Berg"), ("email", "anna@example.com"), ("password", PASSWORD)];
        let sent = browser.submit_from(&page, &form(&page, "Create account"), &fields).await;
        let (mailed, code) = app.confirmation("anna@example.com").await;
        assert_eq!((form(&sent, "Confirm email address").as_str(), code.len()), ("/verify", 6));
        let page = browser.get(&mailed).await;
        let confirmed = browser.submit_from(&page, &form(&page, "Confirm email address"), &[]).await;
        assert_eq!(confirmed.text_of("h1"), "Email address confirmed");
        let page = browser.get(&found(&confirmed, "main a[href]", "Sign in")).await;
        assert_eq!(page.field("next"), "/profile/tokens");
        let credentials = [("email", "anna@example.com"), ("password", PASSWORD)];
        let entered = browser.submit_from(&page, &form(&page, "Password"), &credentials).await;
        assert_eq!((entered.status, entered.header("location")), (303, "/profile/tokens"));
        assert!(is_signed_in(&browser).await);
        let page = browser.get("/verify").await;
        let left = browser.submit_from(&page, &form(&page, "Sign out"), &[]).await;
        assert_eq!(left.header("location"), "/sign-in?done=signed-out");
        assert!(!is_signed_in(&browser).await);
    }

    async fn r48_the_code_from_another_device_will_do(app: &TestApp) {
        let browser = app.browser();
        let sent = super::sign_up(&browser, "anna@example.com", PASSWORD).await;
        let (_, code) = app.confirmation("anna@example.com").await;
        assert_eq!(sent.field("email"), "anna@example.com");
        let confirmed = browser.submit_from(&sent, "/verify", &[("email", "anna@example.com"), ("code", &code)]).await;
        assert_eq!((confirmed.status, confirmed.text_of("h1").as_str()), (200, "Email address confirmed"));
    }
}
