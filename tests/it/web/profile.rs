//! `/profile`.

use latchkey::http::web::assets;

use crate::served;

served! {
    async fn the_profile_says_who_one_is(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let page = browser.get("/profile").await;
        assert_eq!(page.status, 200, "{}", page.body);
        let facts = page.texts_of("dl.facts dd");
        assert_eq!(facts[0], "alice Change your name");
        assert!(facts[1].starts_with("alice@example.com Confirmed"), "{facts:?}");
        assert_eq!((facts[2].as_str(), facts[4].as_str()), ("user", alice.id().to_string().as_str()));
        assert!(facts[3].contains("22 Nov 2026"), "{facts:?}");
        assert!(!page.body.contains("/admin"), "only administrators are shown the way there");
    }

    async fn an_unconfirmed_address_is_told_what_to_do(app: &TestApp) {
        app.unconfirmed("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let page = browser.get("/profile").await;
        assert_eq!(page.text_of("#confirm-title"), "Confirm your email address");
        assert!(page.text_of(".notice").contains("/mail"), "without a mail server, the folder is named: {}", page.body);
        assert_eq!(page.attribute("main form", "action").as_deref(), Some("/profile/verify"));
    }

    async fn a_link_cannot_make_a_page_say_anything(app: &TestApp) {
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        for path in ["/profile", "/profile/security", "/profile/sessions", "/profile/tokens"] {
            for word in ["", "1", "policy", "Your+account+is+locked,+call+0900", "%3Cb%3E", "%00"] {
                let page = browser.get(&format!("{path}?done={word}")).await;
                assert_eq!((page.status, page.texts_of(".notice.good").len()), (200, 0), "{path} {word}");
            }
        }
        assert_eq!(browser.get("/profile?done=sent").await.text_of(".notice.good"), "The mail is on its way.");
    }

    async fn a_first_view_stays_light(app: &TestApp) {
        app.admin("root@example.com").await;
        app.user("alice@example.com").await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        for path in ["/profile", "/profile/tokens", "/profile/tokens/new"] {
            let page = browser.get(path).await;
            let linked = page.body.matches("/static/").count();
            let files: std::collections::BTreeSet<&str> =
                ["style.css", "app.js", "icons.svg"].into_iter().map(assets::url).filter(|url| page.body.contains(url)).collect();
            assert!(linked > 0 && files.len() <= 3, "{path}");
            assert!(page.body.len() < 30_000, "{path}: {}", page.body.len());
        }
    }
}
