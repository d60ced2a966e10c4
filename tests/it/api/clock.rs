//! When the clock steps back.

use latchkey::base::page::PageSize;
use latchkey::base::time::Span;
use latchkey::domain::audit::{self, Action, Filter};
use latchkey::domain::credentials::{self, Issued, Why};
use serde_json::json;

use crate::served;

served! {
    async fn r123_what_has_ended_stays_ended_when_the_clock_steps_back(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (expiring, unseen, given_up) =
            (app.token(&alice, "a", &[]).await, app.token(&alice, "b", &[]).await, app.token(&alice, "c", &[]).await);
        let get = async |token: &Issued| app.bearer(token.secret.reveal()).get("/v1/me").await;
        assert_eq!(get(&expiring).await.status, 200);
        assert_eq!(app.bearer(given_up.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        app.clock.advance(Span::days(30));
        assert_eq!(get(&expiring).await.code(), "AUTH_002", "it expires to the microsecond");
        for back in [Span::seconds(-1), Span::hours(-1), Span::days(-20)] {
            app.clock.advance(back);
            for token in [&expiring, &unseen, &given_up] {
                assert_eq!(get(token).await.code(), "AUTH_002");
            }
        }
        let young = app.token(&alice, "young", &[]).await;
        let young = app.bearer(young.secret.reveal()).get("/v1/me").await;
        assert_eq!(young.status, 200, "what is good by both clocks is good: {}", young.body);
    }

    async fn r123_events_keep_the_order_in_which_they_happened(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let mut tokens = Vec::new();
        for n in 0..6 {
            tokens.push(app.token(&alice, &format!("t{n}"), &[]).await);
            app.clock.advance(Span::minutes(-5));
        }
        for token in &tokens {
            credentials::revoke_own(&app.app().ctx, &alice, token.credential.id, Why::NotNeeded).await.expect("revoked");
            app.clock.advance(Span::minutes(-5));
        }
        for action in [Action::TokenCreated, Action::TokenRevoked] {
            let filter = Filter { action: Some(action), ..Filter::default() };
            let events = audit::list(&app.app().ctx.db, &filter, None, PageSize::DEFAULT).await.expect("read").rows;
            assert!(events.windows(2).all(|pair| pair[0].seq > pair[1].seq && pair[0].at < pair[1].at));
            let targets: Vec<_> = events.iter().rev().map(|event| event.target.clone()).collect();
            assert_eq!(targets, tokens.iter().map(|token| token.credential.id.to_string()).collect::<Vec<_>>());
        }
    }

    async fn r123_a_limit_never_waits_longer_than_its_window(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let bearer = app.bearer(token.secret.reveal());
        let all = json!({ "token": token.secret.reveal(), "cost": 999 });
        assert_eq!(bearer.post("/v1/verify", &all).await.json()["data"]["valid"], true);
        assert_eq!(bearer.get("/v1/me").await.status, 429);
        app.clock.advance(Span::hours(-5));
        let refused = bearer.get("/v1/me").await;
        assert_eq!(refused.status, 429);
        let (now, reset): (i64, i64) = (app.clock.now().unix_seconds(), refused.header("x-ratelimit-reset").parse().expect("a number"));
        assert!((now..=now + 61).contains(&reset), "{reset} is within a minute of {now}");
        app.clock.advance(Span::minutes(1));
        assert_eq!(bearer.get("/v1/me").await.status, 200);
    }
}
