//! API tokens of people: made, listed, used, refused, revoked.

use latchkey::base::time::Span;
use latchkey::domain::access::{AllowedRoles, Idle, Longest, NoExpiry, Switch, TokenPolicy};
use latchkey::domain::accounts::Roles;
use latchkey::domain::credentials;
use serde_json::{Value, json};

use super::{ask, call, oauth, refusal, text};
use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

const TOKENS: &str = "/api/me/api-tokens";

async fn create(app: &TestApp, session: &str, body: Value) -> Answer {
    call(app, session, "POST", TOKENS, body).await
}

/// A token until the end of the year.
async fn token(app: &TestApp, session: &str, nickname: &str) -> (String, String) {
    let made = create(app, session, json!({ "nickname": nickname, "expiresAt": "2026-12-31T00:00:00.000Z" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    (text(&made.json()["token"]), text(&made.json()["apiToken"]["_id"]))
}

/// With an API token, as the SDK sends it.
async fn with_key(app: &TestApp, token: &str, method: &str, path: &str, body: Value) -> Answer {
    ask(app, method, path, &[("x-api-key", token)], &body).await
}

fn policy(roles: &str, workspace_roles: &str) -> TokenPolicy {
    TokenPolicy {
        tokens: Switch::On,
        allowed_roles: AllowedRoles::parse(roles).expect("roles"),
        allowed_workspace_roles: AllowedRoles::parse(workspace_roles).expect("roles"),
        require_workspace: Switch::Off,
        longest: Longest::days(90).expect("a bound"),
        no_expiry: NoExpiry::Forbidden,
        require_factor: Switch::Off,
        idle: Idle::UNBOUNDED,
    }
}

served! {
    async fn a_token_is_shown_once_listed_used_at_every_door_and_dead_when_it_is_deleted(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.scope(&root, "search", &[]).await;
        let ann = app.user("ann@example.com").await;
        let (session, _) = oauth(app, "ann@example.com").await;
        let (_, first) = token(app, &session, "First").await;
        app.clock.advance(Span::seconds(1));
        let made = create(app, &session, json!({ "nickname": " CI ", "expiresAt": "2027-01-01T00:00:00.000Z", "color": 7 })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let (secret, row) = (text(&made.json()["token"]), made.json()["apiToken"].clone());
        let hex = secret.strip_prefix("ql_").expect("its beginning");
        assert!(hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{secret}");
        let id = text(&row["_id"]);
        assert_eq!(
            row,
            json!({ "_id": id, "nickname": "CI", "tokenPrefix": &secret[..7], "expiresAt": "2027-01-01T00:00:00.000Z",
                    "lastUsedAt": null, "workspace": null, "created": "2026-11-22T09:00:01.000Z", "usageCount": 0 })
        );
        let list = call(app, &session, "GET", TOKENS, Value::Null).await;
        assert_eq!((list.status, &list.json()[0], &list.json()[1]["_id"]), (200, &row, &json!(first)), "newest first");
        assert!(!list.body.contains(hex) && app.mails_to("ann@example.com").await.iter().all(|mail| !mail.contains(hex)));

        let me = with_key(app, &secret, "GET", "/api/me", Value::Null).await;
        assert_eq!((me.status, &me.json()["_id"], &me.json()["username"]), (200, &json!(ann.id()), &json!("ann@example.com")));
        let native = app.bearer(&secret).get("/v1/me").await.json();
        assert_eq!(native["data"]["credential"]["kind"], "personal", "{native}");
        assert!(native["data"]["credential"]["scopes"].to_string().contains("search"), "it may do what its owner may: {native}");
        credentials::flush(&app.app().ctx).await.expect("written");
        let used = call(app, &session, "GET", TOKENS, Value::Null).await.json();
        assert_eq!((&used[0]["usageCount"], &used[0]["lastUsedAt"]), (&json!(2), &json!("2026-11-22T09:00:01.000Z")));
        let patterns = app.anon("GET", "/.well-known/latchkey-secret-patterns.json").await.json();
        let ours = json!({ "kind": "pat", "pattern": "\\bql_[0-9a-f]{64}\\b" });
        assert!(patterns["patterns"].as_array().expect("a list").contains(&ours), "{patterns}");

        let gone = call(app, &session, "DELETE", &format!("{TOKENS}/{id}"), Value::Null).await;
        assert_eq!((gone.status, gone.json()), (200, json!({ "message": "The API token is revoked." })));
        assert_eq!(refusal(&with_key(app, &secret, "GET", "/api/me", Value::Null).await).0, 401, "on the next request");
        assert_eq!(app.bearer(&secret).get("/v1/me").await.status, 401);
        assert_eq!(refusal(&call(app, &session, "DELETE", &format!("{TOKENS}/{id}"), Value::Null).await).0, 404);
        assert_eq!(call(app, &session, "GET", TOKENS, Value::Null).await.json().as_array().map(Vec::len), Some(1));
    }

    async fn r70_a_token_manages_no_tokens_and_changes_no_password(app: &TestApp) {
        app.admin("root@example.com").await;
        let (session, _) = oauth(app, "root@example.com").await;
        let (secret, id) = token(app, &session, "CI").await;
        let before = app.state().await;
        let wanted = json!({ "nickname": "child", "expiresAt": "2026-12-01T00:00:00Z" });
        for (method, path, body) in
            [("GET", TOKENS.to_owned(), Value::Null), ("POST", TOKENS.to_owned(), wanted), ("DELETE", format!("{TOKENS}/{id}"), Value::Null)]
        {
            let told = "API token management is not allowed via token authentication".to_owned();
            assert_eq!(refusal(&with_key(app, &secret, method, &path, body).await), (403, told));
        }
        let password = json!({ "password": "another-anchor-sings-43", "currentPassword": crate::support::app::PASSWORD });
        assert_eq!(refusal(&with_key(app, &secret, "POST", "/api/me", password).await).0, 403);
        let off = json!({ "metadata": { "allowUserTokenAuthentication": false } });
        assert_eq!(refusal(&with_key(app, &secret, "PUT", "/api/configurations/auth-configuration", off).await).0, 403);
        assert_eq!(app.state().await, before);
    }

    async fn what_is_no_token_is_not_made(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.set_policy(&root, policy("*", "")).await;
        let (ann, bob) = (app.user("ann@example.com").await, app.user("bob@example.com").await);
        let theirs = app.workspace(&bob, "bolt").await;
        app.workspace(&ann, "acme").await;
        let (session, _) = oauth(app, "ann@example.com").await;
        token(app, &session, "Taken").await;
        let before = app.state_and_log().await;
        let good = json!({ "nickname": "CI", "expiresAt": "2026-12-01T00:00:00Z" });
        for (name, value, status) in [
            ("nickname", Value::Null, 400),
            ("nickname", json!(7), 400),
            ("nickname", json!("  "), 400),
            ("nickname", json!("x".repeat(101)), 400),
            ("nickname", json!("a\nb"), 400),
            ("nickname", json!("taken"), 409),
            ("expiresAt", Value::Null, 400),
            ("expiresAt", json!("tomorrow"), 400),
            ("expiresAt", json!(1_800_000_000), 400),
            ("expiresAt", json!("2026-11-22T09:00:00Z"), 400),
            ("expiresAt", json!("2020-01-01"), 400),
            ("expiresAt", json!("2027-12-01T00:00:00Z"), 400),
            ("workspace", json!(theirs.id.to_string()), 404),
            ("workspace", json!("wsp_00000000000070008000000000000000"), 404),
            ("workspace", json!("' OR 1=1"), 404),
            ("workspace", json!({ "$ne": 1 }), 400),
        ] {
            let mut wanted = good.clone();
            wanted[name] = value.clone();
            assert_eq!(refusal(&create(app, &session, wanted).await).0, status, "{name} {value}");
        }
        for id in ["x", "%00", "key_00000000000070008000000000000000"] {
            assert_eq!(refusal(&call(app, &session, "DELETE", &format!("{TOKENS}/{id}"), Value::Null).await).0, 404, "{id}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r33_a_token_needs_a_password_that_was_typed_a_short_while_ago(app: &TestApp) {
        app.admin("root@example.com").await;
        let (_, refresh) = oauth(app, "root@example.com").await;
        app.clock.advance(Span::minutes(31));
        let refreshed = call(app, &refresh, "POST", "/api/token/refresh", Value::Null).await.json();
        let session = text(&refreshed["payload"]["token"]);
        let before = app.state_and_log().await;
        let mut wanted = json!({ "nickname": "CI", "expiresAt": "2026-12-01T00:00:00Z" });
        let (status, told) = refusal(&create(app, &session, wanted.clone()).await);
        assert!(status == 403 && told.contains("currentPassword"), "{told}");
        assert_eq!(app.state_and_log().await, before);
        wanted["currentPassword"] = json!(crate::support::app::PASSWORD);
        assert_eq!(create(app, &session, wanted).await.status, 201);
    }

    async fn r101_somebody_elses_token_does_not_exist(app: &TestApp) {
        app.admin("root@example.com").await;
        app.account("ann@example.com", Roles::user()).await;
        app.account("bob@example.com", Roles::user()).await;
        let ((ann, _), (bob, _)) = (oauth(app, "ann@example.com").await, oauth(app, "bob@example.com").await);
        let (secret, id) = token(app, &ann, "CI").await;
        let before = app.state_and_log().await;
        assert_eq!(refusal(&call(app, &bob, "DELETE", &format!("{TOKENS}/{id}"), Value::Null).await).0, 404);
        assert_eq!(call(app, &bob, "GET", TOKENS, Value::Null).await.json(), json!([]));
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(with_key(app, &secret, "GET", "/api/me", Value::Null).await.status, 200);
    }

    async fn a_token_ends_with_its_time_and_with_the_membership_that_it_is_locked_to(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let acme = app.workspace(&root, "acme").await;
        let ann = app.belongs(&acme, "ann@example.com", "developer").await;
        let (session, _) = oauth(app, "ann@example.com").await;
        let short = create(app, &session, json!({ "nickname": "short", "expiresAt": "2026-11-22T09:00:03Z" })).await;
        let short = text(&short.json()["token"]);
        assert_eq!(with_key(app, &short, "GET", "/api/me", Value::Null).await.status, 200);
        app.clock.advance(Span::seconds(3));
        assert_eq!(refusal(&with_key(app, &short, "GET", "/api/me", Value::Null).await).0, 401);
        let list = call(app, &session, "GET", TOKENS, Value::Null).await.json();
        assert_eq!(list[0]["nickname"], "short", "its owner still sees it");

        let wanted = json!({ "nickname": "locked", "expiresAt": "2026-12-01T00:00:00Z", "workspace": acme.id });
        let made = create(app, &session, wanted).await.json();
        assert_eq!(made["apiToken"]["workspace"], json!({ "_id": acme.id, "name": acme.name.as_str() }), "{made}");
        let locked = text(&made["token"]);
        let me = with_key(app, &locked, "GET", "/api/me", Value::Null).await.json();
        assert_eq!(me["workspace"], json!({ "_id": acme.id, "name": acme.name.as_str(), "roles": ["developer"], "labels": [] }));
        let elsewhere = [("x-api-key", locked.as_str()), ("x-workspace-id", "bolt")];
        assert_eq!(refusal(&app.send("GET", "/api/me", &elsewhere, "").await).0, 404);
        let member = app.member_of(&acme, &ann).await;
        latchkey::domain::workspaces::members::leave(&app.app().ctx, &member).await.expect("left");
        assert_eq!(refusal(&with_key(app, &locked, "GET", "/api/me", Value::Null).await).0, 401, "on the next request");
    }

    async fn whom_the_policy_lets_have_tokens_in_a_workspace_gets_them_locked_to_it(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let acme = app.workspace(&root, "acme").await;
        app.belongs(&acme, "ann@example.com", "developer").await;
        app.set_policy(&root, policy("ops", "developer")).await;
        let (session, _) = oauth(app, "ann@example.com").await;
        let wanted = json!({ "nickname": "CI", "expiresAt": "2026-12-01T00:00:00Z" });
        let before = app.state_and_log().await;
        let (status, told) = refusal(&create(app, &session, wanted.clone()).await);
        assert!(status == 403 && told.contains("roles"), "{told}");
        assert_eq!(app.state_and_log().await, before);
        let body = json!({ "username": "ann@example.com", "password": crate::support::app::PASSWORD, "authType": "oauth", "workspace": acme.id });
        let entered = ask(app, "POST", "/api/signin", &[], &body).await.json();
        assert_eq!(entered["payload"]["workspace"]["_id"], json!(acme.id), "{entered}");
        let made = create(app, &text(&entered["payload"]["token"]), wanted).await;
        assert_eq!((made.status, &made.json()["apiToken"]["workspace"]["_id"]), (201, &json!(acme.id)), "{}", made.body);
    }
}
