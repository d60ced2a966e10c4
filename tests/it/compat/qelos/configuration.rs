//! The configuration of signing in, which is the token policy and what the product keeps beside it.

use latchkey::domain::accounts::Roles;
use serde_json::{Value, json};

use super::{ask, call, oauth, refusal, text};
use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const PATH: &str = "/api/configurations/auth-configuration";

async fn put(app: &TestApp, session: &str, metadata: Value) -> Answer {
    call(app, session, "PUT", PATH, json!({ "metadata": metadata })).await
}

served! {
    async fn what_an_administrator_saves_is_told_and_strangers_hear_no_roles(app: &TestApp) {
        app.account("root@example.com", Roles::admin()).await;
        let (root, _) = oauth(app, "root@example.com").await;
        let fresh = app.anon("GET", PATH).await;
        assert_eq!(fresh.status, 200, "{}", fresh.body);
        assert_eq!(
            fresh.json(),
            json!({ "key": "auth-configuration", "public": true, "kind": "auth", "metadata": {
                "allowUserTokenAuthentication": false, "treatUsernameAs": "email", "showLoginPage": true,
                "showRegisterPage": true, "disableUsernamePassword": false, "additionalUserFields": [] } })
        );
        let fields = json!([{ "key": "company", "label": "Company", "inputType": "text", "required": true }]);
        let saved = put(app, &root, json!({ "showRegisterPage": false, "additionalUserFields": fields, "theme": { "dark": true } })).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        let saved = put(app, &root, json!({ "theme": { "wide": true }, "tokenAuthenticationPermissions": { "roles": ["admin"], "wsRoles": ["*"] } })).await;
        let metadata = &saved.json()["metadata"];
        assert_eq!(metadata["theme"], json!({ "wide": true }), "top-level keys take each other's place");
        assert_eq!((&metadata["showRegisterPage"], &metadata["additionalUserFields"]), (&json!(false), &fields));
        assert_eq!(metadata["tokenAuthenticationPermissions"], json!({ "roles": ["admin"], "wsRoles": ["*"] }));
        let anonymous = app.anon("GET", PATH).await.json();
        assert!(anonymous["metadata"].get("tokenAuthenticationPermissions").is_none(), "{anonymous}");
        assert_eq!(anonymous["metadata"]["theme"], json!({ "wide": true }));
        assert_eq!(call(app, &root, "GET", PATH, Value::Null).await.json(), saved.json());
        let bad = ask(app, "GET", PATH, &[("x-api-key", "lk_pat_none")], &Value::Null).await;
        assert_eq!(refusal(&bad).0, 401);
        let over = app.browser();
        over.set_cookie("sid", "over");
        assert_eq!(over.get(PATH).await.status, 200, "a browser that is signed out is about to sign in");
    }

    async fn r78_switching_tokens_off_suspends_them_and_on_restores_them(app: &TestApp) {
        app.admin("root@example.com").await;
        app.account("ann@example.com", Roles::user()).await;
        let ((root, _), (ann, _)) = (oauth(app, "root@example.com").await, oauth(app, "ann@example.com").await);
        let wanted = json!({ "nickname": "CI", "expiresAt": "2026-12-31T00:00:00Z" });
        let made = call(app, &ann, "POST", "/api/me/api-tokens", wanted.clone()).await.json();
        let (secret, id) = (text(&made["token"]), text(&made["apiToken"]["_id"]));
        let key = [("x-api-key", secret.as_str())];
        assert_eq!(put(app, &root, json!({ "allowUserTokenAuthentication": false })).await.status, 200);
        let (status, told) = refusal(&ask(app, "GET", "/api/me", &key, &Value::Null).await);
        assert!(status == 401 && told.contains("switched off"), "its owner hears why: {told}");
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 403);
        assert_eq!(refusal(&call(app, &ann, "POST", "/api/me/api-tokens", wanted).await).0, 403);
        let list = call(app, &ann, "GET", "/api/me/api-tokens", Value::Null).await;
        assert_eq!((list.status, &list.json()[0]["_id"]), (200, &json!(id)), "list and revoke stay open");
        assert_eq!(app.mails_to("ann@example.com").await.len(), 2, "the token, and that it is refused now");
        assert_eq!(put(app, &root, json!({ "allowUserTokenAuthentication": true })).await.status, 200);
        assert_eq!(ask(app, "GET", "/api/me", &key, &Value::Null).await.status, 200);
        assert_eq!(put(app, &root, json!({ "tokenAuthenticationPermissions": { "roles": [], "wsRoles": [] } })).await.status, 200);
        assert_eq!(ask(app, "GET", "/api/me", &key, &Value::Null).await.status, 401, "empty lists: nobody");
    }

    async fn whoever_is_no_administrator_changes_nothing_and_neither_does_nonsense(app: &TestApp) {
        app.admin("root@example.com").await;
        app.account("ann@example.com", Roles::user()).await;
        let ((root, _), (ann, _)) = (oauth(app, "root@example.com").await, oauth(app, "ann@example.com").await);
        let before = app.state_and_log().await;
        let on = json!({ "allowUserTokenAuthentication": false });
        assert_eq!(refusal(&put(app, &ann, on.clone()).await).0, 403);
        assert_eq!(refusal(&ask(app, "PUT", PATH, &[], &json!({ "metadata": on })).await).0, 401);
        for (metadata, status) in [
            (json!({ "allowUserTokenAuthentication": "off", "theme": 1 }), 400),
            (json!({ "tokenAuthenticationPermissions": { "roles": "*" } }), 400),
            (json!({ "treatUsernameAs": "phone" }), 422),
            (json!({ "disableUsernamePassword": true }), 422),
            (json!({ "theme": "x".repeat(5_000) }), 422),
            (json!("x"), 400),
            (Value::Null, 400),
        ] {
            assert_eq!(refusal(&put(app, &root, metadata.clone()).await).0, status, "{metadata}");
        }
        assert_eq!(refusal(&app.send("PUT", PATH, &[("authorization", &format!("Bearer {root}")), ("content-type", "application/json")], "").await).0, 400);
        assert_eq!(app.state_and_log().await, before);
    }
}
