//! Tokens derived from tokens: less than their parent, and dead with it.

use latchkey::domain::credentials::{self, Why};
use proptest::strategy::{Strategy as _, ValueTree as _};
use serde_json::{Value, json};

use super::{claims, form, pair};
use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

async fn exchange(app: &TestApp, parent: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("grant_type", EXCHANGE), ("subject_token", parent), ("subject_token_type", ACCESS)];
    fields.extend(more);
    form(app, &[], &fields).await
}

async fn derived(app: &TestApp, parent: &str, scope: &str) -> String {
    let answer = exchange(app, parent, &[("scope", scope)]).await;
    assert_eq!((answer.status, &answer.json()["issued_token_type"]), (200, &json!(ACCESS)), "{}", answer.body);
    answer.json()["access_token"].as_str().expect("a token").to_owned()
}

async fn status(app: &TestApp, token: &str) -> u16 {
    app.bearer(token).get("/v1/me").await.status
}

served! {
    async fn r99_a_derived_token_dies_with_its_parent_and_says_who_acts(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let parent = app.token(&alice, "CI", &["verify", "profile"]).await;
        let child = derived(app, parent.secret.reveal(), "verify").await;
        let grandchild = derived(app, &child, "verify").await;
        let said = claims(&child);
        assert_eq!((&said["sub"], &said["scope"]), (&json!(alice.id()), &json!("verify")));
        assert_eq!(said["act"]["sub"], json!(parent.credential.id));
        assert_eq!((status(app, &child).await, status(app, &grandchild).await), (200, 200));
        let tokens = app.bearer(&child).get("/v1/me/tokens").await;
        assert_eq!((tokens.status, tokens.code().as_str()), (403, "AUTH_003"), "it manages nothing");
        credentials::revoke_own(&app.app().ctx, &alice, parent.credential.id, Why::NotNeeded).await.expect("revoked");
        assert_eq!((status(app, &child).await, status(app, &grandchild).await), (401, 401));
    }

    async fn r99_nothing_is_derived_beyond_the_parent_or_from_what_everybody_has(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let parent = app.key(&by, "Deploy", &["verify"]).await;
        let parent = parent.secret.reveal();
        let child = derived(app, parent, "verify").await;
        for (parent, more, error) in [
            (parent, &[("scope", "verify keys:manage")][..], "invalid_scope"),
            (child.as_str(), &[("scope", "workspace:read")], "invalid_scope"),
            (parent, &[("scope", "no:such")], "invalid_scope"),
            (parent, &[("audience", "external-api")], "invalid_target"),
            (parent, &[("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")], "invalid_request"),
            (parent, &[("actor_token", "x")], "invalid_request"),
            ("lk_sec_live_nobody", &[], "invalid_grant"),
            ("", &[], "invalid_request"),
        ] {
            let before = app.state_and_log().await;
            let answer = exchange(app, parent, more).await;
            assert_eq!((answer.status, &answer.json()["error"]), (400, &json!(error)), "{more:?}: {}", answer.body);
            assert_eq!(app.state_and_log().await, before);
        }
        assert_eq!(status(app, &child).await, 200);
    }

    async fn r99_what_is_derived_from_a_person_is_a_credential_and_ends_with_the_sign_in(app: &TestApp) {
        let (access, _) = pair(app).await;
        let child = derived(app, &access, "profile").await;
        assert_eq!(status(app, &child).await, 200);
        assert_eq!(app.bearer(&child).get("/v1/me/sessions").await.status, 403, "no person");
        let out = app.bearer(&access).post("/v1/auth/logout", &Value::Object(serde_json::Map::new())).await;
        assert_eq!(out.status, 204, "{}", out.body);
        assert_eq!((status(app, &access).await, status(app, &child).await), (401, 401));
    }
}

/// Whether the server let a token with these scopes be derived from a parent with those.
fn is_within(asked: &[&str], parent: &[&str]) -> bool {
    asked.iter().all(|name| parent.contains(name))
}

served! {
    async fn r99_of_random_scopes_exactly_the_subsets_are_derived(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let all = ["verify", "workspace:read", "keys:manage"];
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let pick = proptest::sample::subsequence(all.to_vec(), 1..=3);
        for n in 0..12 {
            let held = pick.new_tree(&mut runner).expect("a value").current();
            let asked = pick.new_tree(&mut runner).expect("a value").current();
            let key = app.key(&by, &format!("k{n}"), &held).await;
            let answer = exchange(app, key.secret.reveal(), &[("scope", &asked.join(" "))]).await;
            assert_eq!(answer.status == 200, is_within(&asked, &held), "{asked:?} of {held:?}: {}", answer.body);
        }
    }
}
