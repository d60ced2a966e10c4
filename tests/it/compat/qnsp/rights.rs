//! What a sign-in to a workspace may do, and with what it ends.

use latchkey::base::id::MembershipId;
use latchkey::base::time::Span;
use latchkey::domain::access::{self, ConfirmedAdministrator};
use latchkey::domain::workspaces::members;
use serde_json::json;

use super::client::{Client, TokenPair, credentials};
use super::{Tenant, signed_in, tenant};
use crate::served;
use crate::support::TestApp;
use crate::support::app::{PASSWORD, confirmed};

/// What a wrong sign-in looks like: status, body without the id of the request, headers that could tell something.
async fn looks(app: &TestApp, email: &str, password: &str, tenant: &str) -> (u16, String, Vec<String>) {
    let body = credentials(email, password, tenant).to_string();
    let answer = app.send("POST", "/auth/login", &[("content-type", "application/json")], body).await;
    let names: Vec<String> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
    (answer.status, answer.body.replace(answer.header("x-request-id"), "…"), names)
}

async fn failures(app: &TestApp) -> Vec<String> {
    app.rows("SELECT action, outcome FROM audit_events ORDER BY seq DESC LIMIT 1").await
}

async fn ended(app: &TestApp, pair: &TokenPair) {
    assert_eq!(app.bearer(&pair.access_token).get("/v1/me").await.status, 401, "the access token, on the next request");
    let refreshed = Client(app).refresh(json!({ "refreshToken": pair.refresh().token })).await;
    assert_eq!(refreshed.err(), Some((401, "UNAUTHORIZED".to_owned())));
}

/// Somebody who belongs to a workspace that is another's.
async fn colleague(app: &TestApp, of: &Tenant) -> TokenPair {
    app.belongs(&of.workspace, "carol@example.com", "developer").await;
    Client(app).login(credentials("carol@example.com", PASSWORD, &of.id())).await.expect("signed in")
}

served! {
    async fn r17_a_workspace_that_is_not_theirs_looks_like_a_wrong_password(app: &TestApp) {
        let (acme, bolt) = (tenant(app, "acme").await, tenant(app, "bolt").await);
        app.unconfirmed("new@example.com").await;
        let wrong = looks(app, "acme@example.com", "not-my-password-at-all", &acme.id()).await;
        assert_eq!((wrong.0, failures(app).await), (401, vec!["session.signed_in | refused".to_owned()]));
        let nowhere = "01890a5d-1c2b-7d3e-8f90-a1b2c3d4e5f6";
        for (email, tenant) in [
            ("acme@example.com", bolt.id()),
            ("acme@example.com", nowhere.to_owned()),
            ("nobody@example.com", acme.id()),
            ("no address", acme.id()),
            ("new@example.com", acme.id()),
        ] {
            let before = (app.state().await, app.events().await);
            assert_eq!(looks(app, email, PASSWORD, &tenant).await, wrong, "{email} at {tenant}");
            assert_eq!((app.state().await, app.events().await), (before.0, before.1 + 1), "one event, and nothing else");
            assert_eq!(failures(app).await, ["session.signed_in | refused"]);
        }
    }

    async fn r20_it_counts_on_the_counters_of_every_other_sign_in(app: &TestApp) {
        let (acme, bolt) = (tenant(app, "acme").await, tenant(app, "bolt").await);
        for _ in 0..5 {
            assert_eq!(looks(app, "acme@example.com", PASSWORD, &bolt.id()).await.0, 401);
        }
        let slowed = looks(app, "acme@example.com", PASSWORD, &acme.id()).await;
        assert_eq!(slowed.0, 429, "{}", slowed.1);
        let body = json!({ "email": "acme@example.com", "password": PASSWORD }).to_string();
        let elsewhere = app.send("POST", "/v1/auth/login", &[("content-type", "application/json")], body).await;
        assert_eq!(elsewhere.status, 429, "at every door");
    }

    async fn r75_its_tokens_are_good_in_that_workspace_alone_and_manage_nothing(app: &TestApp) {
        app.admin("root@example.com").await;
        let acme = tenant(app, "acme").await;
        app.workspace(&acme.owner, "second").await;
        let token = signed_in(app, &acme).await.access_token;
        let authorization = format!("Bearer {token}");
        let before = app.state().await;
        for (named, status) in [("acme", 200), ("second", 404)] {
            let headers = [("authorization", authorization.as_str()), ("x-workspace-id", named)];
            assert_eq!(app.send("GET", "/v1/me", &headers, "").await.status, status, "{named}");
        }
        for (method, path) in [
            ("GET", "/v1/me/tokens"),
            ("GET", "/v1/me/sessions"),
            ("GET", "/v1/auth/api-keys"),
            ("GET", "/v1/workspaces/second/service-accounts"),
            ("POST", "/v1/auth/logout"),
        ] {
            let status = app.bearer(&token).send(method, path).await.status;
            assert!(matches!(status, 401 | 403 | 404), "{method} {path}: {status}");
        }
        assert_eq!(app.state().await, before);
    }

    async fn r105_it_ends_with_the_membership_the_account_and_the_workspace(app: &TestApp) {
        let root = ConfirmedAdministrator::of(confirmed(&app.admin("root@example.com").await)).expect("an administrator");
        let acme = tenant(app, "acme").await;
        let hers = colleague(app, &acme).await;
        assert_eq!(app.bearer(&hers.access_token).get("/v1/me").await.status, 200);
        let carol = app.member_of(&acme.workspace, &app.person("carol@example.com").await).await;
        let id: MembershipId = carol.id();
        members::remove(&app.app().ctx, &acme.member, id).await.expect("removed");
        ended(app, &hers).await;
        app.add_member(&acme.workspace, carol.person(), "developer").await;
        ended(app, &hers).await;
        let again = Client(app).login(credentials("carol@example.com", PASSWORD, &acme.id())).await.expect("another membership");
        access::suspend_workspace(&app.app().ctx, &root, acme.workspace.id).await.expect("suspended");
        ended(app, &again).await;
        let refused = Client(app).login(credentials("carol@example.com", PASSWORD, &acme.id())).await;
        assert_eq!(refused.err(), Some((401, "UNAUTHORIZED".to_owned())), "a suspended workspace is nobody's");
    }

    async fn it_ends_by_itself(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let pair = signed_in(app, &acme).await;
        app.clock.advance(Span::minutes(15));
        assert_eq!(app.bearer(&pair.access_token).get("/v1/me").await.status, 401);
        app.clock.advance(Span::days(30));
        ended(app, &pair).await;
    }
}
