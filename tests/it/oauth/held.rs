//! Access tokens of grants at our own doors: a person, or no more than the scopes that were given.

use latchkey::base::id::SessionId;
use latchkey::domain::access::ConfirmedAdministrator;
use latchkey::domain::accounts::Person;
use latchkey::domain::sessions;
use serde_json::json;

use crate::served;
use crate::support::TestApp;
use crate::support::app::{PASSWORD, confirmed};

const PROFILE: Option<&str> = Some("[\"profile\"]");

/// Two tokens of somebody: one that speaks for them, one that was given a scope. Both have been used.
async fn two(app: &TestApp, of: &Person) -> [(SessionId, String); 2] {
    let (whole, narrow) = (app.grant(of.id(), None).await, app.grant(of.id(), PROFILE).await);
    let tokens = [app.of_grant(of.id(), whole, None).await, app.of_grant(of.id(), narrow, Some("profile")).await];
    for token in &tokens {
        assert_eq!(app.bearer(token).get("/v1/me").await.status, 200);
    }
    let [first, second] = tokens;
    [(whole, first), (narrow, second)]
}

async fn assert_dead(app: &TestApp, tokens: &[(SessionId, String); 2], why: &str) {
    for (_, token) in tokens {
        let answer = app.bearer(token).get("/v1/me").await;
        assert!(answer.status == 401 && answer.header("www-authenticate").contains("invalid_token"), "{why}: {}", answer.body);
    }
}

served! {
    async fn r88_a_grant_without_scopes_is_its_person_and_one_with_scopes_never(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let [(_, person), (narrow, scoped)] = two(app, &alice).await;
        let me = app.bearer(&person).get("/v1/me").await.json();
        assert_eq!((&me["data"]["id"], &me["data"]["credential"]), (&json!(alice.id()), &json!(null)));
        let made = app.bearer(&person).post("/v1/me/tokens", &json!({ "name": "CI", "scopes": ["profile"] })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let me = app.bearer(&scoped).get("/v1/me").await.json();
        let credential = &me["data"]["credential"];
        assert_eq!((&credential["id"], &credential["kind"]), (&json!(narrow), &json!("grant")));
        assert_eq!((&me["data"]["id"], &credential["scopes"]), (&json!(alice.id()), &json!(["profile"])));
        let before = app.state().await;
        for path in ["/v1/me/tokens", "/v1/auth/logout"] {
            let refused = app.bearer(&scoped).post(path, &json!({})).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"), "{path}");
        }
        let forged = app.of_grant(alice.id(), narrow, None).await;
        assert_eq!(app.bearer(&forged).get("/v1/me/tokens").await.code(), "AUTH_002", "what the grant is, not what is claimed");
        assert_eq!(app.state().await, before);
    }

    async fn r90_a_grant_of_somebody_else_speaks_for_nobody(app: &TestApp) {
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let grant = app.grant(alice.id(), None).await;
        let crossed = app.of_grant(bob.id(), grant, None).await;
        assert_eq!(app.bearer(&crossed).get("/v1/me").await.code(), "AUTH_002");
        let browser = app.of_grant(alice.id(), alice.session(), None).await;
        assert_eq!(app.bearer(&browser).get("/v1/me").await.code(), "AUTH_002", "a browser's session is no grant");
    }

    async fn r74_whatever_ends_sessions_ends_the_tokens_of_grants_on_the_next_request(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let by = ConfirmedAdministrator::of(confirmed(&root)).expect("an administrator");
        let (alice, shared) = (app.user("alice@example.com").await, app.app());
        let tokens = two(app, &alice).await;
        for (grant, _) in &tokens {
            sessions::end_one(&shared.ctx, &alice, *grant).await.expect("ended");
        }
        assert_dead(app, &tokens, "ended one by one").await;
        let tokens = two(app, &alice).await;
        sessions::end_others(&shared.ctx, &alice).await.expect("ended");
        assert_dead(app, &tokens, "ended with the others").await;
        let tokens = two(app, &alice).await;
        let browser = app.browser();
        browser.sign_in("alice@example.com").await;
        let change = [("current", PASSWORD), ("new", "copper-lantern-drifts-77")];
        assert_eq!(browser.submit("/profile/security", "/profile/security/password", &change).await.status, 303);
        assert_dead(app, &tokens, "another password").await;
        let tokens = two(app, &alice).await;
        sessions::sign_out_everywhere(&shared.ctx, &by, alice.id()).await.expect("signed out");
        assert_dead(app, &tokens, "signed out everywhere").await;
        let tokens = two(app, &alice).await;
        sessions::suspend(&shared.ctx, &by, alice.id()).await.expect("suspended");
        assert_dead(app, &tokens, "suspended").await;
        sessions::restore(&shared.ctx, &by, alice.id()).await.expect("restored");
        assert_dead(app, &tokens, "and not revived").await;
        let tokens = two(app, &alice).await;
        for (_, token) in &tokens {
            assert_eq!(app.bearer(token).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        }
        assert_dead(app, &tokens, "given up").await;
    }
}
