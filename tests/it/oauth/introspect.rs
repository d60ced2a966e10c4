//! `POST /oauth2/introspect` and `POST /oauth2/revoke`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey::base::time::Span;
use latchkey::domain::credentials::service::{self, IssuedService, client_id};
use serde_json::{Value, json};

use super::bought::service_account;
use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub(super) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

async fn asked(app: &TestApp, authorization: &str, path: &str, token: &str) -> Answer {
    app.send("POST", path, &[FORM, ("authorization", authorization)], form(&[("token", token)])).await
}

/// What somebody is told who may ask.
async fn told(app: &TestApp, by: &IssuedService, token: &str) -> Value {
    let authorization = basic(&client_id(by.account.id), by.secret.reveal());
    let answer = asked(app, &authorization, "/oauth2/introspect", token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

served! {
    async fn r93_every_kind_of_secret_is_told_of_and_what_is_not_good_is_not_active_and_nothing_else(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (acme, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        let (by, there) = (app.member_of(&acme, &alice).await, app.member_of(&other, &alice).await);
        let asker = service_account(app, &by, "Asker", &["introspect"]).await;
        let (pat, key) = (app.token(&alice, "CI", &["profile"]).await, app.key(&by, "Backend", &["verify"]).await);
        let foreign = app.key(&there, "Foreign", &["verify"]).await;
        let grant = app.grant(alice.id(), None).await;
        let session = app.log_in("alice@example.com").await;
        let (person, bought) = (app.of_grant(alice.id(), grant, None).await, app.bought_by_service(&asker, Some("introspect")).await);
        let usr = alice.id().to_string();
        let svc = client_id(asker.account.id);
        for (what, token, sub, scope) in [
            ("personal token", pat.secret.reveal(), usr.as_str(), Some("profile")),
            ("key", key.secret.reveal(), &key.credential.id.to_string(), Some("verify")),
            ("secret of a service account", asker.secret.reveal(), &svc, Some("introspect")),
            ("what it bought", bought.as_str(), "svc_bought", Some("introspect")),
            ("access token", &person, &usr, None),
            ("session token", &session, &usr, None),
        ] {
            let told = told(app, &asker, token).await;
            assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(sub)), "{what}: {told}");
            assert_eq!(told["iss"], app.app().ctx.settings.public_url.as_str());
            if let Some(scope) = scope {
                assert_eq!(told["scope"], scope, "{what}");
            }
        }
        let nothing = json!({ "active": false });
        let garbage = person.replace('.', "_");
        let last = if person.ends_with('A') { "Q" } else { "A" };
        let crossed = format!("{}{last}", &person[..person.len() - 1]);
        for token in [foreign.secret.reveal(), "", "x", "lk_pat_x", &garbage, &crossed].into_iter().filter(|token| !token.is_empty()) {
            assert_eq!(told(app, &asker, token).await, nothing, "{token}");
        }
        assert_eq!(app.bearer(pat.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        assert_eq!(app.bearer(&session).post("/v1/auth/logout", &json!({})).await.status, 204);
        app.clock.advance(Span::minutes(15));
        for token in [pat.secret.reveal(), &session, &person, &bought] {
            assert_eq!(told(app, &asker, token).await, nothing);
        }
    }

    async fn r93_nobody_asks_who_does_not_show_that_they_may(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let (asker, weak) = (service_account(app, &by, "Asker", &["introspect"]).await, service_account(app, &by, "Weak", &["verify"]).await);
        let (id, path) = (client_id(asker.account.id), "/oauth2/introspect");
        let token = asker.secret.reveal().to_owned();
        for wrong in [basic(&id, weak.secret.reveal()), basic(&id, "wrong"), basic("svc_x", &token), basic(&client_id(weak.account.id), &token)] {
            let answer = asked(app, &wrong, path, &token).await;
            assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")), "{}", answer.body);
            assert!(answer.header("www-authenticate").starts_with("Basic "));
        }
        let refused = asked(app, &basic(&client_id(weak.account.id), weak.secret.reveal()), path, &token).await;
        assert_eq!(refused.status, 403);
        assert!(refused.header("www-authenticate").contains("error=\"insufficient_scope\", scope=\"introspect\""));
        let bearer = asked(app, &format!("Bearer {}", app.bought_by_service(&asker, None).await), path, &token).await;
        assert_eq!((bearer.status, &bearer.json()["active"]), (200, &json!(true)), "{}", bearer.body);
        let bad = asked(app, "Bearer lk_pat_bad", path, &token).await;
        assert_eq!((bad.status, &bad.json()["error"]), (401, &json!("invalid_token")));
        let body = form(&[("token", &token), ("client_id", &id), ("client_secret", &token)]);
        assert_eq!(app.send("POST", path, &[FORM], body.clone()).await.json()["active"], true, "in the form");
        let twice = app.send("POST", path, &[FORM, ("authorization", &basic(&id, &token))], body).await;
        assert_eq!((twice.status, &twice.json()["error"]), (400, &json!("invalid_request")));
        let in_address = format!("{path}?client_id={id}&client_secret={token}");
        assert_eq!(app.send("POST", &in_address, &[FORM], form(&[("token", &token)])).await.status, 401);
        assert_eq!(app.send("POST", path, &[("content-type", "application/json")], "{}").await.status, 400);
        assert_eq!(app.anon("GET", path).await.status, 405);
    }

    async fn r83_wrong_secrets_are_slowed_down_and_the_right_one_is_not(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let asker = service_account(app, &by, "Asker", &["introspect"]).await;
        let id = client_id(asker.account.id);
        for n in 0..50 {
            assert_eq!(asked(app, &basic(&id, "wrong"), "/oauth2/introspect", "x").await.status, 401, "{n}");
        }
        let slowed = asked(app, &basic(&id, "wrong"), "/oauth2/introspect", "x").await;
        assert_eq!(slowed.status, 429, "{}", slowed.body);
        assert!(!slowed.header("retry-after").is_empty());
        assert_eq!(asked(app, &basic(&id, asker.secret.reveal()), "/oauth2/introspect", "x").await.status, 200);
    }

    async fn r94_a_client_ends_its_own_and_nothing_of_anybody_elses(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let (a, b) = (service_account(app, &by, "A", &["verify"]).await, service_account(app, &by, "B", &["verify"]).await);
        let (pat, path) = (app.token(&alice, "CI", &[]).await, "/oauth2/revoke");
        let grant = app.grant(alice.id(), None).await;
        let (of_a, person, session) =
            (app.bought_by_service(&a, None).await, app.of_grant(alice.id(), grant, None).await, app.log_in("alice@example.com").await);
        let as_b = basic(&client_id(b.account.id), b.secret.reveal());
        let before = app.state().await;
        for foreign in [&of_a, a.secret.reveal(), pat.secret.reveal(), &person, &session, "nobodys", "a.b.c"] {
            let answer = asked(app, &as_b, path, foreign).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, ""));
        }
        assert_eq!(app.state().await, before);
        for alive in [&of_a, a.secret.reveal(), pat.secret.reveal(), &person, &session] {
            assert_eq!(app.bearer(alive).get("/v1/me").await.status, 200);
        }
        let as_a = basic(&client_id(a.account.id), a.secret.reveal());
        let second = app.bought_by_service(&a, Some("verify")).await;
        assert_eq!(asked(app, &as_a, path, &of_a).await.status, 200);
        assert_eq!(app.bearer(&of_a).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(app.bearer(&second).get("/v1/me").await.status, 200, "one token alone");
        for own in [pat.secret.reveal(), &person, &session] {
            let body = form(&[("token", own), ("token_type_hint", "refresh_token")]);
            assert_eq!(app.send("POST", path, &[FORM], body).await.status, 200, "whoever holds it may give it up");
            assert_eq!(app.bearer(own).get("/v1/me").await.code(), "AUTH_002");
        }
        assert_eq!(asked(app, &as_a, path, a.secret.reveal()).await.status, 200);
        assert_eq!(app.bearer(&second).get("/v1/me").await.code(), "AUTH_002");
        assert_eq!(asked(app, &as_a, path, &second).await.status, 401, "and the client with it");
    }

    async fn r84_a_service_account_that_was_deleted_gets_nothing_and_what_it_had_is_not_active(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let (gone, asker) = (service_account(app, &by, "Gone", &["introspect"]).await, service_account(app, &by, "Asker", &["introspect"]).await);
        let token = app.bought_by_service(&gone, None).await;
        assert_eq!(told(app, &asker, &token).await["active"], true);
        service::delete(&app.app().ctx, &by, gone.account.id).await.expect("deleted");
        assert_eq!(told(app, &asker, &token).await, json!({ "active": false }));
        let refused = asked(app, &basic(&client_id(gone.account.id), gone.secret.reveal()), "/oauth2/introspect", &token).await;
        assert_eq!((refused.status, &refused.json()["error"]), (401, &json!("invalid_client")));
    }

    async fn r82_what_a_client_sends_comes_back_in_no_error(app: &TestApp) {
        for hostile in ["a\r\nSet-Cookie: x=1", "\"quoted\" \\ back", "\u{202e}gnp", "<script>alert(1)</script>", "é", "\u{0}"] {
            let body = form(&[(hostile, "1"), (hostile, "2"), ("token", hostile)]);
            let answer = app.send("POST", "/oauth2/introspect", &[FORM], body).await;
            assert_eq!(answer.status, 400, "{}", answer.body);
            let told = answer.json()["error_description"].as_str().expect("a sentence").to_owned();
            assert!(told.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{told}");
            assert_eq!(answer.header("content-type"), "application/json");
        }
    }
}
