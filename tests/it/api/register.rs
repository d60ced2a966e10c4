//! `POST /v1/auth/register`.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::{Answer, PASSWORD};
use crate::{both, served};

async fn register(app: &TestApp, body: &Value) -> Answer {
    app.send("POST", "/v1/auth/register", &[("content-type", "application/json")], body.to_string()).await
}

served! {
    async fn r15_a_known_address_gets_the_answer_of_a_new_one_and_its_owner_a_mail(app: &TestApp) {
        let body = json!({ "email": "anna@example.com", "password": PASSWORD, "name": "Anna" });
        let answer = register(app, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let made = answer.json()["data"].clone();
        let id = made["id"].as_str().expect("an id").to_owned();
        assert_eq!(made, json!({ "id": id, "email": "anna@example.com", "name": "Anna", "plan": "free", "createdAt": "2026-11-22T09:00:00.000Z" }));
        assert_eq!(app.mails_to("anna@example.com").await.len(), 1);
        app.clock.advance(latchkey::base::time::Span::minutes(2));
        let again = register(app, &body).await;
        let mut told = again.json()["data"].clone();
        assert_ne!(told["id"], id, "the id is nobody's");
        told["id"] = json!(id);
        told["createdAt"] = made["createdAt"].clone();
        assert_eq!((again.status, told), (201, made));
        assert_eq!(app.mails_to("anna@example.com").await.len(), 2, "the owner is told");
        assert_eq!(app.rows("SELECT email FROM accounts").await.len(), 1);
        let token = app.log_in("anna@example.com").await;
        assert_eq!(app.bearer(&token).get("/v1/me").await.json()["data"]["id"], id);
    }

    async fn r01_a_password_is_as_long_as_the_rule_says_and_r14_nothing_else_can_be_set(app: &TestApp) {
        let long = |n: usize| format!("{PASSWORD}{}", "x".repeat(n))[..n].to_owned();
        let before = app.state().await;
        for (password, status) in [(long(11), 422), (long(1_025), 422), ("passwordpassword".to_owned(), 422), (String::new(), 422)] {
            let answer = register(app, &json!({ "email": "bea@example.com", "password": password })).await;
            assert_eq!((answer.status, answer.code().as_str()), (status, "VAL_001"), "{}", answer.body);
            assert!(answer.json()["error"]["details"]["fields"]["password"].is_string(), "{}", answer.body);
        }
        let all = register(app, &json!({ "email": "nobody", "password": "short", "name": "x".repeat(10_000) })).await;
        let fields = all.json()["error"]["details"]["fields"].clone();
        assert!(fields["email"].is_string() && fields["name"].is_string(), "{fields}");
        for field in ["is_admin", "roles", "email_verified", "plan", "tenant_id"] {
            let mut body = json!({ "email": "bea@example.com", "password": PASSWORD });
            body[field] = json!(true);
            assert_eq!(register(app, &body).await.status, 400, "{field}");
        }
        assert_eq!(app.state().await, before);
        let made = register(app, &json!({ "email": "bea@example.com", "password": long(12) })).await;
        assert_eq!((made.status, &made.json()["data"]["name"]), (201, &json!("")));
    }
}

both! {
    async fn r16_where_sign_up_is_closed_nobody_is_registered(db: &TestDb) {
        let app = TestApp::start(db, &[("sign_up", "invite")]).await;
        let before = app.state().await;
        let refused = register(&app, &json!({ "email": "anna@example.com", "password": PASSWORD })).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"));
        assert_eq!(refused.json()["error"]["details"]["reason"], "signup_disabled");
        assert_eq!(app.state().await, before);
        app.stop().await;
    }
}
