//! `/v1/workspaces` and `/v1/me/invitations`.

use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const HERE: &str = "/v1/workspaces";

async fn person(app: &TestApp, email: &str) -> String {
    app.user(email).await;
    app.log_in(email).await
}

async fn patch(app: &TestApp, secret: &str, path: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {secret}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    app.send("PATCH", path, &headers, body.to_string()).await
}

/// Anna with a workspace of hers, and Bob who belongs to it with this role.
async fn acme(app: &TestApp, role: &str) -> (String, String) {
    let (anna, bob) = (person(app, "anna@example.com").await, person(app, "bob@example.com").await);
    let made = app.bearer(&anna).post(HERE, &json!({ "name": "Acme", "slug": "acme" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let invited =
        app.bearer(&anna).post(&format!("{HERE}/acme/invites"), &json!({ "email": "bob@example.com", "roles": [role] })).await;
    assert_eq!(invited.status, 201, "{}", invited.body);
    let open = app.bearer(&bob).get("/v1/me/invitations").await.json()["data"][0].clone();
    assert_eq!((&open["workspace"]["slug"], &open["roles"]), (&json!("acme"), &json!([role])));
    let path = format!("/v1/me/invitations/{}/accept", open["id"].as_str().expect("an id"));
    let joined = app.bearer(&bob).post(&path, &json!({})).await;
    assert_eq!((joined.status, &joined.json()["data"]["slug"]), (200, &json!("acme")), "{}", joined.body);
    (anna, bob)
}

served! {
    async fn a_workspace_lives_its_life_over_the_api(app: &TestApp) {
        let (anna, bob) = acme(app, "developer").await;
        let bearer = app.bearer(&anna);
        let shown = bearer.get(&format!("{HERE}/acme")).await.json()["data"].clone();
        assert_eq!((&shown["name"], &shown["roles"], &shown["plan"]), (&json!("Acme"), &json!(["owner"]), &json!("free")));
        let id = shown["id"].as_str().expect("an id").to_owned();
        assert_eq!(app.bearer(&bob).get(&format!("{HERE}/{id}")).await.json()["data"]["roles"], json!(["developer"]));
        let listed = bearer.get(HERE).await.json()["data"].clone();
        assert!(listed.as_array().is_some_and(|all| all.iter().any(|row| row["slug"] == "acme")), "{listed}");
        let members = bearer.get(&format!("{HERE}/acme/members")).await.json()["data"].clone();
        let of = |email: &str| members.as_array().and_then(|all| all.iter().find(|row| row["email"] == email)).cloned().expect("a member");
        let bobs = of("bob@example.com")["id"].as_str().expect("an id").to_owned();
        let changed = patch(app, &anna, &format!("{HERE}/acme/members/{bobs}"), &json!({ "roles": ["viewer", "support"] })).await;
        assert_eq!((changed.status, &changed.json()["data"]["roles"]), (200, &json!(["viewer", "support"])), "{}", changed.body);
        let renamed = patch(app, &anna, &format!("{HERE}/acme"), &json!({ "name": "Acme Europe", "slug": "acme-eu", "keysManage": false })).await;
        let told = renamed.json()["data"].clone();
        assert_eq!((&told["slug"], &told["name"], &told["keysManage"]), (&json!("acme-eu"), &json!("Acme Europe"), &json!(false)));
        assert_eq!(bearer.get(&format!("{HERE}/acme")).await.code(), "RES_001");
        let events = bearer.get(&format!("{HERE}/acme-eu/audit")).await.json()["data"].clone();
        assert!(events.as_array().is_some_and(|all| all.len() >= 4 && all.iter().all(|row| row["workspace"] == json!(id))), "{events}");
        let owner = of("anna@example.com")["id"].as_str().expect("an id").to_owned();
        assert_eq!(bearer.send("DELETE", &format!("{HERE}/acme-eu/members/{owner}")).await.code(), "RES_002", "the last owner stays");
        assert_eq!(app.bearer(&bob).send("DELETE", &format!("{HERE}/acme-eu/members/{bobs}")).await.status, 204, "everybody may leave");
        assert_eq!(app.bearer(&bob).get(&format!("{HERE}/acme-eu")).await.code(), "RES_001");
        assert_eq!(bearer.send("DELETE", &format!("{HERE}/acme-eu")).await.status, 204);
        assert_eq!(bearer.get(&format!("{HERE}/acme-eu")).await.code(), "RES_001");
    }

    async fn r101_a_stranger_learns_nothing_of_a_workspace_and_changes_nothing(app: &TestApp) {
        let (anna, _) = acme(app, "developer").await;
        let eve = person(app, "eve@example.com").await;
        let invited = app.bearer(&anna).post(&format!("{HERE}/acme/invites"), &json!({ "email": "carl@example.com", "roles": ["viewer"] })).await;
        let invitation = invited.json()["data"]["id"].as_str().expect("an id").to_owned();
        let members = app.bearer(&anna).get(&format!("{HERE}/acme/members")).await.json()["data"].clone();
        let member = members[0]["id"].as_str().expect("an id").to_owned();
        let before = app.state_and_log().await;
        let bearer = app.bearer(&eve);
        let unknown = bearer.get(&format!("{HERE}/nobodys")).await.json()["error"].clone();
        for path in ["", "/members", "/invites", "/audit"] {
            let answer = bearer.get(&format!("{HERE}/acme{path}")).await;
            assert_eq!((answer.status, answer.json()["error"].clone()), (404, unknown.clone()), "{path}");
        }
        for path in [String::new(), format!("/members/{member}"), format!("/invites/{invitation}")] {
            assert_eq!(bearer.send("DELETE", &format!("{HERE}/acme{path}")).await.status, 404, "{path}");
        }
        assert_eq!(patch(app, &eve, &format!("{HERE}/acme"), &json!({ "name": "Mine" })).await.status, 404);
        assert_eq!(patch(app, &eve, &format!("{HERE}/acme/members/{member}"), &json!({ "roles": ["owner"] })).await.status, 404);
        assert_eq!(bearer.post(&format!("{HERE}/acme/invites"), &json!({ "email": "eve@example.com", "roles": ["owner"] })).await.status, 404);
        for verb in ["accept", "decline"] {
            assert_eq!(bearer.post(&format!("/v1/me/invitations/{invitation}/{verb}"), &json!({})).await.status, 404, "{verb}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r103_a_member_does_no_more_than_their_role_allows(app: &TestApp) {
        let (anna, bob) = acme(app, "developer").await;
        let members = app.bearer(&anna).get(&format!("{HERE}/acme/members")).await.json()["data"].clone();
        let id = |email: &str| {
            let found = members.as_array().and_then(|all| all.iter().find(|row| row["email"] == email)).expect("a member");
            found["id"].as_str().expect("an id").to_owned()
        };
        let (annas, bobs) = (id("anna@example.com"), id("bob@example.com"));
        let before = app.state().await;
        let bearer = app.bearer(&bob);
        for refused in [
            bearer.get(&format!("{HERE}/acme/invites")).await,
            bearer.get(&format!("{HERE}/acme/audit")).await,
            bearer.post(&format!("{HERE}/acme/invites"), &json!({ "email": "x@example.com", "roles": ["viewer"] })).await,
            patch(app, &bob, &format!("{HERE}/acme"), &json!({ "name": "Mine" })).await,
            patch(app, &bob, &format!("{HERE}/acme/members/{bobs}"), &json!({ "roles": ["owner"] })).await,
            bearer.send("DELETE", &format!("{HERE}/acme/members/{annas}")).await,
            bearer.send("DELETE", &format!("{HERE}/acme")).await,
        ] {
            assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH_003"), "{}", refused.body);
        }
        assert_eq!(app.state().await, before);
        assert_eq!(bearer.get(&format!("{HERE}/acme/members")).await.status, 200);
    }

    async fn what_is_wrong_with_a_workspace_is_told_and_one_request_makes_one(app: &TestApp) {
        let anna = person(app, "anna@example.com").await;
        let bearer = app.bearer(&anna);
        assert_eq!(bearer.post(HERE, &json!({ "name": "Acme", "slug": "acme" })).await.status, 201);
        let before = app.state().await;
        for (body, status, field) in [
            (json!({}), 422, "name"),
            (json!({ "name": "x".repeat(10_000) }), 422, "name"),
            (json!({ "name": "A", "slug": "Not A Slug" }), 422, "slug"),
            (json!({ "name": "A", "slug": "acme" }), 409, "slug"),
            (json!({ "name": "A", "plan": "enterprise" }), 400, "plan"),
            (json!({ "name": "A", "owner": "usr_1" }), 400, "owner"),
        ] {
            let refused = bearer.post(HERE, &body).await;
            assert_eq!(refused.status, status, "{body}: {}", refused.body);
            assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{}", refused.body);
        }
        for roles in [json!([]), json!(["no role!"]), json!("viewer"), json!(["a, owner"])] {
            let refused = bearer.post(&format!("{HERE}/acme/invites"), &json!({ "email": "x@example.com", "roles": roles })).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
        }
        assert_eq!(app.state().await, before);
        let authorization = format!("Bearer {anna}");
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json"), ("idempotency-key", "w")];
        let body = json!({ "name": "Once" }).to_string();
        let (made, again) = (app.send("POST", HERE, &headers, body.clone()).await, app.send("POST", HERE, &headers, body).await);
        assert_eq!((made.status, again.status), (201, 200), "{}", again.body);
        assert_eq!(made.json()["data"], again.json()["data"]);
    }

    async fn r75_a_token_reads_workspaces_with_the_scope_for_it_and_changes_none(app: &TestApp) {
        app.admin("root@example.com").await;
        let (anna, _) = acme(app, "viewer").await;
        let person = app.person("anna@example.com").await;
        let (reads, weak) = (app.token(&person, "reads", &["workspace:read"]).await, app.token(&person, "weak", &[]).await);
        let bearer = app.bearer(reads.secret.reveal());
        assert_eq!(bearer.get(&format!("{HERE}/acme")).await.json()["data"]["name"], "Acme");
        assert!(bearer.get(HERE).await.body.contains("acme"));
        let refused = app.bearer(weak.secret.reveal()).get(HERE).await;
        assert_eq!((refused.status, &refused.json()["error"]["details"]["scope"]), (403, &json!("workspace:read")));
        let before = app.state().await;
        assert_eq!(bearer.post(HERE, &json!({ "name": "Child" })).await.status, 403);
        assert_eq!(patch(app, reads.secret.reveal(), &format!("{HERE}/acme"), &json!({ "name": "Mine" })).await.status, 403);
        assert_eq!(bearer.send("DELETE", &format!("{HERE}/acme")).await.status, 403);
        assert_eq!(app.state().await, before);
        assert_eq!(app.bearer(&anna).get(&format!("{HERE}/acme")).await.status, 200);
    }
}
