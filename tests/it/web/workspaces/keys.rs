//! `/w/{slug}/keys` and `/w/{slug}/usage`.

use latchkey::domain::credentials;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser, Fields};
use crate::support::keys::draft;

const KEYS: &str = "/w/acme/keys";
const NEW: &str = "/w/acme/keys/new";
const GOOD: Fields<'_> =
    &[("name", "Build"), ("kind", "secret"), ("environment", "live"), ("scopes", "verify"), ("expires", "90")];

/// The browser of somebody who owns the workspace.
async fn owner(app: &TestApp) -> Browser<'_> {
    let alice = app.user("alice@example.com").await;
    app.workspace(&alice, "acme").await;
    let browser = app.browser();
    browser.sign_in("alice@example.com").await;
    browser
}

/// The fields, with some of them said otherwise.
fn but<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = GOOD.iter().filter(|(name, _)| other.iter().all(|(known, _)| known != name));
    kept.copied().chain(other.iter().copied()).collect()
}

async fn create(browser: &Browser<'_>, other: &[(&str, &str)]) -> Answer {
    browser.submit(NEW, KEYS, &but(other)).await
}

/// Where the only key of the list is.
async fn only_key(browser: &Browser<'_>) -> String {
    browser.get(KEYS).await.attribute("tbody th a", "href").expect("a key")
}

served! {
    async fn r67_a_key_is_shown_once_and_its_form_makes_one(app: &TestApp) {
        let browser = owner(app).await;
        let empty = browser.get(KEYS).await;
        assert!(empty.body.contains("This workspace has no keys yet") && empty.body.contains("/v1/me"));
        let form = browser.get(NEW).await;
        let created = browser.submit_from(&form, KEYS, GOOD).await;
        let secret = created.field("secret");
        assert!(created.status == 200 && secret.starts_with("lk_sec_live_"), "{}", created.body);
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 200);
        let again = browser.submit_from(&form, KEYS, GOOD).await;
        assert!(again.status == 200 && again.text_of("h1").starts_with("Already created") && !again.body.contains(&secret));
        let list = browser.get(KEYS).await;
        assert_eq!(list.texts_of("tbody th").len(), 1);
        assert!(list.text_of("tbody td[data-label=Kind]").contains("Secret") && !list.body.contains(&secret));
        assert!(list.text_of("tbody td[data-label=Kind]").contains("Live"));
        let page = browser.get(&only_key(&browser).await).await;
        assert!(page.body.contains("alice@example.com") && !page.body.contains(&secret), "{}", page.body);
    }

    async fn what_is_wrong_comes_back_at_its_field_and_changes_nothing(app: &TestApp) {
        let browser = owner(app).await;
        let before = app.state_and_log().await;
        for (fields, wrong) in [
            (&[("name", "")][..], "name"),
            (&[("kind", "personal")], "kind"),
            (&[("environment", "staging")], "environment"),
            (&[("scopes", "everything")], "scopes"),
            (&[("scopes", "profile")], "scopes"),
            (&[("kind", "publishable"), ("origins", "https://shop.example.com")], "scopes"),
            (&[("kind", "publishable"), ("scopes", "")], "scopes"),
            (&[("origins", "https://shop.example.com")], "origins"),
            (&[("addresses", "10.0.0.0/33")], "addresses"),
            (&[("limit", "-1")], "limit"),
            (&[("expires", "custom"), ("until", "2026-01-01")], "until"),
        ] {
            let answer = create(&browser, fields).await;
            assert_eq!(answer.status, 422, "{fields:?}: {}", answer.body);
            assert!(answer.text_of("title").starts_with("Error: "), "{fields:?}");
            assert!(answer.attribute(".summary a", "href").is_some_and(|href| href == format!("#{wrong}")), "{fields:?}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_key_is_rotated_paused_narrowed_and_revoked_on_its_pages(app: &TestApp) {
        let browser = owner(app).await;
        let old = create(&browser, &[]).await.field("secret");
        let key = only_key(&browser).await;
        let rotate = format!("{key}/rotate");
        let rotated = browser.submit(&rotate, &rotate, &[("overlap", "1h")]).await;
        let new = rotated.field("secret");
        let works = async |secret: &str| app.bearer(secret).get("/v1/me").await.status == 200;
        assert!(rotated.status == 200 && works(&old).await && works(&new).await, "{}", rotated.body);
        let ended = browser.submit(&key, &format!("{key}/end-overlap"), &[]).await;
        assert!(ended.status == 303 && !works(&old).await && works(&new).await);
        assert_eq!(browser.submit(&key, &format!("{key}/pause"), &[]).await.status, 303);
        assert!(!works(&new).await);
        assert_eq!(browser.submit(&key, &format!("{key}/resume"), &[]).await.status, 303);
        assert!(works(&new).await);
        let changed = browser.submit(&key, &format!("{key}/change"), &[("name", "Deploy")]).await;
        assert_eq!((changed.status, changed.header("location")), (303, format!("{key}?done=changed").as_str()));
        let page = browser.get(&key).await;
        assert!(page.text_of("h1") == "Deploy" && page.body.contains("API key changed"), "{}", page.body);
        let more = browser.submit(&key, &format!("{key}/change"), &[("name", "Deploy"), ("scopes", "verify")]).await;
        assert_eq!(more.status, 422);
        let revoke = format!("{key}/revoke");
        credentials::flush(&app.app().ctx).await.expect("flushed");
        assert!(browser.get(&revoke).await.body.contains("It was last used"));
        let revoked = browser.submit(&revoke, &revoke, &[]).await;
        assert_eq!((revoked.status, revoked.header("location")), (303, "/w/acme/keys?done=revoked"));
        assert!(!works(&new).await);
        assert_eq!(browser.get(&rotate).await.status, 303, "one that has ended is shown on its page");
        assert_eq!(browser.get("/w/acme/keys?state=revoked").await.texts_of("tbody th").len(), 1);
    }

    async fn viewers_look_and_others_find_nothing(app: &TestApp) {
        let browser = owner(app).await;
        create(&browser, &[]).await;
        let key = only_key(&browser).await;
        let alice = app.person("alice@example.com").await;
        let other = app.workspace(&alice, "other").await;
        let member = app.member_of(&other, &alice).await;
        let foreign = app.key_like(&member, draft("Foreign")).await.credential.id;
        let acme = latchkey::domain::workspaces::list(&app.app().ctx.db, alice.id()).await.expect("read");
        let acme = acme.into_iter().find(|(known, _)| known.slug.as_str() == "acme").expect("there").0;
        app.belongs(&acme, "vera@example.com", "viewer").await;
        app.user("mallory@example.com").await;
        let (viewer, mallory) = (app.browser(), app.browser());
        viewer.sign_in("vera@example.com").await;
        mallory.sign_in("mallory@example.com").await;
        let before = app.state().await;
        let list = viewer.get(KEYS).await;
        assert!(list.status == 200 && !list.body.contains(NEW) && !list.body.contains("Rotate"), "{}", list.body);
        assert_eq!((viewer.get(&key).await.status, viewer.get(NEW).await.status), (200, 403));
        let form = viewer.get("/workspaces/new").await;
        let nonce = "0".repeat(32);
        assert_eq!(viewer.submit_from(&form, KEYS, &but(&[("nonce", &nonce)])).await.status, 403);
        assert_eq!(viewer.submit_from(&form, &format!("{key}/revoke"), &[]).await.status, 403);
        for path in [KEYS, NEW, &key, "/w/acme/usage"] {
            assert_eq!(mallory.get(path).await.status, 404, "{path}");
        }
        for path in [format!("{KEYS}/{foreign}"), format!("{KEYS}/{foreign}/rotate"), format!("{KEYS}/{foreign}/revoke")] {
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
        }
        let form = browser.get(NEW).await;
        for act in ["rotate", "revoke", "pause", "resume", "change", "end-overlap"] {
            let fields = but(&[("overlap", "now")]);
            assert_eq!(browser.submit_from(&form, &format!("{KEYS}/{foreign}/{act}"), &fields).await.status, 404, "{act}");
        }
        assert_eq!(app.state().await, before);
    }

    async fn the_usage_of_all_keys_is_shown_with_the_busiest(app: &TestApp) {
        let browser = owner(app).await;
        assert!(browser.get("/w/acme/usage").await.body.contains("No key and no service account was used"));
        let secret = create(&browser, &[]).await.field("secret");
        for _ in 0..3 {
            app.bearer(&secret).get("/v1/me").await;
        }
        credentials::flush(&app.app().ctx).await.expect("flushed");
        let page = browser.get("/w/acme/usage").await;
        assert!(page.text_of("main").contains("60 requests a minute"), "{}", page.body);
        assert_eq!(page.texts_of("tbody td[data-label=Allowed]"), ["3"]);
        let day = page.texts_of("table.plain tbody td");
        assert_eq!(day, ["3", "0"], "the numbers of the chart");
    }
}
