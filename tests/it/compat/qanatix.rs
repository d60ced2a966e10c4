//! The QANATIX door, as its contract has it.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::{self, ConfirmedAdministrator};
use latchkey::domain::accounts::Person;
use latchkey::domain::credentials::keys::{self, KeyDraft, KeyKind, KeyManager};
use latchkey::domain::credentials::{AddressList, Environment, Metadata, OriginList, Spelling};
use latchkey::domain::workspaces::plans::PlanName;
use latchkey::domain::workspaces::{self, KeysManage, Which, Workspace};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::{Answer, confirmed};
use crate::{both, served};

const KEYS: &str = "/api/v1/auth/keys";

/// Alice's own workspace, and a key of it that may do everything there.
struct Tenant {
    owner: Person,
    workspace: Workspace,
    admin: String,
}

async fn tenant(app: &TestApp, email: &str) -> Tenant {
    let owner = app.user(email).await;
    let workspace = workspaces::personal(&app.app().ctx, &owner).await.expect("a workspace");
    let admin = native(app, &owner, &workspace, KeyKind::Secret).await;
    Tenant { owner, workspace, admin }
}

/// A key that was made elsewhere, with everything that its kind has unless somebody says otherwise.
async fn native(app: &TestApp, owner: &Person, workspace: &Workspace, kind: KeyKind) -> String {
    let ctx = &app.app().ctx;
    let member = workspaces::member(&ctx.db, owner, &Which::Id(workspace.id)).await.expect("a member");
    let draft = KeyDraft {
        name: Label::parse("Made elsewhere").expect("a name"),
        kind,
        environment: Environment::Live,
        scopes: None,
        allowed_addresses: AddressList::anywhere(),
        origins: OriginList::default(),
        requests_per_minute: None,
        metadata: Metadata::default(),
        expiry: None,
        spelling: Spelling::Native,
        nonce: None,
    };
    let issued = keys::issue(ctx, KeyManager::Member(&member), draft).await.expect("a key");
    issued.secret.reveal().to_owned()
}

async fn ask(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut headers = headers.to_vec();
    headers.push(("content-type", "application/json"));
    app.send(method, path, &headers, if body.is_null() { String::new() } else { body.to_string() }).await
}

/// With a key, as curl sends it.
async fn call(app: &TestApp, key: &str, method: &str, path: &str, body: Value) -> Answer {
    ask(app, method, path, &[("authorization", &format!("Bearer {key}"))], &body).await
}

/// The status, and what the body says went wrong.
fn refusal(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["detail"].clone())
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

served! {
    async fn the_contract_from_its_first_line_to_its_last(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.scope(&root, "search", &[]).await;
        let acme = tenant(app, "alice@example.com").await;
        app.clock.advance(Span::seconds(1));

        let wanted = json!({ "name": "Production", "scopes": ["search"], "expires_at": "2027-01-01T00:00:00Z", "color": 7 });
        let made = call(app, &acme.admin, "POST", KEYS, wanted).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let told = made.json();
        let (id, key) = (text(&told["id"]).to_owned(), text(&told["key"]).to_owned());
        let hex = key.strip_prefix("sk_live_").expect("its beginning");
        assert!(hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{key}");
        assert_eq!(
            told,
            json!({ "id": id, "name": "Production", "key": key, "scopes": ["search"], "expires_at": "2027-01-01T00:00:00.000Z",
                    "message": "Store this key now. It will not be shown again." })
        );
        assert_eq!(made.header("cache-control"), "no-store");
        assert_eq!(made.header("ratelimit-policy"), "\"workspace\";q=60;w=60");
        assert_eq!(app.bearer(&key).get("/v1/me").await.status, 200, "it is good at every door");

        let list = call(app, &acme.admin, "GET", KEYS, Value::Null).await;
        let rows = list.json();
        assert_eq!(rows.as_array().map(Vec::len), Some(2), "{rows}");
        assert_eq!(rows[0]["name"], "Made elsewhere", "by creation");
        let row = json!({ "id": id, "name": "Production", "scopes": ["search"], "created_at": "2026-11-22T09:00:01.000Z",
                          "expires_at": "2027-01-01T00:00:00.000Z", "last_used_at": rows[1]["last_used_at"] });
        assert_eq!(rows[1], row);
        assert!(!list.body.contains(hex), "a secret is shown once");
        let patterns = app.anon("GET", "/.well-known/latchkey-secret-patterns.json").await.json();
        let plain = json!({ "kind": "sec", "pattern": "\\bsk_(?:test|live)_[0-9a-f]{64}\\b" });
        assert!(patterns["patterns"].as_array().expect("a list").contains(&plain), "scanners find it, too: {patterns}");

        let rotated = call(app, &acme.admin, "POST", &format!("{KEYS}/{id}/rotate"), Value::Null).await;
        assert_eq!(rotated.status, 200, "{}", rotated.body);
        let new = text(&rotated.json()["key"]).to_owned();
        assert!(new.starts_with("sk_live_") && new != key);
        for same in ["id", "name", "scopes", "expires_at"] {
            assert_eq!(rotated.json()[same], told[same], "{same}");
        }
        assert_eq!(call(app, &key, "GET", KEYS, Value::Null).await.status, 401, "the old secret is dead at once");
        assert_eq!(app.bearer(&new).get("/v1/me").await.status, 200);

        let gone = call(app, &acme.admin, "DELETE", &format!("{KEYS}/{id}"), Value::Null).await;
        assert_eq!((gone.status, gone.body.as_str()), (204, ""));
        assert_eq!(app.bearer(&new).get("/v1/me").await.code(), "AUTH_002");
        let again = call(app, &acme.admin, "POST", &format!("{KEYS}/{id}/rotate"), Value::Null).await;
        assert_eq!(again.status, 404);
        assert_eq!(call(app, &acme.admin, "GET", KEYS, Value::Null).await.json().as_array().map(Vec::len), Some(1));
    }

    async fn who_may_not_is_told_so_in_this_doors_shape_and_nothing_changes(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.scope(&root, "search", &[]).await;
        let acme = tenant(app, "alice@example.com").await;
        let weak = call(app, &acme.admin, "POST", KEYS, json!({ "name": "Weak", "scopes": ["search"] })).await.json();
        let token = app.token(&acme.owner, "own", &["profile"]).await;
        let publishable = native(app, &acme.owner, &acme.workspace, KeyKind::Publishable).await;
        let before = app.state_and_log().await;
        let one = format!("{KEYS}/{}", text(&weak["id"]));
        for (method, path) in [("GET", KEYS.to_owned()), ("POST", KEYS.to_owned()), ("POST", format!("{one}/rotate")), ("DELETE", one)] {
            let body = json!({ "name": "x", "scopes": [] });
            for (key, status) in [
                (text(&weak["key"]), 403),
                (token.secret.reveal(), 403),
                (publishable.as_str(), 403),
                (&format!("sk_live_{}", "0".repeat(64)), 401),
                ("sk_live_short", 401),
            ] {
                let refused = call(app, key, method, &path, body.clone()).await;
                assert_eq!(refused.status, status, "{method} {path}: {}", refused.body);
                assert!(refused.json()["detail"].is_string() && refused.json().as_object().map(serde_json::Map::len) == Some(1));
                assert!(status == 403 || refused.header("www-authenticate").contains("invalid_token"), "{key}");
            }
            let nobody = ask(app, method, &path, &[], &body).await;
            assert_eq!((nobody.status, nobody.header("www-authenticate")), (401, "Bearer realm=\"latchkey\""));
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r71_a_key_never_mints_more_than_it_is(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        for scope in ["search", "ingest"] {
            app.scope(&root, scope, &[]).await;
        }
        let acme = tenant(app, "alice@example.com").await;
        let manager = json!({ "name": "Manager", "scopes": ["keys:manage", "search"], "expires_at": "2027-01-01T00:00:00Z" });
        let manager = text(&call(app, &acme.admin, "POST", KEYS, manager).await.json()["key"]).to_owned();
        let before = app.state_and_log().await;
        for wider in [
            json!({ "name": "x", "scopes": ["search", "ingest"] }),
            json!({ "name": "x", "scopes": ["admin"] }),
            json!({ "name": "x", "scopes": ["search"], "expires_at": "2027-01-01T00:00:01Z" }),
        ] {
            let refused = call(app, &manager, "POST", KEYS, wider.clone()).await;
            assert_eq!(refused.status, 403, "{wider}");
            assert!(text(&refused.json()["detail"]).starts_with("A key cannot give"), "{}", refused.body);
        }
        assert_eq!(app.state_and_log().await, before);
        let child = call(app, &manager, "POST", KEYS, json!({ "name": "Child", "scopes": ["search"] })).await;
        assert_eq!((child.status, child.json()["expires_at"].clone()), (201, json!("2027-01-01T00:00:00.000Z")), "its parent's end");
        let member = workspaces::member(&app.app().ctx.db, &acme.owner, &Which::Id(acme.workspace.id)).await.expect("a member");
        workspaces::let_keys_manage(&app.app().ctx, &member, KeysManage::Forbidden).await.expect("saved");
        let refused = call(app, &acme.admin, "GET", KEYS, Value::Null).await;
        assert_eq!(refusal(&refused), (403, json!("This workspace does not let keys manage keys. Ask one of its admins.")));
    }

    async fn r101_another_workspaces_keys_do_not_exist(app: &TestApp) {
        app.admin("root@example.com").await;
        let (acme, other) = (tenant(app, "alice@example.com").await, tenant(app, "bob@example.com").await);
        let theirs = call(app, &other.admin, "POST", KEYS, json!({ "name": "Theirs", "scopes": [] })).await.json();
        let before = app.state_and_log().await;
        for id in [text(&theirs["id"]), "key_00000000000070008000000000000000", "7", "%2e%2e"] {
            for (method, path) in [("POST", format!("{KEYS}/{id}/rotate")), ("DELETE", format!("{KEYS}/{id}"))] {
                let refused = call(app, &acme.admin, method, &path, Value::Null).await;
                assert_eq!(refusal(&refused), (404, json!("There is nothing here. Check the path and the ids.")), "{method} {path}");
            }
        }
        assert!(!call(app, &acme.admin, "GET", KEYS, Value::Null).await.body.contains("Theirs"));
        let as_them = [("authorization", format!("Bearer {}", acme.admin)), ("x-tenant-id", other.workspace.id.to_string())];
        let as_them: Vec<(&str, &str)> = as_them.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert!(!ask(app, "GET", KEYS, &as_them, &Value::Null).await.body.contains("Theirs"), "a header is no way in");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn a_bad_body_is_told_field_by_field(app: &TestApp) {
        app.admin("root@example.com").await;
        let acme = tenant(app, "alice@example.com").await;
        let before = app.state_and_log().await;
        let long = "x".repeat(10_000);
        for (body, places) in [
            (json!({}), vec![json!(["body", "name"]), json!(["body", "scopes"])]),
            (json!({ "name": "", "scopes": [] }), vec![json!(["body", "name"])]),
            (json!({ "name": long, "scopes": [] }), vec![json!(["body", "name"])]),
            (json!({ "name": "x", "scopes": "admin" }), vec![json!(["body", "scopes"])]),
            (json!({ "name": "x", "scopes": ["verify", "nowhere"] }), vec![json!(["body", "scopes", 1])]),
            (json!({ "name": "x", "scopes": [], "expires_at": "2026-11-22T08:59:59Z" }), vec![json!(["body", "expires_at"])]),
            (json!([1]), vec![json!(["body"])]),
        ] {
            let refused = call(app, &acme.admin, "POST", KEYS, body.clone()).await;
            let detail = refused.json()["detail"].clone();
            let told: Vec<Value> = detail.as_array().expect("a list").iter().map(|problem| problem["loc"].clone()).collect();
            assert_eq!((refused.status, told), (422, places), "{body}");
            assert!(detail[0]["msg"].is_string() && detail[0]["type"].is_string(), "{detail}");
        }
        let headers = [("authorization", format!("Bearer {}", acme.admin))];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(app.send("POST", KEYS, &headers, "name=x").await.status, 422);
        let wrong = app.send("PUT", KEYS, &headers, "").await;
        assert_eq!((wrong.status, wrong.json()["detail"].is_string()), (405, true));
        assert_eq!(app.send("GET", "/api/v1/auth/nothing", &headers, "").await.status, 404);
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r107_a_limit_is_told_in_this_doors_words(app: &TestApp) {
        let root = ConfirmedAdministrator::of(confirmed(&app.admin("root@example.com").await)).expect("an administrator");
        let acme = tenant(app, "alice@example.com").await;
        for left in (0..60).rev() {
            let answer = call(app, &acme.admin, "GET", KEYS, Value::Null).await;
            assert_eq!((answer.status, answer.header("x-ratelimit-remaining")), (200, left.to_string().as_str()));
        }
        let refused = call(app, &acme.admin, "GET", KEYS, Value::Null).await;
        assert_eq!(refusal(&refused), (429, json!("Rate limit exceeded. Retry after 1 seconds.")));
        assert_eq!((refused.header("retry-after"), refused.header("x-ratelimit-limit")), ("1", "60"));
        let starter = PlanName::parse("starter").expect("a name");
        access::set_plan(&app.app().ctx, &root, acme.workspace.id, &starter).await.expect("given");
        assert_eq!(call(app, &acme.admin, "GET", KEYS, Value::Null).await.header("x-ratelimit-limit"), "300");
    }

    async fn r106_in_production_the_header_of_development_means_nothing(app: &TestApp) {
        app.admin("root@example.com").await;
        let acme = tenant(app, "alice@example.com").await;
        let before = app.state_and_log().await;
        for named in [acme.workspace.id.to_string(), acme.workspace.slug.as_str().to_owned()] {
            for (method, body) in [("GET", Value::Null), ("POST", json!({ "name": "x", "scopes": [] }))] {
                let refused = ask(app, method, KEYS, &[("x-tenant-id", &named)], &body).await;
                assert_eq!((refused.status, refused.header("x-ratelimit-limit")), (401, ""), "{method} {named}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }
}

both! {
    async fn r106_in_development_the_header_stands_in_for_a_credential_at_this_door_alone(db: &TestDb) {
        let app = TestApp::start(db, &[("development", "yes")]).await;
        let root = app.admin("root@example.com").await;
        app.scope(&root, "search", &[]).await;
        let (acme, other) = (tenant(&app, "alice@example.com").await, tenant(&app, "bob@example.com").await);
        let (id, slug) = (acme.workspace.id.to_string(), acme.workspace.slug.as_str().to_owned());
        let made = ask(&app, "POST", KEYS, &[("x-tenant-id", &slug)], &json!({ "name": "Dev", "scopes": ["search"] })).await;
        assert_eq!((made.status, made.header("ratelimit-policy")), (201, "\"workspace\";q=60;w=60"), "{}", made.body);
        let list = ask(&app, "GET", KEYS, &[("x-tenant-id", &id)], &Value::Null).await;
        assert_eq!(list.json().as_array().map(Vec::len), Some(2), "{}", list.body);
        let key = format!("{KEYS}/{}", text(&made.json()["id"]));
        assert_eq!(ask(&app, "POST", &format!("{key}/rotate"), &[("x-tenant-id", &id)], &Value::Null).await.status, 200);
        let theirs = other.workspace.id.to_string();
        assert_eq!(ask(&app, "DELETE", &key, &[("x-tenant-id", &theirs)], &Value::Null).await.status, 404);
        assert_eq!(ask(&app, "DELETE", &key, &[("x-tenant-id", &id)], &Value::Null).await.status, 204);
        let actors = app.rows("SELECT actor_kind FROM audit_events WHERE action = 'key.rotated' OR action = 'key.revoked'").await;
        assert_eq!(actors, ["system", "system"]);
        for nowhere in ["nobody", "wsp_00000000000070008000000000000000", "", "*"] {
            assert_eq!(ask(&app, "GET", KEYS, &[("x-tenant-id", nowhere)], &Value::Null).await.status, 401, "{nowhere}");
        }
        let rescued = [("x-tenant-id", id.as_str()), ("x-api-key", "sk_live_bad")];
        assert_eq!(ask(&app, "GET", KEYS, &rescued, &Value::Null).await.status, 401, "a bad credential is not rescued");
        assert_eq!(app.send("GET", "/v1/me", &[("x-tenant-id", &id)], "").await.status, 401, "no other door knows it");
        app.stop().await;

        let real = TestApp::start(db, &[]).await;
        assert_eq!(ask(&real, "GET", KEYS, &[("x-tenant-id", &id)], &Value::Null).await.status, 401);
        real.stop().await;
    }
}
