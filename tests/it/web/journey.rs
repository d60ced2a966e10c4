//! The way of a newcomer, by plain forms and links alone.

use latchkey::domain::credentials;

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

    async fn r48_from_an_empty_service_to_a_token_that_is_used_and_revoked_without_script(app: &TestApp) {
        let admin = app.browser();
        let setup = app.setup_url().expect("a setup link").replace(&app.url(""), "");
        let page = admin.get(&setup).await;
        let ada = [("name", "Ada Quist"), ("email", "ada@example.com"), ("password", PASSWORD), ("allow_tokens", "yes")];
        assert_eq!(admin.submit_from(&page, &form(&page, "Create administrator"), &ada).await.status, 303);

        let browser = app.browser();
        super::sign_up(&browser, "anna@example.com", PASSWORD).await;
        let (mailed, _) = app.confirmation("anna@example.com").await;
        assert_eq!(browser.submit(&mailed, &mailed, &[]).await.status, 200);
        browser.sign_in("anna@example.com").await;
        let empty = browser.get("/profile/tokens").await;
        let page = browser.get(&link(&empty, "New API token")).await;
        let asked = [("name", "CI deploy"), ("scopes", "profile"), ("expires", "30")];
        let created = browser.submit_from(&page, &form(&page, "Create token"), &asked).await;
        assert_eq!((created.status, created.text_of("h1").as_str()), (200, "Token CI deploy created"));
        let secret = created.attributes_of("#secret")["value"].clone();

        let me = app.bearer(&secret).get("/v1/me").await;
        assert_eq!((me.status, me.json()["data"]["email"].as_str()), (200, Some("anna@example.com")));
        credentials::flush(&app.app().ctx).await.expect("counted");
        let list = browser.get(&link(&created, "I have stored it")).await;
        assert!(list.text_of("tbody tr").contains("from 127.0.0.1"), "{}", list.text_of("tbody tr"));
        assert!(!list.body.contains(&secret));

        let page = browser.get(&link(&list, "Revoke CI deploy")).await;
        let revoked = browser.submit_from(&page, &form(&page, "Revoke token"), &[]).await;
        assert_eq!(revoked.status, 303);
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 401);
        let list = browser.get(revoked.header("location")).await;
        assert!(browser.get(&link(&list, "Revoked")).await.text_of("tbody tr").contains("CI deploy"));
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
