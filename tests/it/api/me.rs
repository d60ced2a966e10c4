//! `GET /v1/me`.

use latchkey::base::time::Span;
use latchkey::domain::access::Switch;
use serde_json::json;

use crate::served;

served! {
    async fn a_live_token_says_who_its_owner_is(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &["profile"]).await;
        let answer = app.bearer(token.secret.reveal()).get("/v1/me").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        assert_eq!(body["data"]["email"], "alice@example.com");
        assert_eq!(body["data"]["id"], alice.id().to_string());
        assert_eq!(body["data"]["credential"]["name"], "CI deploy");
        assert_eq!(body["data"]["credential"]["scopes"], json!(["profile"]));
        assert_eq!(body["data"]["workspace"], json!(null));
        assert_eq!(body["meta"]["requestId"], answer.header("x-request-id"));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-ratelimit-limit"), "1000");
        assert_eq!(answer.header("x-ratelimit-remaining"), "999");
    }

    async fn without_a_credential_or_with_a_bad_one_nobody_is_told_anything(app: &TestApp) {
        let answer = app.anon("GET", "/v1/me").await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "AUTH_001"));
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"latchkey\"");
        let answer = app.bearer("lk_pat_nobody").get("/v1/me").await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "AUTH_002"));
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
    }

    async fn r73_a_token_is_good_until_its_expiry_and_not_a_second_longer(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let bearer = app.bearer(token.secret.reveal());
        app.clock.advance(Span::days(30));
        app.clock.advance(Span::seconds(-1));
        assert_eq!(bearer.get("/v1/me").await.status, 200);
        app.clock.advance(Span::seconds(1));
        assert_eq!(bearer.get("/v1/me").await.code(), "AUTH_002");
    }

    async fn r78_switching_tokens_off_refuses_them_at_once_and_on_restores_them(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let bearer = app.bearer(token.secret.reveal());
        assert_eq!(bearer.get("/v1/me").await.status, 200);
        app.allow_tokens(&root, Switch::Off).await;
        let refused = bearer.get("/v1/me").await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"));
        assert_eq!(refused.json()["error"]["details"]["reason"], "token_auth_disabled");
        app.allow_tokens(&root, Switch::On).await;
        assert_eq!(bearer.get("/v1/me").await.status, 200);
    }
}
