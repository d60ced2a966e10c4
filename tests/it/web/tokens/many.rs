//! `/profile/tokens/revoke-many`, and the filters of the list.

use latchkey::base::time::Span;
use latchkey::domain::credentials;

use super::{alice_with_token, create, secret_on};
use crate::served;
use crate::support::app::Answer;

/// The names in the list on a page, without what is shown of the secrets.
fn names(page: &Answer) -> Vec<String> {
    page.texts_of("tbody th a")
}

served! {
    async fn several_tokens_are_named_with_their_last_use_and_revoked_together(app: &TestApp) {
        let (browser, first) = alice_with_token(app).await;
        let second = secret_on(&create(&browser, &[("name", "Second")]).await);
        create(&browser, &[("name", "Third")]).await;
        app.bearer(first.secret.reveal()).get("/v1/me").await;
        credentials::flush(&app.app().ctx).await.expect("flushed");
        let list = browser.get("/profile/tokens").await;
        let found = browser.get("/profile/tokens?q=second").await.attribute("input[name=ids]", "value").expect("its box");
        let ids = [found, first.credential.id.to_string()];
        let form = list.attribute("#many", "action").expect("a form for those that are ticked");
        let before = app.state_and_log().await;
        let page = browser.get(&format!("{form}?ids={}&ids={}&ids={}&ids=nonsense", ids[0], ids[1], ids[0])).await;
        assert_eq!(page.text_of("h1"), "Revoke 2 tokens?");
        let rows = page.texts_of("tbody tr");
        assert!(rows[0].starts_with("Second") && rows[0].contains("Never"), "{rows:?}");
        assert!(rows[1].starts_with("CI deploy") && rows[1].contains("just now") && rows[1].contains("from 127.0.0.1"), "{rows:?}");
        assert_eq!(app.state_and_log().await, before, "looking revokes nothing");
        let hidden = page.attributes("main form input[name=ids]", "value");
        let fields: Vec<(&str, &str)> = hidden.iter().map(|id| ("ids", id.as_str())).collect();
        let revoked = browser.submit_from(&page, "/profile/tokens/revoke-many", &fields).await;
        assert_eq!(revoked.header("location"), "/profile/tokens?done=revoked-many");
        let list = browser.get(revoked.header("location")).await;
        assert_eq!((names(&list), list.text_of(".notice.good").contains("are revoked")), (vec!["Third".to_owned()], true));
        for secret in [first.secret.reveal(), &second] {
            assert_eq!(app.bearer(secret).get("/v1/me").await.status, 401);
        }
    }

    async fn one_token_of_somebody_else_among_them_revokes_none(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let bob = app.user("bob@example.com").await;
        let his = app.token(&bob, "of Bob alone", &[]).await;
        let (own, other) = (token.credential.id.to_string(), his.credential.id.to_string());
        let page = browser.get(&format!("/profile/tokens/revoke-many?ids={own}&ids={other}")).await;
        assert_eq!((page.text_of("h1").as_str(), page.body.contains("of Bob alone")), ("Revoke one token?", false));
        let before = app.state_and_log().await;
        for ids in [[own.as_str(), other.as_str()], [own.as_str(), "nonsense"]] {
            let fields = ids.map(|id| ("ids", id));
            let refused = browser.submit_from(&page, "/profile/tokens/revoke-many", &fields).await;
            assert_eq!(refused.status, 404, "{ids:?}");
        }
        let nothing = browser.submit_from(&page, "/profile/tokens/revoke-many", &[]).await;
        assert_eq!((nothing.status, nothing.text_of("h1").as_str()), (422, "No token is ticked"));
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
    }

    async fn cards_count_and_filter_what_somebody_should_look_at(app: &TestApp) {
        let (browser, _) = alice_with_token(app).await;
        create(&browser, &[("name", "Yearly"), ("expires", "365")]).await;
        create(&browser, &[("name", "Endless"), ("expires", "never")]).await;
        let figures = |page: &Answer| page.texts_of(".glance-count");
        assert_eq!(figures(&browser.get("/profile/tokens").await), ["3", "0", "0", "1"]);
        assert_eq!(names(&browser.get("/profile/tokens?only=never-expires").await), ["Endless"]);
        app.clock.advance(Span::days(16));
        browser.sign_in("alice@example.com").await;
        let expiring = browser.get("/profile/tokens?only=expiring").await;
        assert_eq!((figures(&expiring), names(&expiring)), (vec!["3".into(), "1".into(), "0".into(), "1".into()], vec!["CI deploy".to_owned()]));
        assert_eq!(expiring.attribute(".glance [aria-current]", "href").as_deref(), Some("/profile/tokens?only=expiring"));
        assert!(browser.get("/profile/tokens?only=unused").await.text_of(".empty-line").starts_with("Every active token"));
        app.clock.advance(Span::days(74));
        browser.sign_in("alice@example.com").await;
        let unused = browser.get("/profile/tokens?only=unused&sort=name").await;
        assert_eq!((figures(&unused)[2].as_str(), names(&unused)), ("2", vec!["Endless".to_owned(), "Yearly".to_owned()]));
        let none = browser.get("/profile/tokens?only=unused&q=nothing").await;
        assert!(none.text_of(".empty-line").starts_with("No active token that nobody used for 90 days matches"), "{}", none.body);
        assert_eq!(none.attribute(".empty-line a", "href").as_deref(), Some("/profile/tokens?only=unused"));
    }

    async fn a_leaked_token_is_revoked_as_such_and_its_page_says_so(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let own = format!("/profile/tokens/{}", token.credential.id);
        let leak = browser.get(&own).await.attribute("main a[href$='leaked=yes']", "href").expect("I leaked it");
        let page = browser.get(&leak).await;
        assert_eq!(page.attribute("#leaked", "checked").as_deref(), Some(""));
        let revoked = browser.submit_from(&page, &format!("{own}/revoke"), &[("leaked", "yes")]).await;
        assert_eq!(revoked.header("location"), format!("{own}?done=leaked"));
        let told = browser.get(revoked.header("location")).await;
        assert!(told.text_of("main").contains("because it leaked"), "{}", told.body);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 401);
        assert_eq!(app.rows("SELECT id FROM credentials WHERE leaked_at IS NOT NULL").await.len(), 1);
    }
}
