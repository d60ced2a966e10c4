//! From signing in to a token that is refused.

use latchkey::base::time::Span;
use latchkey::domain::credentials;

use super::{create, secret_on};
use crate::served;

served! {
    async fn a_person_creates_a_token_uses_it_sees_its_use_and_revokes_it(app: &TestApp) {
        app.admin("root@example.com").await;
        app.account("alice@example.com", latchkey::domain::accounts::Roles::user()).await;
        let browser = app.browser();
        let signed_in = browser.sign_in("alice@example.com").await;
        assert_eq!(signed_in.header("location"), "/profile/tokens");
        let empty = browser.get("/profile/tokens").await;
        assert_eq!(empty.text_of("h2"), "You have no tokens yet");

        let created = create(&browser, &[("scopes", "profile")]).await;
        assert_eq!((created.status, created.text_of("h1").as_str()), (200, "Token CI deploy created"), "{}", created.body);
        let secret = secret_on(&created);
        let authorization = format!("Bearer {secret}");
        let headers = [("authorization", authorization.as_str()), ("user-agent", "curl/8.5.0")];
        let me = app.send("GET", "/v1/me", &headers, "").await;
        assert_eq!((me.status, me.json()["data"]["email"].as_str()), (200, Some("alice@example.com")));

        credentials::flush(&app.app().ctx).await.expect("flushed");
        app.clock.advance(Span::minutes(3));
        let list = browser.get("/profile/tokens").await;
        let row = list.text_of("tbody tr");
        assert!(list.text_of("tbody th").starts_with("CI deploy") && row.contains("profile") && row.contains("Active"), "{row}");
        assert!(row.contains("3 minutes ago") && row.contains("from 127.0.0.1 by curl/8.5.0"), "{row}");
        assert_eq!(list.text_of("td[data-label=Uses]"), "1");

        let confirm = list.attribute("tbody a.ends", "href").expect("a way to revoke it");
        let page = browser.get(&confirm).await;
        assert_eq!(page.text_of("h1"), "Revoke CI deploy?");
        assert!(page.text_of(".notice").contains("last used 3 minutes ago from 127.0.0.1 by curl/8.5.0"), "{}", page.body);
        let revoked = browser.submit(&confirm, &confirm, &[]).await;
        assert_eq!((revoked.status, revoked.header("location")), (303, "/profile/tokens?done=revoked"));
        let list = browser.get(revoked.header("location")).await;
        assert_eq!(list.text_of(".notice.good"), "The token is revoked. It is refused from its next request on.");
        assert_eq!(app.bearer(&secret).get("/v1/me").await.code(), "AUTH_002");
        let ended = browser.get("/profile/tokens?state=revoked").await;
        assert!(ended.text_of("td[data-label=Status]").starts_with("Revokedby you"), "{}", ended.text_of("tbody tr"));
        let mails = app.mails().await;
        assert!(mails.iter().filter(|mail| mail.contains("To: alice@example.com")).count() >= 2, "created, and revoked");
    }

    async fn a_person_whose_address_is_unconfirmed_is_told_why_there_are_no_tokens(app: &TestApp) {
        app.admin("root@example.com").await;
        app.unconfirmed("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let list = browser.get("/profile/tokens").await;
        assert_eq!(list.text_of("#creating-title"), "Confirm your email address first");
        assert!(!list.body.contains("/profile/tokens/new"), "no button that leads nowhere");
        assert_eq!(browser.get("/profile/tokens/new").await.header("location"), "/profile/tokens");
        let before = app.state_and_log().await;
        let nonce = "0123456789abcdef0123456789abcdef";
        let fields = [("name", "CI"), ("expires", "30"), ("nonce", nonce)];
        let refused = browser.submit_from(&list, "/profile/tokens", &fields).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(refused.text_of("#name-problem").contains("Confirm your email address"));
        assert_eq!(app.state_and_log().await, before);
    }
}
