//! Invitations to workspaces: seen and answered by whoever has the address that was invited.

use latchkey::base::time::Span;
use latchkey::domain::accounts::Roles;
use serde_json::{Value, json};

use super::{call, oauth, refusal};
use crate::served;
use crate::support::TestApp;

const INVITES: &str = "/api/invites";
const ANN: &str = "ann@example.com";

/// An owner invites somebody, as `/v1` does it.
async fn invite(app: &TestApp, owner: &str, workspace: &str, email: &str) {
    let path = format!("/v1/workspaces/{workspace}/invites");
    let sent = call(app, owner, "POST", &path, json!({ "email": email, "roles": ["developer"] })).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
}

served! {
    async fn an_invitation_is_declined_sent_again_and_accepted(app: &TestApp) {
        let ben = app.user("ben@example.com").await;
        app.account(ANN, Roles::user()).await;
        let acme = app.workspace(&ben, "acme").await;
        let owner = app.log_in("ben@example.com").await;
        let (token, _) = oauth(app, ANN).await;
        assert_eq!(call(app, &token, "GET", INVITES, Value::Null).await.json(), json!([]));
        let logo = json!({ "logo": "https://example.com/l.png" });
        assert_eq!(call(app, &owner, "PUT", &format!("/api/workspaces/{}", acme.id), logo).await.status, 200);
        invite(app, &owner, "acme", ANN).await;
        let workspace = json!({ "_id": acme.id, "name": "acme Inc.", "logo": "https://example.com/l.png" });
        let mut row = workspace.clone();
        row["workspace"] = workspace;
        assert_eq!(call(app, &token, "GET", INVITES, Value::Null).await.json(), json!([row]));

        app.clock.advance(Span::seconds(1));
        let no = call(app, &token, "POST", INVITES, json!({ "workspace": acme.id, "kind": "decline", "_id": 5 })).await;
        assert_eq!((no.status, no.json()), (200, json!({ "success": true })));
        let yes = json!({ "workspace": acme.id, "kind": "accept" });
        assert_eq!(refusal(&call(app, &token, "POST", INVITES, yes.clone()).await).0, 404, "it is answered");
        invite(app, &owner, "acme", ANN).await;
        assert_eq!(call(app, &token, "POST", INVITES, yes).await.json(), json!({ "success": true }));
        let rows = call(app, &token, "GET", "/api/workspaces", Value::Null).await.json();
        assert_eq!((&rows[0]["_id"], &rows[0]["isPrivilegedUser"]), (&json!(acme.id), &json!(false)));
        assert_eq!(rows[0]["members"][1]["roles"], json!(["developer"]));
        assert_eq!(call(app, &token, "GET", INVITES, Value::Null).await.json(), json!([]));
    }

    async fn nobody_answers_for_another_and_nothing_changes(app: &TestApp) {
        app.admin("root@example.com").await;
        let (ben, ann) = (app.user("ben@example.com").await, app.user(ANN).await);
        let acme = app.workspace(&ben, "acme").await;
        let owner = app.log_in("ben@example.com").await;
        invite(app, &owner, "acme", "eve@example.com").await;
        let (token, _) = oauth(app, ANN).await;
        let key = app.token(&ann, "own", &["profile", "workspace:read"]).await;
        let before = app.state_and_log().await;
        for workspace in [json!(acme.id), json!("wsp_00000000000070008000000000000000"), json!("acme"), json!("")] {
            for kind in ["accept", "decline"] {
                let answer = call(app, &token, "POST", INVITES, json!({ "workspace": workspace, "kind": kind })).await;
                assert_eq!(refusal(&answer).0, 404, "{workspace}");
            }
        }
        for body in [
            json!({}),
            json!({ "workspace": acme.id }),
            json!({ "workspace": acme.id, "kind": "maybe" }),
            json!({ "workspace": 5, "kind": "accept" }),
            json!({ "workspace": acme.id, "kind": true }),
        ] {
            assert_eq!(refusal(&call(app, &token, "POST", INVITES, body.clone()).await).0, 400, "{body}");
        }
        for method in ["GET", "POST"] {
            let answer = call(app, key.secret.reveal(), method, INVITES, json!({ "workspace": acme.id, "kind": "accept" })).await;
            assert_eq!(refusal(&answer).0, 403, "a token answers no invitation");
        }
        assert_eq!(refusal(&app.anon("GET", INVITES).await).0, 401);
        assert_eq!(app.state_and_log().await, before);
    }
}
