//! `/admin/system`.

use crate::both;
use crate::served;
use crate::support::TestApp;

served! {
    async fn r118_what_runs_here_is_told_to_administrators_alone(app: &TestApp) {
        app.admin("root@example.com").await;
        app.user("alice@example.com").await;
        let (admin, hers) = (app.browser(), app.browser());
        admin.sign_in("root@example.com").await;
        hers.sign_in("alice@example.com").await;
        let page = admin.get("/admin/system").await;
        let facts = page.texts_of(".facts dd");
        assert_eq!(facts[0], format!("Latchkey {}", env!("CARGO_PKG_VERSION")));
        assert!(facts[1].starts_with("22 Nov 2026, 09:00 UTC") && facts[3].ends_with("B"), "{facts:?}");
        assert!(["SQLite 3.", "Postgres "].iter().any(|name| facts[3].starts_with(name)), "{facts:?}");
        assert!(page.text_of("#view-title + p").contains("127.0.0.1"));
        for (who, answer) in [("hers", hers.get("/admin/system").await), ("nobody's", app.anon("GET", "/admin/system").await)] {
            assert!(!answer.body.contains("SQLite") && !answer.body.contains("Postgres 1"), "{who}");
            assert!(matches!(answer.status, 303 | 403), "{who}");
        }
        assert_eq!(page.header("server"), "");
    }

    async fn r119_settings_are_shown_with_their_source_and_without_their_secrets(app: &TestApp) {
        app.admin("root@example.com").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let page = browser.get("/admin/system").await;
        let keys = page.texts_of(".settings tbody th");
        let sources = page.texts_of(".settings td[data-label=From]");
        let at = |key: &str| keys.iter().position(|known| known == key).expect("the setting");
        assert_eq!((sources[at("workers")].as_str(), sources[at("sign_up")].as_str()), ("given by the caller", "default"));
        assert!(!page.body.contains(crate::support::database::MASTER_KEY), "the master key stays secret");
        assert_eq!(keys.len(), latchkey::config::SETTINGS.len());
    }
}

both! {
    async fn the_address_is_explained_as_it_was_found(db: &TestDb) {
        let app = TestApp::start(db, &[("trusted_proxies", "127.0.0.0/8")]).await;
        app.admin("root@example.com").await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let page = browser.send("GET", "/admin/system", &[("x-forwarded-for", "198.51.100.7, 127.0.0.9")], String::new()).await;
        assert_eq!(page.text_of("#view-title + p"), "198.51.100.7");
        assert!(page.text_of("main").contains("The connection comes from 127.0.0.1, one of the trusted_proxies"), "{}", page.body);
        assert!(page.text_of("main").contains("X-Forwarded-For: 198.51.100.7, 127.0.0.9"));
        let page = browser.get("/admin/system").await;
        assert!(page.text_of("main").contains("it sent no usable X-Forwarded-For header"));
        app.stop().await;
    }
}
