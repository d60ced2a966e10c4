//! What nobody can mean is refused for keys and service accounts alike, by the field, and nothing changes.

use latchkey::base::time::Span;
use serde_json::{Map, Value, json};

use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;
use crate::support::rows::execute_all;

const KEYS: &str = "/v1/auth/api-keys";
const SERVICES: &str = "/v1/workspaces/acme/service-accounts";

async fn anna(app: &TestApp) -> String {
    let anna = app.user("anna@example.com").await;
    app.workspace(&anna, "acme").await;
    app.log_in("anna@example.com").await
}

/// What makes a key, and what makes a service account.
fn good() -> [(&'static str, Value); 2] {
    let key = json!({ "name": "Backend", "type": "secret", "environment": "live", "workspace": "acme" });
    [(KEYS, key), (SERVICES, json!({ "name": "Indexer" }))]
}

async fn raw(app: &TestApp, session: &str, path: &str, body: String) -> Answer {
    let authorization = format!("Bearer {session}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    app.send("POST", path, &headers, body).await
}

fn many(count: usize) -> Value {
    Value::from((0..count).map(|n| (format!("k{n}"), json!(n))).collect::<Map<_, _>>())
}

served! {
    async fn r111_what_is_wrong_is_named_for_keys_and_for_service_accounts(app: &TestApp) {
        let session = anna(app).await;
        let before = app.state_and_log().await;
        for (path, good) in good() {
            for (field, value) in [
                ("name", json!("")),
                ("name", json!("x".repeat(10_000))),
                ("name", json!("a\nb")),
                ("name", json!(7)),
                ("name", json!(null)),
                ("scopes", json!(["no scope"])),
                ("scopes", json!(["canary"])),
                ("scopes", json!("verify")),
                ("scopes", json!([1])),
                ("scopes", json!(["profile"])),
                ("allowedAddresses", json!(["203.0.113.7/24"])),
                ("allowedAddresses", json!(["2001:db8::1/32"])),
                ("allowedAddresses", json!(["203.0.113.0/33"])),
                ("allowedAddresses", json!(["here"])),
                ("allowedAddresses", json!((0..51).map(|n| format!("10.0.0.{n}")).collect::<Vec<_>>())),
            ] {
                let mut body = good.clone();
                body[field] = value;
                let refused = app.bearer(&session).post(path, &body).await;
                assert_eq!((refused.status, refused.code().as_str()), (422, "VAL_001"), "{path} {field}: {}", refused.body);
                assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{path} {field}: {}", refused.body);
            }
            for field in ["kind", "tenant_id", "Name", "owner", "id"] {
                let mut body = good.clone();
                body[field] = json!("x");
                let refused = app.bearer(&session).post(path, &body).await;
                assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"), "{path} {field}: {}", refused.body);
                assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{path} {field}");
            }
        }
        for (path, field, value) in [
            (KEYS, "type", json!("personal")),
            (KEYS, "type", json!("Secret")),
            (KEYS, "environment", json!("production")),
            (KEYS, "environment", json!(null)),
            (KEYS, "expiresAt", json!("2026-11-22T08:59:59Z")),
            (KEYS, "expiresAt", json!("2026-11-22T09:00:00Z")),
            (KEYS, "expiresAt", json!("tomorrow")),
            (KEYS, "expiresAt", json!(1_900_000_000)),
            (KEYS, "requestsPerMinute", json!(-1)),
            (KEYS, "metadata", many(51)),
            (KEYS, "metadata", json!({ "k": "x".repeat(10_000) })),
            (SERVICES, "audiences", json!(["a b"])),
            (SERVICES, "audiences", json!(["nobodys"])),
            (SERVICES, "audiences", json!((0..21).map(|n| n.to_string()).collect::<Vec<_>>())),
            (SERVICES, "owners", json!([])),
            (SERVICES, "owners", json!(["nobody"])),
            (SERVICES, "owners", json!(["stranger@example.com"])),
        ] {
            let [(_, key), (_, service)] = good();
            let mut body = if path == KEYS { key } else { service };
            body[field] = value;
            let refused = app.bearer(&session).post(path, &body).await;
            assert_eq!((refused.status, refused.code().as_str()), (422, "VAL_001"), "{field}: {}", refused.body);
            assert!(refused.json()["error"]["details"]["fields"][field].is_string(), "{field}: {}", refused.body);
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r73_no_key_lives_longer_than_the_policy_allows(app: &TestApp) {
        let session = anna(app).await;
        execute_all(&app.app().ctx.db, &["UPDATE token_policy SET no_expiry = 'no', longest_life_days = 30"]).await;
        let before = app.state_and_log().await;
        let [(_, mut body), _] = good();
        for end in [json!(null), json!((app.clock.now() + Span::days(31)).rfc3339()), json!("9999-12-31T23:59:59Z")] {
            body["expiresAt"] = end;
            let refused = app.bearer(&session).post(KEYS, &body).await;
            assert_eq!((refused.status, refused.code().as_str()), (422, "VAL_001"), "{}", refused.body);
            assert!(refused.json()["error"]["details"]["fields"]["expiresAt"].is_string(), "{}", refused.body);
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r111_hostile_bodies_make_neither_keys_nor_service_accounts(app: &TestApp) {
        let session = anna(app).await;
        let before = app.state_and_log().await;
        for (path, good) in good() {
            let whole = good.to_string();
            let open = &whole[..whole.len() - 1];
            for (what, body) in [
                ("100 000 levels", format!("{open},\"metadata\":{}", "[".repeat(100_000))),
                ("60 000 levels", format!("{open},\"scopes\":{}", "[".repeat(60_000))),
                ("closed again", format!("{open},\"scopes\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000))),
                ("10 001 members", format!("{open},\"metadata\":{}}}", many(10_001))),
                ("a name twice", format!("{open},\"name\":\"Other\"}}")),
                ("scopes twice", format!("{open},\"scopes\":[],\"scopes\":[\"verify\"]}}")),
                ("twice, spelled differently", format!("{open},\"n\\u0061me\":\"Other\"}}")),
                ("twice within", format!("{open},\"metadata\":{{\"a\":1,\"a\":2}}}}")),
                ("two bodies", format!("{whole}{whole}")),
            ] {
                let refused = raw(app, &session, path, body).await;
                assert!(matches!(refused.status, 400 | 413), "{path} {what}: {} {}", refused.status, refused.body);
                assert_eq!(refused.code(), "VAL_001", "{path} {what}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r112_a_cursor_that_was_not_given_for_this_list_is_refused(app: &TestApp) {
        let session = anna(app).await;
        for (path, mut body) in good() {
            for name in ["one", "two"] {
                body["name"] = json!(name);
                assert_eq!(app.bearer(&session).post(path, &body).await.status, 201, "{path}");
            }
        }
        let bearer = app.bearer(&session);
        let lists = [format!("{KEYS}?workspace=acme"), format!("{SERVICES}?"), "/v1/workspaces/acme/audit?".to_owned()];
        let mut cursors = Vec::new();
        for list in &lists {
            let first = bearer.get(&format!("{list}&limit=1")).await;
            cursors.push(first.json()["meta"]["nextCursor"].as_str().unwrap_or_else(|| panic!("{list}: {}", first.body)).to_owned());
        }
        for (at, list) in lists.iter().enumerate() {
            let own = bearer.get(&format!("{list}&limit=1&cursor={}", cursors[at])).await;
            assert_eq!(own.status, 200, "{}", own.body);
            let cut = cursors[at][..cursors[at].len() - 1].to_owned();
            let others = cursors.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, cursor)| cursor.clone());
            for forged in others.chain([cut, format!("{}A", cursors[at]), "x".to_owned(), "0".repeat(2_000)]) {
                let refused = bearer.get(&format!("{list}&cursor={forged}")).await;
                assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"), "{list} {forged}: {}", refused.body);
            }
            for size in ["0", "201", "-1", "x", ""] {
                assert_eq!(bearer.get(&format!("{list}&limit={size}")).await.status, 400, "{list} {size}");
            }
        }
    }
}
