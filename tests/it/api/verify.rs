//! `POST /v1/verify`.

use serde_json::json;

use crate::served;

served! {
    async fn a_service_learns_who_presented_a_token(app: &TestApp) {
        app.admin("root@example.com").await;
        let service = app.user("service@example.com").await;
        let alice = app.user("alice@example.com").await;
        let asking = app.token(&service, "API", &["verify"]).await;
        let asked = app.token(&alice, "CI", &["profile"]).await;
        let bearer = app.bearer(asking.secret.reveal());
        let answer = bearer.post("/v1/verify", &json!({ "token": asked.secret.reveal(), "scopes": "profile" })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let verdict = &answer.json()["data"];
        assert_eq!((&verdict["valid"], &verdict["code"]), (&json!(true), &json!("VALID")));
        assert_eq!(verdict["subject"], alice.id().to_string());
        assert_eq!(verdict["rateLimit"]["limit"], 1000);
    }
}
