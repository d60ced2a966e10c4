//! `/profile/tokens/new`: presets, copies, addresses, and who is asked again.

use latchkey::base::time::Span;

use super::{alice_with_token, create, secret_on};
use crate::served;
use crate::support::app::PASSWORD;

served! {
    async fn presets_tick_by_a_plain_link_and_keep_what_was_asked(app: &TestApp) {
        let (browser, _) = alice_with_token(app).await;
        let page = browser.get("/profile/tokens/new?name=Gateway&days=30").await;
        let service = page.attributes("a.preset", "href").into_iter().find(|href| href.contains("preset=service"));
        let page = browser.get(&service.expect("a preset")).await;
        assert_eq!(page.attributes("input[name=scopes][checked]", "value"), ["profile", "verify"]);
        assert_eq!((page.field("name").as_str(), page.attribute("input[name=expires][checked]", "value").as_deref()), ("Gateway", Some("30")));
        assert_eq!(page.texts_of("a.preset[aria-current]").len(), 1);
        let all = browser.get("/profile/tokens/new?preset=everything").await;
        assert!(!all.attributes("input[name=scopes][checked]", "value").contains(&"admin".to_owned()), "not beyond one's roles");
        for nonsense in ["", "all", "%00", "service%20"] {
            let page = browser.get(&format!("/profile/tokens/new?preset={nonsense}")).await;
            assert_eq!((page.status, page.texts_of("input[name=scopes][checked]").len()), (200, 0), "{nonsense}");
        }
    }

    async fn a_copy_has_the_same_reach_and_a_secret_of_its_own(app: &TestApp) {
        let (browser, _) = alice_with_token(app).await;
        let fields = [("name", "Bound"), ("scopes", "verify"), ("addresses", "127.0.0.1\r\n2001:db8::/48"), ("expires", "365")];
        let secret = secret_on(&create(&browser, &fields).await);
        let list = browser.get("/profile/tokens?q=bound").await;
        let own = list.attribute("tbody th a", "href").expect("its page");
        let copy = browser.get(&own).await.attribute("main a[href*='from=']", "href").expect("Duplicate");
        let form = browser.get(&copy).await;
        assert!(form.text_of(".notice").contains("Bound"), "{}", form.body);
        assert_eq!((form.field("name").as_str(), form.text_of("textarea").as_str()), ("Bound (copy)", "127.0.0.1 2001:db8::/48"));
        assert_eq!(form.attributes("input[name=scopes][checked]", "value"), ["verify"]);
        assert_eq!(form.attribute("input[name=expires][checked]", "value").as_deref(), Some("365"));
        let named = browser.get(&format!("{copy}&name=Twin&days=30")).await;
        assert_eq!((named.field("name").as_str(), named.attribute("input[name=expires][checked]", "value").as_deref()), ("Twin", Some("30")));
        let twin = [("name", "Bound (copy)"), ("expires", "365"), ("addresses", "127.0.0.1")];
        let made = browser.submit_from(&form, "/profile/tokens", &twin).await;
        assert_ne!(secret_on(&made), secret);
        assert!(made.text_of("main").contains("It works only from 127.0.0.1."), "{}", made.text_of("main"));
        for (scheme, status) in [(secret, 200), (secret_on(&made), 200)] {
            assert_eq!(app.bearer(&scheme).get("/v1/me").await.status, status);
        }
    }

    async fn a_token_bound_to_other_addresses_is_refused_here(app: &TestApp) {
        let (browser, _) = alice_with_token(app).await;
        let form = browser.get("/profile/tokens/new").await;
        assert!(form.text_of("#addresses-hint").contains("You are at 127.0.0.1."), "{}", form.text_of("#addresses-hint"));
        let before = app.state_and_log().await;
        let wrong = create(&browser, &[("name", "Bound"), ("addresses", "203.0.113.7\r\n\r\n10.0.0.0/33")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text_of("#addresses-problem").contains("Line 3: “10.0.0.0/33”"), "{}", wrong.body);
        assert_eq!(wrong.text_of("textarea"), "203.0.113.7 10.0.0.0/33", "what was typed is kept");
        assert_eq!(app.state_and_log().await, before);
        let secret = secret_on(&create(&browser, &[("name", "Bound"), ("addresses", "203.0.113.7")]).await);
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status / 100, 4);
    }

    async fn r33_after_half_an_hour_a_new_token_asks_again_who_it_is_and_loses_nothing(app: &TestApp) {
        let (browser, _) = alice_with_token(app).await;
        let form = browser.get("/profile/tokens/new").await;
        app.clock.advance(Span::minutes(31));
        let before = app.state().await;
        let filled = [("name", "Gateway"), ("scopes", "profile"), ("scopes", "verify"), ("expires", "30"), ("addresses", "127.0.0.1\r\n::1")];
        let asked = browser.submit_from(&form, "/profile/tokens", &filled).await;
        assert_eq!(asked.text_of("h1"), "Confirm it's you");
        assert_eq!(app.state().await, before, "nothing is made before that");
        assert_eq!(asked.attributes("input[name=scopes]", "value"), ["profile", "verify"]);
        assert_eq!(asked.field("addresses"), "127.0.0.1\n::1", "as every parser reads it");
        let nonce = asked.field("nonce");
        let kept: Vec<(&str, &str)> = filled.into_iter().chain([("nonce", nonce.as_str()), ("confirm_password", PASSWORD)]).collect();
        let made = browser.submit_from(&asked, "/profile/tokens", &kept).await;
        assert_eq!(made.text_of("h1"), "Token Gateway created", "{}", made.body);
        let again = browser.submit_from(&asked, "/profile/tokens", &kept).await;
        assert!(again.text_of("h1").starts_with("Already created"), "{}", again.body);
        assert_eq!(app.rows("SELECT id FROM credentials WHERE name = 'Gateway'").await.len(), 1, "once");
    }
}
