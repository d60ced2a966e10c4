//! What people type is text, on every page and in every mail.

use latchkey::base::text::{EmailAddress, PersonName};
use latchkey::base::time::Span;
use latchkey::domain::accounts::{NewAccount, Password, Roles, create_by_operator};
use latchkey::domain::credentials;
use scraper::{Html, Selector};

use crate::served;
use crate::support::app::{Answer, PASSWORD};

served! {
    async fn r43_what_people_type_is_text_on_every_page_and_in_every_mail(app: &TestApp) {
        for (n, hostile) in ["\"><svg/onload=alert(1)>", "javascript:alert(1)", "'><img src=x onerror=alert(1)>"].iter().enumerate() {
            let email = format!("hostile{n}@example.com");
            let account = NewAccount {
                email: EmailAddress::parse(&email).expect("an address"),
                name: PersonName::parse(hostile).expect("a name"),
                roles: Roles::admin(),
            };
            let password = Password::choose(PASSWORD, 12, &[]).expect("a good password");
            create_by_operator(&app.app().ctx, account, &password).await.expect("an account");
            let browser = app.browser();
            browser.sign_in(&email).await;
            let policy = [("allowed", "yes"), ("roles", "*"), ("no_expiry", "yes")];
            browser.submit("/admin/policy", "/admin/policy", &policy).await;
            let fields = [("name", *hostile), ("expires", "30"), ("scopes", "profile")];
            let mut pages = vec![browser.submit("/profile/tokens/new", "/profile/tokens", &fields).await];
            let secret = pages[0].attribute("#secret", "value").expect("the token");
            let authorization = format!("Bearer {secret}");
            app.send("GET", "/v1/me", &[("authorization", &authorization), ("user-agent", hostile)], "").await;
            credentials::flush(&app.app().ctx).await.expect("flushed");
            app.clock.advance(Span::minutes(2));
            browser.send("GET", "/profile", &[("user-agent", hostile)], String::new()).await;
            let typed: String = form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
            let wrong = [("name", *hostile), ("expires", *hostile), ("scopes", *hostile), ("until", *hostile)];
            pages.push(browser.submit("/profile/tokens/new", "/profile/tokens", &wrong).await);
            let wrong = [("roles", *hostile), ("longest_days", *hostile)];
            pages.push(browser.submit("/admin/policy", "/admin/policy", &wrong).await);
            for path in [
                "/profile", "/profile/security", "/profile/sessions", "/profile/activity", "/admin/policy", "/admin/audit",
                "/profile/tokens", "/profile/tokens?q=QQ", "/profile/tokens?state=QQ&sort=QQ&q=QQ", "/profile/tokens?after=QQ",
                "/profile/tokens/new?name=QQ&scopes=QQ&days=QQ", "/admin/audit?account=QQ&action=QQ", "/profile?done=QQ", "/QQ",
                "/profile/tokens/QQ/revoke",
            ] {
                pages.push(browser.get(&path.replace("QQ", &typed)).await);
            }
            let revoke = pages.iter().find_map(|page| page.attribute("tbody a.ends", "href")).expect("the token is listed");
            pages.push(browser.get(&revoke).await);
            pages.push(browser.submit(&revoke, &revoke, &[]).await);
            pages.push(browser.get("/profile/tokens?state=revoked").await);
            let shown = pages.iter().filter(|page| page.texts_of("main").iter().any(|text| text.contains(hostile))).count();
            assert!(shown >= 5, "{hostile} is shown as what it is: {shown}");
            pages.iter().for_each(assert_tame);
        }
        for mail in app.mails().await {
            let html = mail.split("text/html").nth(1).expect("every mail has an HTML part").replace("=\r\n", "");
            assert!(!html.contains("<svg") && !html.contains("<img") && !html.contains("href=3D\"javascript"), "{html}");
        }
    }
}

/// Nothing on the page came from what somebody typed, except text.
fn assert_tame(page: &Answer) {
    let html = Html::parse_document(&page.body);
    let all = Selector::parse("*").expect("a selector");
    for element in html.select(&all) {
        let name = element.value().name();
        assert!(!matches!(name, "img" | "iframe" | "object" | "embed" | "base"), "<{name}> in {}", page.body);
        for (attribute, value) in element.value().attrs() {
            assert!(!attribute.starts_with("on"), "<{name} {attribute}> in {}", page.body);
            let leads = matches!(attribute, "href" | "src" | "action" | "formaction");
            assert!(
                !leads || value.starts_with('/') && !value.starts_with("//") || value.starts_with('#'),
                "{attribute}={value}"
            );
        }
    }
    assert!(!page.header("location").contains("javascript:"));
}
