//! How much one account, and one stranger, may ask.

use futures_util::future::join_all;
use latchkey::base::time::Span;
use serde_json::json;

use super::unknown_secret;
use crate::both;
use crate::support::TestApp;

both! {
    async fn r107_of_two_hundred_requests_at_once_exactly_the_limit_passes(db: &TestDb) {
        let app = TestApp::start(db, &[("account_rate_limit", "50")]).await;
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let (one, two, other) = (app.token(&alice, "1", &[]).await, app.token(&alice, "2", &[]).await, app.token(&bob, "1", &[]).await);
        let keys = [one.secret.reveal(), two.secret.reveal()];
        let ask = async |n: usize| app.bearer(keys[n % 2]).get("/v1/me").await;
        let answers = join_all((0..200).map(ask)).await;
        let passed: Vec<u32> =
            answers.iter().filter(|a| a.status == 200).map(|a| a.header("x-ratelimit-remaining").parse().expect("a number")).collect();
        assert_eq!(passed.len(), 50, "both tokens of the account together");
        let mut left = passed.clone();
        left.sort_unstable();
        assert_eq!(left, (0..50).collect::<Vec<_>>(), "each is told another rest");
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!((refused.status, refused.code().as_str(), refused.header("x-ratelimit-remaining")), (429, "RATE_001", "0"));
            assert_eq!((refused.header("retry-after"), refused.header("x-ratelimit-limit")), ("2", "50"));
            assert_eq!(refused.header("ratelimit-policy"), "\"account\";q=50;w=60");
            assert_eq!(refused.header("ratelimit"), "\"account\";r=0;t=2");
        }
        assert_eq!(app.bearer(other.secret.reveal()).get("/v1/me").await.status, 200, "nobody else is stopped by it");
        app.clock.advance(Span::seconds(2));
        let later = join_all((0..5).map(ask)).await;
        assert_eq!(later.iter().filter(|answer| answer.status == 200).count(), 1, "one is back after 1.2 seconds");
        app.stop().await;
    }

    async fn r107_an_answer_tells_what_is_left_and_when_all_of_it_is_back(db: &TestDb) {
        let app = TestApp::start(db, &[("account_rate_limit", "60")]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let bearer = app.bearer(token.secret.reveal());
        let now = app.clock.now().unix_seconds();
        for left in (50..60).rev() {
            let answer = bearer.get("/v1/me").await;
            assert_eq!(answer.header("x-ratelimit-limit"), "60");
            assert_eq!(answer.header("x-ratelimit-remaining"), left.to_string());
            let reset: i64 = answer.header("x-ratelimit-reset").parse().expect("a number");
            assert_eq!(reset, now + 1 + (60 - left), "rounded up");
            assert_eq!(answer.header("ratelimit-policy"), "\"account\";q=60;w=60");
            assert_eq!(answer.header("ratelimit"), format!("\"account\";r={left};t={}", 60 - left));
        }
        let forbidden = app.token(&root, "none", &[]).await;
        let refused = app.bearer(forbidden.secret.reveal()).post("/v1/verify", &json!({ "token": "x" })).await;
        assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (403, "49"), "a refusal is an answer too");
        let wrong = bearer.post("/v1/verify", &json!({})).await;
        assert_eq!((wrong.status, wrong.header("x-ratelimit-remaining")), (422, "48"));
        assert_eq!(app.anon("GET", "/v1/me").await.header("x-ratelimit-limit"), "", "nobody has no limit to be told of");
        app.stop().await;
    }

    async fn a_verification_costs_the_token_what_the_asker_says(db: &TestDb) {
        let app = TestApp::start(db, &[("account_rate_limit", "100")]).await;
        app.admin("root@example.com").await;
        let (service, alice) = (app.user("service@example.com").await, app.user("alice@example.com").await);
        let (asking, asked) = (app.token(&service, "API", &["verify"]).await, app.token(&alice, "CI", &[]).await);
        let verify = async |cost: u32| {
            let question = json!({ "token": asked.secret.reveal(), "cost": cost });
            app.bearer(asking.secret.reveal()).post("/v1/verify", &question).await.json()["data"].clone()
        };
        assert_eq!(verify(30).await["rateLimit"]["remaining"], 70);
        assert_eq!(verify(0).await["rateLimit"]["remaining"], 70, "a look costs nothing");
        assert_eq!(verify(71).await, json!({ "valid": false, "code": "NOT_FOUND" }), "a stranger is not told of limits");
        assert_eq!(verify(70).await["rateLimit"]["remaining"], 0);
        assert_eq!(app.bearer(asked.secret.reveal()).get("/v1/me").await.status, 429);
        app.stop().await;
    }

    async fn r108_unknown_secrets_are_counted_by_network_and_looked_up_no_more_beyond_the_limit(db: &TestDb) {
        let app = TestApp::start(db, &[("trusted_proxies", "127.0.0.1")]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let from = async |secret: &str, address: &str| {
            app.send("GET", "/v1/me", &[("x-api-key", secret), ("x-forwarded-for", address)], "").await
        };
        for n in 0..120 {
            assert_eq!(from(&unknown_secret(n), "2001:db8::1").await.status, 401, "{n}");
        }
        let misses = app.app().ctx.verifier.misses();
        let refused = from(&unknown_secret(120), "2001:db8::2").await;
        assert_eq!((refused.status, refused.code().as_str(), refused.header("retry-after")), (429, "RATE_001", "1"));
        assert_eq!(app.app().ctx.verifier.misses(), misses, "it was not looked up");
        assert_eq!(from(token.secret.reveal(), "2001:db8:0:1::1").await.status, 200, "another network");
        assert_eq!(from(token.secret.reveal(), "2001:db8::1").await.status, 200, "a token that is known is not unknown");
        app.clock.advance(Span::seconds(1));
        assert_eq!(from(&unknown_secret(121), "2001:db8::1").await.status, 401);
        app.stop().await;
    }

    async fn nobody_can_spoil_the_limit_of_a_network_by_asking_about_it(db: &TestDb) {
        let app = TestApp::start(db, &[("trusted_proxies", "127.0.0.1")]).await;
        app.admin("root@example.com").await;
        let (mallory, alice) = (app.user("mallory@example.com").await, app.user("alice@example.com").await);
        let (asking, token) = (app.token(&mallory, "API", &["verify"]).await, app.token(&alice, "CI", &[]).await);
        let mut told = Vec::new();
        for n in 0..121 {
            let question = json!({ "token": unknown_secret(n), "ip": "198.51.100.7" });
            told.push(app.bearer(asking.secret.reveal()).post("/v1/verify", &question).await.json()["data"]["code"].clone());
        }
        assert!(told[..120].iter().all(|code| code == "NOT_FOUND") && told[120] == "RATE_LIMITED", "the asker is stopped");
        let headers = [("x-api-key", token.secret.reveal()), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(app.send("GET", "/v1/me", &headers, "").await.status, 200, "whoever is at that address is not");
        app.stop().await;
    }
}
