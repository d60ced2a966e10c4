//! `/profile/tokens/{id}/rotate`: a new secret in the one answer that shows it, and what becomes of the old one.

use latchkey::base::time::Span;
use latchkey::domain::access::Switch;
use latchkey::domain::credentials;

use super::{alice_with_token, secret_on};
use crate::served;
use crate::support::app::PASSWORD;
use crate::support::rows::everything;

fn path(id: impl std::fmt::Display) -> String {
    format!("/profile/tokens/{id}/rotate")
}

served! {
    async fn a_token_is_rotated_with_an_overlap_that_is_watched_and_ended(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let (page, old) = (path(token.credential.id), token.secret.reveal());
        let before = app.state_and_log().await;
        let form = browser.get(&page).await;
        assert_eq!(form.text_of("h1"), "Rotate CI deploy");
        assert!(form.text_of(".notice").contains("was never used"), "{}", form.text_of(".notice"));
        assert_eq!(form.attribute("input[name=overlap][checked]", "value").as_deref(), Some("now"), "at once, unless asked");
        assert_eq!(app.state_and_log().await, before, "looking changes nothing");

        let rotated = browser.submit_from(&form, &page, &[("overlap", "24h")]).await;
        assert_eq!((rotated.status, rotated.text_of("h1").as_str()), (200, "Token CI deploy rotated"), "{}", rotated.body);
        assert_eq!((rotated.header("cache-control"), rotated.header("location")), ("no-store", ""));
        let new = secret_on(&rotated);
        assert!(new != old && rotated.text_of("main").contains("works until 23 Nov 2026, 09:00 UTC"), "{}", rotated.body);
        for secret in [old, new.as_str()] {
            assert_eq!(app.bearer(secret).get("/v1/me").await.status, 200);
        }
        credentials::flush(&app.app().ctx).await.expect("flushed");
        app.clock.advance(Span::minutes(3));
        let list = browser.get("/profile/tokens").await;
        let status = list.text_of("td[data-label=Status]");
        assert!(status.contains("old secret still works, last used 3 minutes ago from 127.0.0.1"), "{status}");

        let own = browser.get(&format!("/profile/tokens/{}", token.credential.id)).await;
        assert_eq!(own.text_of("#overlap-title"), "Two secrets work until 23 Nov 2026, 09:00 UTC");
        assert_eq!(own.texts_of(".secrets .tag"), ["Current", "Until 23 Nov 2026, 09:00 UTC"]);
        let end = own.attribute("main form[action$=end-overlap]", "action").expect("a way to end it");
        let ended = browser.submit_from(&own, &end, &[]).await;
        let told = browser.get(ended.header("location")).await;
        assert!(told.text_of(".notice.good").starts_with("The old secret has ended"), "{}", told.body);
        assert_eq!(told.texts_of("#overlap-title"), Vec::<String>::new());
        assert_eq!(app.bearer(old).get("/v1/me").await.status, 401);
        assert_eq!(app.bearer(&new).get("/v1/me").await.status, 200);
    }

    async fn r67_a_rotation_shows_its_secret_once_and_the_form_again_makes_no_second(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let page = path(token.credential.id);
        let form = browser.get(&page).await;
        let send = || browser.submit_from(&form, &page, &[("overlap", "1h")]);
        let (one, two) = tokio::join!(send(), send());
        let mut answers = [one, two];
        answers.sort_by_key(|answer| answer.text_of("h1"));
        let [again, rotated] = &answers;
        let titles = (again.text_of("h1"), rotated.text_of("h1"));
        assert_eq!(titles, ("Already rotated at 09:00 UTC".to_owned(), "Token CI deploy rotated".to_owned()));
        let secret = secret_on(rotated);
        let random = &secret["lk_pat_".len()..];
        let middle = &random[4..random.len() - 4];
        let before = app.state_and_log().await;
        let third = send().await;
        assert_eq!((third.status, third.text_of("h1").as_str()), (200, "Already rotated at 09:00 UTC"));
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(app.rows("SELECT id FROM credential_secrets").await.len(), 2);
        let own = format!("/profile/tokens/{}", token.credential.id);
        let mut pages = vec![third];
        for path in ["/profile/tokens", &own, &page, &format!("{own}/check"), &format!("{own}/revoke"), "/profile/activity"] {
            pages.push(browser.get(path).await);
        }
        for page in pages.iter().chain([again]) {
            assert!(page.status == 200 && !page.body.contains(middle), "{}", page.body);
        }
        assert!(!everything(&app.app().ctx.db).await.contains(middle), "in no table");
        assert!(app.mails().await.iter().all(|mail| !mail.contains(middle)), "in no mail");
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 200, "the one that was shown works");
    }

    async fn r33_rotating_asks_again_who_it_is(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let page = path(token.credential.id);
        let form = browser.get(&page).await;
        app.clock.advance(Span::minutes(31));
        let before = app.state().await;
        let asked = browser.submit_from(&form, &page, &[("overlap", "7d")]).await;
        assert_eq!(asked.text_of("h1"), "Confirm it's you");
        assert_eq!(asked.attribute("main form", "action"), Some(page.clone()));
        assert_eq!(app.state().await, before);
        let (nonce, kept) = (asked.field("nonce"), asked.field("overlap"));
        let fields = [("nonce", nonce.as_str()), ("overlap", kept.as_str()), ("confirm_password", PASSWORD)];
        let rotated = browser.submit_from(&asked, &page, &fields).await;
        assert_eq!(rotated.text_of("h1"), "Token CI deploy rotated", "{}", rotated.body);
        assert!(rotated.text_of("main").contains("works until 29 Nov 2026, 09:31 UTC"), "{}", rotated.body);
        assert_eq!(app.rows("SELECT id FROM credential_secrets").await.len(), 2, "once");
    }

    async fn an_old_secret_never_outlives_its_token_and_the_page_says_so(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        app.clock.advance(Span::days(25));
        browser.sign_in("alice@example.com").await;
        let page = path(token.credential.id);
        let form = browser.get(&page).await;
        let ends = form.texts_of("[id^=overlap-about]");
        assert!(ends[3].ends_with("because the token itself ends then") && !ends[2].contains("because"), "{ends:?}");
        let rotated = browser.submit_from(&form, &page, &[("overlap", "7d")]).await;
        assert!(rotated.text_of("main").contains("works until 22 Dec 2026, 09:00 UTC"), "{}", rotated.body);
    }

    async fn a_rotation_that_cannot_be_leaves_every_secret_as_it_was(app: &TestApp) {
        let (browser, token) = alice_with_token(app).await;
        let page = path(token.credential.id);
        let form = browser.get(&page).await;
        let before = app.state_and_log().await;
        for wrong in ["", "8d", "NOW", "-1"] {
            let refused = browser.submit_from(&form, &page, &[("overlap", wrong)]).await;
            assert_eq!((refused.status, refused.text_of("#overlap-problem").contains("Choose when")), (422, true), "{wrong}");
            assert_eq!(refused.field("nonce"), form.field("nonce"), "the same form");
        }
        let refused = browser.submit_from(&form, &page, &[("overlap", "now"), ("nonce", "x")]).await;
        assert_eq!(refused.status, 400);
        assert_eq!(app.state_and_log().await, before);
        let root = app.person("root@example.com").await;
        app.allow_tokens(&root, Switch::Off).await;
        let before = app.state_and_log().await;
        let refused = browser.submit_from(&form, &page, &[("overlap", "now")]).await;
        assert_eq!((refused.status, refused.text_of("#overlap-problem").contains("switched off")), (403, true), "{}", refused.body);
        assert_eq!(app.state_and_log().await, before);
        app.clock.advance(Span::days(30));
        browser.sign_in("alice@example.com").await;
        let own = format!("/profile/tokens/{}", token.credential.id);
        assert_eq!(browser.get(&page).await.header("location"), own, "an expired token has nothing to rotate");
    }
}
