//! A credential of one workspace that names another.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::Scopes;
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::{self, AddressList, Expiry, PersonalDraft};
use latchkey::domain::workspaces::{Which, Workspace};
use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;
use crate::support::app::{Answer, confirmed};

async fn locked(app: &TestApp, of: &Person, to: &Workspace, name: &str) -> String {
    let draft = PersonalDraft {
        name: Label::parse(name).expect("a name"),
        workspace: Some(Which::Id(to.id)),
        scopes: Scopes::parse(["workspace:read", "verify"]).expect("scopes"),
        allowed_addresses: AddressList::anywhere(),
        expiry: Expiry::At(app.clock.now() + Span::days(30)),
        nonce: format!("nonce-{name}"),
    };
    let issued = credentials::issue_personal(&app.app().ctx, &confirmed(of), draft).await.expect("a token");
    issued.secret.reveal().to_owned()
}

async fn named_in_header(app: &TestApp, method: &str, path: &str, secret: &str, workspace: &str) -> Answer {
    let headers = [("x-api-key", secret), ("content-type", "application/json"), ("x-workspace-id", workspace)];
    app.send(method, path, &headers, if method == "GET" { "" } else { "{}" }).await
}

served! {
    async fn r75_a_locked_token_names_another_workspace_of_its_owner_in_vain(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let (home, other) = (app.workspace(&alice, "acme").await, app.workspace(&alice, "other").await);
        let token = locked(app, &alice, &home, "CI").await;
        let theirs = app.key(&app.member_of(&other, &alice).await, "theirs", &[]).await;
        let bearer = app.bearer(&token);
        let id = other.id.to_string();
        assert_eq!(bearer.get("/v1/workspaces/acme").await.status, 200);
        let before = app.state_and_log().await;
        for named in [id.as_str(), "other"] {
            for (method, path) in [("GET", "/v1/me"), ("GET", "/v1/workspaces"), ("GET", "/v1/workspaces/acme"), ("POST", "/v1/verify"), ("POST", "/v1/tokens/revoke")] {
                let answer = named_in_header(app, method, path, &token, named).await;
                assert_eq!((answer.status, answer.code().as_str()), (404, "RES_001"), "{method} {path} with the header: {}", answer.body);
            }
            for (path, status) in [
                (format!("/v1/workspaces/{named}"), 404),
                (format!("/v1/workspaces/{named}/members"), 404),
                (format!("/v1/workspaces/{named}/audit"), 404),
                (format!("/v1/workspaces/{named}/usage"), 404),
                (format!("/v1/me?workspace={named}"), 400),
                (format!("/v1/workspaces?workspace={named}"), 400),
                (format!("/v1/workspaces/acme?workspace={named}"), 400),
                (format!("/v1/auth/api-keys?workspace={named}"), 403),
            ] {
                assert_eq!(bearer.get(&path).await.status, status, "GET {path}");
            }
            let asked = |mut body: Value| {
                body["workspace"] = json!(named);
                body
            };
            for (path, body, status) in [
                ("/v1/verify", asked(json!({ "token": theirs.secret.reveal() })), 400),
                ("/v1/tokens/revoke", asked(json!({})), 400),
                ("/v1/auth/api-keys", asked(json!({ "name": "x", "type": "secret", "environment": "live" })), 403),
                ("/v1/me/tokens", asked(json!({ "name": "x" })), 403),
                (&format!("/v1/workspaces/{named}/invites"), json!({ "email": "x@example.com", "roles": ["viewer"] }), 403),
                (&format!("/v1/workspaces/{named}/service-accounts"), json!({ "name": "x" }), 403),
            ] {
                let answer = bearer.post(path, &body).await;
                assert_eq!(answer.status, status, "POST {path}: {}", answer.body);
            }
        }
        let verdict = bearer.post("/v1/verify", &json!({ "token": theirs.secret.reveal() })).await.json();
        assert_eq!((&verdict["data"]["valid"], &verdict["data"]["code"]), (&json!(false), &json!("NOT_FOUND")));
        assert_eq!(app.state_and_log().await, before);
        let listed = bearer.get("/v1/workspaces").await.json()["data"].clone();
        assert_eq!(listed.as_array().map(|all| all.iter().map(|row| row["slug"].clone()).collect::<Vec<_>>()), Some(vec![json!("acme")]));
        for named in [home.id.to_string().as_str(), "acme"] {
            let answer = named_in_header(app, "GET", "/v1/me", &token, named).await;
            assert_eq!((answer.status, answer.json()["data"]["workspace"]["slug"].as_str()), (200, Some("acme")), "its own");
        }
        let theirs = theirs.secret.reveal();
        assert_eq!(named_in_header(app, "GET", "/v1/me", theirs, "acme").await.status, 404, "nor does a key move");
        assert_eq!(named_in_header(app, "GET", "/v1/me", theirs, "other").await.status, 200);
    }

    async fn r75_over_the_api_a_locked_token_dies_with_the_membership_and_does_not_rise(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let home = app.workspace(&alice, "acme").await;
        let bob = app.belongs(&home, "bob@example.com", "developer").await;
        let token = locked(app, &bob, &home, "CI").await;
        let asked = ["/v1/me", "/v1/workspaces", "/v1/workspaces/acme"];
        for path in asked {
            assert_eq!(app.bearer(&token).get(path).await.status, 200, "{path}");
        }
        let session = app.log_in("alice@example.com").await;
        let members = app.bearer(&session).get("/v1/workspaces/acme/members").await.json()["data"].clone();
        let bobs = members.as_array().and_then(|all| all.iter().find(|row| row["email"] == "bob@example.com")).expect("a member");
        let path = format!("/v1/workspaces/acme/members/{}", bobs["id"].as_str().expect("an id"));
        assert_eq!(app.bearer(&session).send("DELETE", &path).await.status, 204);
        for membership in ["ended", "begun again"] {
            for path in asked {
                assert_eq!(app.bearer(&token).get(path).await.code(), "AUTH_002", "{path}, {membership}");
            }
            if membership == "ended" {
                app.belongs(&home, "bob@example.com", "developer").await;
            }
        }
        let again = locked(app, &bob, &home, "CI again").await;
        assert_eq!(app.bearer(&again).get("/v1/workspaces/acme").await.status, 200, "a new one is good");
    }
}
