//! `POST /v1/tokens/revoke`.

use serde_json::json;

use crate::served;

served! {
    async fn r70_a_holder_gives_its_token_up_and_the_next_request_is_refused(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let bearer = app.bearer(token.secret.reveal());
        assert_eq!(bearer.post("/v1/tokens/revoke", &json!({})).await.status, 204);
        assert_eq!(bearer.get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(bearer.post("/v1/tokens/revoke", &json!({})).await.code(), "AUTH_002");
        let mails = app.mails().await;
        assert!(mails.iter().any(|mail| mail.contains("To: alice@example.com") && mail.contains("revoked")), "{mails:?}");
    }
}
