//! `/w/{slug}/service-accounts`.

use latchkey::domain::credentials::service;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, Browser, Fields};

const LIST: &str = "/w/acme/service-accounts";
const NEW: &str = "/w/acme/service-accounts/new";
const GOOD: Fields<'_> = &[("name", "Indexer"), ("scopes", "verify"), ("audiences", "platform")];

/// The browser of somebody who owns the workspace, to which a viewer belongs, too.
async fn owner(app: &TestApp) -> Browser<'_> {
    let alice = app.user("alice@example.com").await;
    let acme = app.workspace(&alice, "acme").await;
    app.belongs(&acme, "vera@example.com", "viewer").await;
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
    browser.submit(NEW, LIST, &but(other)).await
}

/// What a page that reveals a secret holds.
fn secret_of(page: &Answer) -> String {
    page.attribute("#secret", "value").expect("a secret")
}

/// Where the only service account of the list is.
async fn only(browser: &Browser<'_>) -> String {
    browser.get(LIST).await.attribute("tbody th a", "href").expect("a service account")
}

async fn status(app: &TestApp, secret: &str) -> u16 {
    app.bearer(secret).get("/v1/me").await.status
}

served! {
    async fn r67_a_secret_is_shown_once_and_its_form_makes_one(app: &TestApp) {
        let browser = owner(app).await;
        assert!(browser.get(LIST).await.body.contains("A service account is for a machine"));
        let form = browser.get(NEW).await;
        let created = browser.submit_from(&form, LIST, GOOD).await;
        let secret = secret_of(&created);
        let client = created.attribute("#client", "value").expect("a client id");
        assert!(created.status == 200 && secret.starts_with("lk_svc_") && client.starts_with("svc_"), "{}", created.body);
        assert!(created.header("cache-control").contains("no-store"));
        let again = browser.submit_from(&form, LIST, GOOD).await;
        assert!(again.status == 200 && again.text_of("h1") == "Already created" && !again.body.contains(&secret));
        let list = browser.get(LIST).await;
        assert_eq!(list.texts_of("tbody th").len(), 1);
        assert!(list.body.contains(&client) && !list.body.contains(&secret));
        assert!(!list.body.contains("Orphaned"));
        let page = browser.get(&only(&browser).await).await;
        assert!(page.body.contains("platform") && page.body.contains("alice@example.com") && !page.body.contains(&secret), "{}", page.body);
        let secrets = format!("{}/secrets", only(&browser).await);
        let added = browser.submit_from(&page, &secrets, &[]).await;
        let second = secret_of(&added);
        assert!(added.status == 200 && second != secret && added.header("cache-control").contains("no-store"));
        let before = app.state_and_log().await;
        let twice = browser.submit_from(&page, &secrets, &[]).await;
        assert!(twice.text_of("h1") == "Already added" && !twice.body.contains(&second), "{}", twice.body);
        let third = "f".repeat(32);
        assert_eq!(browser.submit_from(&page, &secrets, &[("nonce", &third)]).await.status, 409);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_secret_is_replaced_without_a_gap_and_all_end_with_their_account(app: &TestApp) {
        let browser = owner(app).await;
        let first = secret_of(&create(&browser, &[]).await);
        let at = only(&browser).await;
        assert_eq!(status(app, &first).await, 200);
        let page = browser.get(&at).await;
        assert!(!page.body.contains("End secret"), "the only one stays");
        let second = secret_of(&browser.submit_from(&page, &format!("{at}/secrets"), &[]).await);
        assert_eq!((status(app, &first).await, status(app, &second).await), (200, 200));
        let page = browser.get(&at).await;
        assert!(!page.body.contains("Add secret"), "two at the most");
        let ends = page.attributes(".secrets a", "href");
        assert!(browser.get(&ends[0]).await.text_of("h1").starts_with("End a secret of Indexer"));
        let ended = browser.submit(&ends[0], &ends[0], &[]).await;
        assert_eq!((ended.status, ended.header("location")), (303, format!("{at}?done=secret-ended").as_str()));
        assert_eq!((status(app, &first).await, status(app, &second).await), (401, 200));
        let before = app.state_and_log().await;
        assert_eq!(browser.get(&ends[1]).await.status, 303, "the only one cannot be ended");
        assert_eq!(browser.submit_from(&page, &ends[1], &[]).await.status, 409);
        assert_eq!(app.state_and_log().await, before);
        let delete = format!("{at}/delete");
        assert!(browser.get(&delete).await.body.contains("is refused from its next request on"));
        let deleted = browser.submit(&delete, &delete, &[]).await;
        assert_eq!((deleted.status, deleted.header("location")), (303, "/w/acme/service-accounts?done=deleted"));
        assert_eq!(status(app, &second).await, 401);
        assert_eq!(browser.get(&delete).await.status, 303, "one that was deleted is shown on its page");
        assert!(browser.get(&at).await.body.contains("Deleted"));
    }

    async fn owners_come_and_go_but_one_stays_and_a_change_only_narrows(app: &TestApp) {
        let browser = owner(app).await;
        create(&browser, &[("owners", "vera@example.com")]).await;
        let at = only(&browser).await;
        let page = browser.get(&at).await;
        let removes: Vec<String> = page.attributes("form", "action").into_iter().filter(|to| to.ends_with("/remove")).collect();
        assert_eq!(removes.len(), 2, "{}", page.body);
        let gone = browser.submit_from(&page, &removes[0], &[]).await;
        assert_eq!(gone.header("location"), format!("{at}?done=owner-removed"));
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&page, &removes[1], &[]).await.status, 409);
        for (email, said) in [("nobody@example.com", "no such member"), ("nobody", "")] {
            let answer = browser.submit_from(&page, &format!("{at}/owners"), &[("email", email)]).await;
            assert!(answer.status == 422 && answer.text_of("#email-problem").contains(said), "{}", answer.body);
        }
        let more = browser.submit_from(&page, &format!("{at}/change"), &[("name", "Deploy"), ("scopes", "keys:manage")]).await;
        assert!(more.status == 422 && more.attribute(".summary a", "href").as_deref() == Some("#scopes"), "{}", more.body);
        assert_eq!(app.state_and_log().await, before);
        let added = browser.submit_from(&page, &format!("{at}/owners"), &[("email", "alice@example.com")]).await;
        assert_eq!(added.header("location"), format!("{at}?done=owner-added"));
        let fields = [("name", "Deploy"), ("addresses", "203.0.113.0/24")];
        let changed = browser.submit_from(&page, &format!("{at}/change"), &fields).await;
        assert_eq!(changed.header("location"), format!("{at}?done=changed"));
        let page = browser.get(&at).await;
        assert!(page.text_of("h1") == "Deploy" && page.body.contains("203.0.113.0/24"), "{}", page.body);
    }

    async fn mistakes_are_said_at_their_field_and_change_nothing(app: &TestApp) {
        let browser = owner(app).await;
        let before = app.state_and_log().await;
        for (fields, wrong) in [
            (&[("name", "")][..], "name"),
            (&[("scopes", "everything")], "scopes"),
            (&[("scopes", "profile")], "scopes"),
            (&[("audiences", "a\"b")], "audiences"),
            (&[("addresses", "10.0.0.0/33")], "addresses"),
            (&[("owners", "nobody")], "owners"),
            (&[("owners", "nobody@example.com")], "owners"),
        ] {
            let answer = create(&browser, fields).await;
            assert_eq!(answer.status, 422, "{fields:?}: {}", answer.body);
            assert!(answer.attribute(".summary a", "href").is_some_and(|href| href == format!("#{wrong}")), "{fields:?}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn viewers_look_and_others_find_nothing(app: &TestApp) {
        let browser = owner(app).await;
        create(&browser, &[]).await;
        let at = only(&browser).await;
        let alice = app.person("alice@example.com").await;
        app.workspace(&alice, "other").await;
        browser.submit("/w/other/service-accounts/new", "/w/other/service-accounts", GOOD).await;
        let list = browser.get("/w/other/service-accounts").await;
        let foreign = list.attribute("tbody th a", "href").expect("there").replace("/w/other", "/w/acme");
        app.user("mallory@example.com").await;
        let (viewer, mallory) = (app.browser(), app.browser());
        viewer.sign_in("vera@example.com").await;
        mallory.sign_in("mallory@example.com").await;
        let owned = browser.get(&at).await;
        let remove = owned.attributes("form", "action").into_iter().find(|to| to.contains("/owners")).expect("a form");
        let acts = ["change", "secrets", "owners", "delete", "secrets/sct_00000000000070008000000000000000/end"];
        let fields = but(&[("email", "vera@example.com"), ("nonce", "00000000000000000000000000000000")]);
        let before = app.state().await;
        let seen = viewer.get(&at).await;
        assert!(seen.status == 200 && seen.attributes("main form", "action").is_empty(), "{}", seen.body);
        assert!(!viewer.get(LIST).await.body.contains(NEW) && remove.starts_with(&at));
        for path in [NEW, &format!("{at}/delete")] {
            assert_eq!(viewer.get(path).await.status, 403, "{path}");
        }
        let form = viewer.get("/workspaces/new").await;
        assert_eq!(viewer.submit_from(&form, LIST, &fields).await.status, 403);
        let (theirs, own) = (mallory.get("/workspaces/new").await, browser.get(NEW).await);
        for act in acts {
            assert_eq!(viewer.submit_from(&form, &format!("{at}/{act}"), &fields).await.status, 403, "{act}");
            assert_eq!(mallory.submit_from(&theirs, &format!("{at}/{act}"), &fields).await.status, 404, "{act}");
            assert_eq!(browser.submit_from(&own, &format!("{foreign}/{act}"), &fields).await.status, 404, "{act}");
        }
        for path in [LIST, NEW, &at] {
            assert_eq!(mallory.get(path).await.status, 404, "{path}");
        }
        assert_eq!((browser.get(&foreign).await.status, browser.get(&format!("{foreign}/delete")).await.status), (404, 404));
        assert_eq!(app.state().await, before);
    }

    async fn one_that_nobody_answers_for_is_called_orphaned(app: &TestApp) {
        let browser = owner(app).await;
        create(&browser, &[("owners", "vera@example.com")]).await;
        let at = only(&browser).await;
        let page = browser.get(&at).await;
        let alice = app.person("alice@example.com").await;
        browser.submit_from(&page, &format!("{at}/owners/{}/remove", alice.id()), &[]).await;
        assert!(!browser.get(LIST).await.body.contains("Orphaned"));
        app.suspend("vera@example.com").await;
        assert!(browser.get(LIST).await.text_of("tbody .tag").contains("Orphaned"));
        assert!(browser.get(&at).await.text_of(".notice.warn").contains("add an owner"));
        let acme = latchkey::domain::workspaces::list(&app.app().ctx.db, alice.id()).await.expect("read");
        let acme = acme.into_iter().find(|(known, _)| known.slug.as_str() == "acme").expect("there").0;
        let member = app.member_of(&acme, &alice).await;
        assert!(service::list(&app.app().ctx, &member).await.expect("read")[0].is_orphaned());
    }
}
