//! `Idempotency-Key`: what is asked for twice is made once.

use futures_util::future::join_all;
use latchkey::base::time::Span;
use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const HERE: &str = "/v1/me/tokens";

async fn create(app: &TestApp, session: &str, key: &str, body: &Value) -> Answer {
    ask(app, session, HERE, (key, body)).await
}

async fn ask(app: &TestApp, session: &str, path: &str, (key, body): (&str, &Value)) -> Answer {
    let authorization = format!("Bearer {session}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json"), ("idempotency-key", key)];
    app.send("POST", path, &headers, body.to_string()).await
}

served! {
    async fn a_request_that_is_sent_again_is_told_what_the_first_made(app: &TestApp) {
        app.admin("root@example.com").await;
        app.user("anna@example.com").await;
        app.user("bob@example.com").await;
        let (anna, bob) = (app.log_in("anna@example.com").await, app.log_in("bob@example.com").await);
        let body = json!({ "name": "CI", "scopes": ["profile"] });
        let made = create(app, &anna, "one", &body).await;
        assert_eq!((made.status, made.header("idempotency-replayed")), (201, ""), "{}", made.body);
        let secret = made.json()["data"]["token"].as_str().expect("a secret").to_owned();
        let before = app.state().await;
        let again = create(app, &anna, "one", &json!({ "scopes": ["profile"], "name": "CI" })).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (200, "true"), "{}", again.body);
        assert_eq!(again.json()["data"]["id"], made.json()["data"]["id"]);
        assert!(again.json()["data"]["token"].is_null() && !again.body.contains(&secret), "no secret is shown again");
        let other = create(app, &anna, "one", &json!({ "name": "another" })).await;
        assert_eq!((other.status, other.code().as_str()), (409, "RES_002"));
        assert_eq!(other.json()["error"]["details"]["reason"], "idempotency_key_used");
        assert_eq!(app.state().await, before);
        assert_eq!(create(app, &bob, "one", &body).await.status, 201, "somebody else's keys are their own");
        assert_eq!(create(app, &anna, "two", &body).await.status, 409, "another key is another request");
        let later = app.log_in("anna@example.com").await;
        assert_eq!(create(app, &later, "one", &body).await.status, 200, "a key is the person's, whatever the session");
        app.clock.advance(Span::hours(24));
        let session = app.log_in("anna@example.com").await;
        assert_eq!(create(app, &session, "one", &json!({ "name": "next day" })).await.status, 201, "a key is kept for a day");
        app.clock.advance(Span::hours(25));
        latchkey::jobs::sweep::run_once(&app.app().ctx).await.expect("swept");
        assert_eq!(app.rows("SELECT key FROM idempotent_requests").await, Vec::<String>::new());
    }

    async fn a_refused_request_claims_no_key(app: &TestApp) {
        app.admin("root@example.com").await;
        app.user("anna@example.com").await;
        let anna = app.log_in("anna@example.com").await;
        assert_eq!(create(app, &anna, "k", &json!({ "name": "CI", "scopes": ["canary"] })).await.status, 422);
        assert_eq!(create(app, &anna, "k", &json!({ "name": "CI" })).await.status, 201);
        let before = app.state().await;
        let long = "k".repeat(256);
        for wrong in ["", "a b", long.as_str(), "\u{e9}"] {
            let refused = create(app, &anna, wrong, &json!({ "name": "wrong key" })).await;
            assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"), "{wrong}");
            assert!(refused.json()["error"]["details"]["fields"]["Idempotency-Key"].is_string());
        }
        assert_eq!(app.state().await, before);
    }

    async fn of_twenty_at_once_one_creates_and_the_others_are_told(app: &TestApp) {
        app.admin("root@example.com").await;
        app.user("anna@example.com").await;
        let anna = app.log_in("anna@example.com").await;
        let body = json!({ "name": "CI" });
        let answers = join_all((0..20).map(|_| create(app, &anna, "same", &body))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 19, "{statuses:?}");
        let ids: std::collections::BTreeSet<String> = answers.iter().map(|answer| answer.json()["data"]["id"].to_string()).collect();
        assert_eq!((ids.len(), app.rows("SELECT id FROM credentials").await.len()), (1, 1));
    }

    async fn what_makes_a_secret_or_a_mail_is_done_once_for_one_key(app: &TestApp) {
        app.admin("root@example.com").await;
        let person = app.user("anna@example.com").await;
        app.workspace(&person, "acme").await;
        let token = app.token(&person, "CI", &["profile"]).await;
        let anna = app.log_in("anna@example.com").await;
        let bearer = app.bearer(&anna);
        let key = json!({ "name": "Backend", "type": "secret", "environment": "live", "workspace": "acme" });
        let key = bearer.post("/v1/auth/api-keys", &key).await.json()["data"]["id"].clone();
        let service = bearer.post("/v1/workspaces/acme/service-accounts", &json!({ "name": "Indexer" })).await;
        let (key, service) = (key.as_str().expect("an id"), service.json()["data"]["id"].clone());
        let service = service.as_str().expect("an id");
        let grace = json!({ "graceSeconds": 60 });
        for (path, body, status, secret) in [
            (format!("{HERE}/{}/rotate", token.credential.id), grace.clone(), 200, "token"),
            (format!("/v1/auth/api-keys/{key}/rotate"), grace.clone(), 200, "key"),
            (format!("/v1/workspaces/acme/service-accounts/{service}/secrets"), json!({}), 201, "clientSecret"),
            ("/v1/workspaces/acme/invites".to_owned(), json!({ "email": "bob@example.com", "roles": ["viewer"] }), 201, ""),
        ] {
            let done = ask(app, &anna, &path, (&path, &body)).await;
            assert_eq!((done.status, done.header("idempotency-replayed")), (status, ""), "{path}: {}", done.body);
            let before = app.state_and_log().await;
            let again = ask(app, &anna, &path, (&path, &body)).await;
            assert_eq!((again.status, again.header("idempotency-replayed")), (200, "true"), "{path}: {}", again.body);
            let (mut first, second) = (done.json()["data"].clone(), again.json()["data"].clone());
            if !secret.is_empty() {
                assert!(first[secret].is_string() && second[secret].is_null(), "{path}: no secret is shown again");
                first.as_object_mut().expect("an object").retain(|name, _| second.get(name).is_some_and(|told| !told.is_null()));
            }
            for (name, told) in first.as_object().expect("an object") {
                assert_eq!(&second[name], told, "{path} {name}");
            }
            let mut other = body.clone();
            if body.get("email").is_some() {
                other["email"] = json!("carl@example.com");
            } else if body.get("graceSeconds").is_some() {
                other["graceSeconds"] = json!(61);
            }
            if other != body {
                let refused = ask(app, &anna, &path, (&path, &other)).await;
                assert_eq!(refused.json()["error"]["details"]["reason"], "idempotency_key_used", "{path}: {}", refused.body);
            }
            assert_eq!(app.state_and_log().await, before, "{path}");
        }
        let third = format!("/v1/workspaces/acme/service-accounts/{service}/secrets");
        assert_eq!(ask(app, &anna, &third, ("other", &json!({}))).await.code(), "RES_002", "two secrets are all");
    }
}
