//! `/profile/tokens/{id}/revoke`.

use latchkey::base::id::CredentialId;
use latchkey::base::rng::Rng;
use latchkey::base::time::Span;

use crate::served;

fn path(id: impl std::fmt::Display) -> String {
    format!("/profile/tokens/{id}/revoke")
}

served! {
    async fn looking_at_the_confirmation_revokes_nothing(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &["profile"]).await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let before = app.state_and_log().await;
        for method in ["GET", "HEAD"] {
            assert_eq!(browser.send(method, &path(token.credential.id), &[], String::new()).await.status, 200, "{method}");
        }
        let page = browser.get(&path(token.credential.id)).await;
        assert_eq!(page.text_of("h1"), "Revoke CI deploy?");
        assert!(page.text_of(".notice").contains("It was never used."));
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
    }

    async fn r100_somebody_elses_token_is_not_found_like_one_that_never_was(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let bob = app.user("bob@example.com").await;
        let (hers, his) = (app.token(&alice, "CI deploy", &[]).await, app.token(&bob, "CI deploy", &[]).await);
        let browser = app.browser();
        browser.sign_in("bob@example.com").await;
        let nobodys = CredentialId::new(app.clock.now(), &Rng::seeded(9));
        let form = browser.get(&path(his.credential.id)).await;
        let before = app.state_and_log().await;
        let mut seen = Vec::new();
        for id in [hers.credential.id.to_string(), nobodys.to_string(), "key_".into(), "..%2f..".into(), "0".repeat(2_000)] {
            let shown = browser.get(&path(&id)).await;
            let posted = browser.submit_from(&form, &path(&id), &[]).await;
            for mut answer in [shown, posted] {
                assert_eq!(answer.status, 404, "{id}");
                answer.body = answer.body.replace(&answer.field("form_token"), "");
                seen.push((answer.header("content-type").to_owned(), answer.body));
            }
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "one answer for all of them");
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(app.bearer(hers.secret.reveal()).get("/v1/me").await.status, 200);
    }

    async fn revoking_twice_is_told_once(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &[]).await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let form = browser.get(&path(token.credential.id)).await;
        assert_eq!(browser.submit_from(&form, &path(token.credential.id), &[]).await.status, 303);
        let before = app.state_and_log().await;
        assert_eq!(browser.submit_from(&form, &path(token.credential.id), &[]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "no second event, no second mail");
        let ended = browser.get(&path(token.credential.id)).await;
        assert_eq!(ended.header("location"), "/profile/tokens?state=revoked");
    }

    async fn an_expired_token_is_shown_under_its_tab(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &[]).await;
        app.clock.advance(Span::days(30));
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        assert_eq!(browser.get(&path(token.credential.id)).await.header("location"), "/profile/tokens?state=expired");
    }
}
