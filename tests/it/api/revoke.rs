//! `POST /v1/tokens/revoke`.

use futures_util::future::join_all;
use latchkey::base::page::PageSize;
use latchkey::domain::audit::{self, Action, Filter};
use serde_json::json;

use crate::served;

served! {
    async fn r70_a_holder_gives_its_token_up_and_the_next_request_is_refused(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let bearer = app.bearer(token.secret.reveal());
        let answer = bearer.post("/v1/tokens/revoke", &json!({})).await;
        assert_eq!((answer.status, answer.body.as_str(), answer.header("x-ratelimit-remaining")), (204, "", "999"));
        assert_eq!(bearer.get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(bearer.post("/v1/tokens/revoke", &json!({})).await.code(), "AUTH_002");
        let mails = app.mails().await;
        assert!(mails.iter().any(|mail| mail.contains("To: alice@example.com") && mail.contains("revoked")), "{mails:?}");
    }

    async fn a_token_is_given_up_with_no_body_at_all(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await;
        let answer = app.send("POST", "/v1/tokens/revoke", &[("x-api-key", token.secret.reveal())], "").await;
        assert_eq!(answer.status, 204);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.code(), "AUTH_002");
    }

    async fn r121_one_event_tells_who_gave_which_token_up_however_often_it_is_asked(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (token, other) = (app.token(&alice, "CI", &[]).await, app.token(&alice, "other", &[]).await);
        let headers = [("x-api-key", token.secret.reveal()), ("user-agent", "deploy/1.0")];
        let asked = join_all((0..10).map(async |_| app.send("POST", "/v1/tokens/revoke", &headers, "").await)).await;
        let done: Vec<_> = asked.iter().filter(|answer| answer.status == 204).collect();
        assert!(!done.is_empty() && asked.iter().all(|answer| answer.status == 204 || answer.code() == "AUTH_002"));
        for refused in ["", "lk_pat_x", &super::unknown_secret(121)] {
            assert_eq!(app.send("POST", "/v1/tokens/revoke", &[("x-api-key", refused)], "").await.status, 401);
        }

        let filter = Filter { action: Some(Action::TokenRevoked), ..Filter::default() };
        let events = audit::list(&app.app().ctx.db, &filter, None, PageSize::DEFAULT).await.expect("read").rows;
        assert_eq!(events.len(), 1, "{events:?}");
        let event = &events[0];
        assert_eq!((event.target.clone(), event.account), (token.credential.id.to_string(), Some(alice.id())));
        assert_eq!((event.at, event.address.as_str(), event.agent.as_str()), (app.clock.now(), "127.0.0.1", "deploy/1.0"));
        assert!(done.iter().any(|answer| answer.header("x-request-id") == event.request_id), "{}", event.request_id);
        assert!(!format!("{event:?}").contains(&token.secret.reveal()[10..]));
        assert_eq!(app.mails().await.iter().filter(|mail| mail.contains("revoked")).count(), 1, "and one mail");
        assert_eq!(app.bearer(other.secret.reveal()).get("/v1/me").await.status, 200, "and no other token ended");
    }
}
