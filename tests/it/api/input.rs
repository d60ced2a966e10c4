//! Whatever is sent, the answer is one of the table and nothing breaks.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::served;
use crate::support::TestApp;
use crate::support::app::Answer;

async fn verify(app: &TestApp, secret: &str, body: impl Into<reqwest::Body>) -> Answer {
    let headers = [("x-api-key", secret), ("content-type", "application/json")];
    app.send("POST", "/v1/verify", &headers, body).await
}

served! {
    async fn r111_hostile_json_is_refused_at_once(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let secret = token.secret.reveal();
        let deep = "{\"token\":".repeat(7_000);
        let many = format!("{{\"token\":\"x\",{}\"z\":1}}", (0..6_000).map(|n| format!("\"k{n}\":1,")).collect::<String>());
        for (what, body) in [
            ("nothing", Vec::new()),
            ("deep objects", deep.into_bytes()),
            ("deep lists", ["{\"token\":", &"[".repeat(60_000)].concat().into_bytes()),
            ("33 levels", format!("{{\"token\":{}1{}}}", "[".repeat(33), "]".repeat(33)).into_bytes()),
            ("many members", many.into_bytes()),
            ("a long list", format!("{{\"token\":\"x\",\"kinds\":[{}1]}}", "1,".repeat(1_000)).into_bytes()),
            ("a member twice", br#"{"token":"a","token":"b"}"#.to_vec()),
            ("a member twice, spelled differently", br#"{"token":"a","\u0074oken":"b"}"#.to_vec()),
            ("a huge number", br#"{"token":"a","cost":1e999}"#.to_vec()),
            ("no UTF-8", b"{\"token\":\"\xff\xfe\"}".to_vec()),
            ("half a surrogate", br#"{"token":"\ud800"}"#.to_vec()),
            ("a mark of order", b"\xef\xbb\xbf{\"token\":\"a\"}".to_vec()),
            ("UTF-16", "{\"token\":\"a\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
            ("two objects", br#"{"token":"a"}{"token":"b"}"#.to_vec()),
            ("a list", br#"["token"]"#.to_vec()),
            ("a text", br#""token""#.to_vec()),
            ("a comment", br#"{"token":"a"/* */}"#.to_vec()),
            ("a comma too many", br#"{"token":"a",}"#.to_vec()),
            ("a raw line break", b"{\"token\":\"a\nb\"}".to_vec()),
            ("a NUL", b"{\"token\":\"a\"}\0".to_vec()),
            ("not a number", br#"{"token":"a","cost":NaN}"#.to_vec()),
        ] {
            let began = Instant::now();
            let refused = verify(app, secret, body).await;
            assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"), "{what}: {}", refused.body);
            let told = refused.json()["error"]["details"]["reason"].as_str().expect("a reason").to_owned();
            assert!(told.len() < 200 && told.ends_with('.'), "{what}: {told}");
            assert!(began.elapsed() < Duration::from_secs(2), "{what}");
        }
        assert_eq!(verify(app, secret, br#" {"token" : "a", "scopes":null} "#.to_vec()).await.status, 200);
    }

    async fn r113_no_parameter_takes_the_statement_or_the_server_apart(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify", "profile"]).await;
        let secret = token.secret.reveal();
        let corpus = [
            "'", "''", "\"", "`", "\\", "\u{0}", "%00", "%27", "';--", "' OR '1'='1", "1; DROP TABLE accounts", "$1", "{}", "%s%n",
            "\u{202e}", "\u{feff}", "\u{10ffff}", "é", "../../etc/passwd", "<svg/onload=alert(1)>", "${jndi:x}", "AND", "((", ")",
            "9223372036854775808", "-1", "1e400",
        ];
        for hostile in corpus {
            let around = [hostile.to_owned(), format!("{secret}{hostile}"), format!("{hostile}{secret}"), hostile.repeat(500)];
            for value in &around {
                for name in ["token", "scopes", "environment", "ip", "cost", "kinds", value.as_str()] {
                    let mut body = json!({ "token": secret });
                    body[name] = if name == "kinds" { json!([value]) } else { json!(value) };
                    let answer = verify(app, secret, body.to_string()).await;
                    // A name of a scope may hold dots and slashes; nobody has one of these.
                    let read = matches!(name, "token" | "scopes") && answer.status == 200;
                    assert!(read || matches!(answer.status, 400 | 422), "{name} = {value:?}: {} {}", answer.status, answer.body);
                    assert!(answer.json()["data"]["valid"] != true, "{name} = {value:?}");
                }
                let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).take(600).collect();
                for path in [format!("/v1/me?q={encoded}"), format!("/v1/{encoded}"), format!("/.well-known/{encoded}"), format!("/static/{encoded}")] {
                    let answer = app.send("GET", &path, &[("x-api-key", secret)], "").await;
                    assert!(answer.status < 500, "{path}: {}", answer.status);
                }
                if reqwest::header::HeaderValue::from_str(value).is_ok() {
                    for name in ["x-api-key", "authorization", "user-agent", "x-forwarded-for", "cookie", "content-type", "accept-language", "range"] {
                        let answer = app.send("GET", "/v1/me", &[(name, value)], "").await;
                        assert!(answer.status < 500, "{name}: {value:?}: {}", answer.status);
                    }
                }
            }
        }
        assert_eq!(app.bearer(secret).get("/v1/me").await.json()["data"]["email"], "root@example.com", "all is where it was");
    }

    async fn r36_a_body_that_another_site_could_send_is_not_read(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let secret = token.secret.reveal();
        let body = json!({ "token": secret }).to_string();
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", "application/jsonp", "application/json2", "application", "", "*/*"] {
            for path in ["/v1/verify", "/v1/tokens/revoke"] {
                let refused = app.send("POST", path, &[("x-api-key", secret), ("cookie", "sid=a"), ("content-type", kind)], body.clone()).await;
                assert_eq!((refused.status, refused.code().as_str()), (415, "VAL_001"), "{path} {kind}");
            }
        }
        let refused = app.send("POST", "/v1/tokens/revoke", &[("x-api-key", secret)], body.clone()).await;
        assert_eq!(refused.status, 415, "nor one that says nothing of its type");
        for kind in ["application/json", "Application/JSON; charset=utf-8"] {
            let headers = [("x-api-key", secret), ("content-type", kind)];
            assert_eq!(app.send("POST", "/v1/verify", &headers, body.clone()).await.json()["data"]["valid"], true, "{kind}");
        }
    }

    async fn a_field_that_is_wrong_is_named_and_nothing_of_it_repeated(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let mixed = "put parentheses around the part that belongs together: AND and OR are mixed";
        let form = "write scopes as names joined by AND and OR, with parentheses: a AND (b OR c)";
        for (field, value, reason) in [
            ("token", json!(null), "is required, as a text"),
            ("token", json!(7), "must be a text"),
            ("token", json!("x".repeat(5_000)), "is too long"),
            ("scopes", json!(["a"]), "must be a text"),
            ("scopes", json!("a AND b OR c"), mixed),
            ("scopes", json!("canary("), form),
            ("scopes", json!("(".repeat(33)), "use at most 100 names and 32 levels of parentheses"),
            ("environment", json!("production"), "must be \"test\" or \"live\""),
            ("kinds", json!("personal"), "must be a list of texts"),
            ("kinds", json!([1]), "must be a list of texts"),
            ("kinds", json!(["canary"]), "names a kind that does not exist"),
            ("kinds", json!(vec!["secret"; 11]), "names more than 10 kinds"),
            ("ip", json!("canary"), "must be an IPv4 or IPv6 address"),
            ("ip", json!("198.51.100.7/32"), "must be an IPv4 or IPv6 address"),
            ("cost", json!(-1), "must be a whole number from 0 to 1000"),
            ("cost", json!(1001), "must be a whole number from 0 to 1000"),
            ("cost", json!(1.5), "must be a whole number from 0 to 1000"),
            ("cost", json!("1"), "must be a whole number from 0 to 1000"),
        ] {
            let mut body = json!({ "token": token.secret.reveal() });
            body[field] = value;
            let refused = app.bearer(token.secret.reveal()).post("/v1/verify", &body).await;
            assert_eq!((refused.status, refused.code().as_str()), (422, "VAL_001"), "{body}: {}", refused.body);
            assert_eq!(refused.json()["error"]["details"]["fields"], json!({ field: reason }), "{body}");
            assert!(!refused.body.contains("canary"));
        }
        let bearer = app.bearer(token.secret.reveal());
        let refused = bearer.post("/v1/verify", &json!({ "token": "x", "Token": "x", "tenant_id": 1, "cost": -1 })).await;
        assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"));
        let unknown = "is not a field of this request";
        assert_eq!(refused.json()["error"]["details"]["fields"], json!({ "Token": unknown, "tenant_id": unknown }));
        for body in [json!({ "token": "another" }), json!({ "reason": null })] {
            let refused = bearer.post("/v1/tokens/revoke", &body).await;
            assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"), "{body}");
        }
        assert_eq!(bearer.get("/v1/me").await.status, 200, "whoever names another token has not given up this one");
    }

    async fn every_error_has_the_same_envelope(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let (none, secret) = (app.token(&root, "none", &[]).await, token.secret.reveal());
        let key = ("x-api-key", secret);
        let json = ("content-type", "application/json");
        let (large, long) = ("x".repeat(70_000), format!("/v1/me?{}", "x".repeat(5_000)));
        for (method, path, headers, body, status, code) in [
            ("GET", "/v1/me", vec![], "", 401, "AUTH_001"),
            ("GET", "/v1/me", vec![("x-api-key", "lk_pat_x")], "", 401, "AUTH_002"),
            ("GET", "/v1/me", vec![key, key], "", 400, "VAL_001"),
            ("POST", "/v1/verify", vec![("x-api-key", none.secret.reveal()), json], "{}", 403, "AUTH_003"),
            ("POST", "/v1/verify", vec![key, json], "{", 400, "VAL_001"),
            ("POST", "/v1/verify", vec![key, json], "{\"a\":1}", 400, "VAL_001"),
            ("POST", "/v1/verify", vec![key, json], "{}", 422, "VAL_001"),
            ("POST", "/v1/verify", vec![key], "{}", 415, "VAL_001"),
            ("POST", "/v1/verify", vec![key, json], large.as_str(), 413, "VAL_001"),
            ("GET", long.as_str(), vec![key], "", 414, "VAL_001"),
            ("GET", "/v1/me", vec![key, ("x-a", &large[..20_000])], "", 431, "VAL_001"),
            ("GET", "/v1/me", vec![key, ("host", "evil.test")], "", 421, "VAL_001"),
            ("GET", "/v1/verify", vec![key], "", 405, "VAL_001"),
            ("POST", "/v1/me", vec![key], "", 405, "VAL_001"),
            ("GET", "/v1", vec![key], "", 404, "RES_001"),
            ("GET", "/v1/", vec![key], "", 404, "RES_001"),
            ("DELETE", "/v1/nothing/at/all", vec![key], "", 404, "RES_001"),
        ] {
            let answer = app.send(method, path, &headers, body.to_owned()).await;
            let asked = format!("{method} {} {}", &path[..path.len().min(30)], answer.body);
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{asked}");
            assert_eq!(answer.header("content-type"), "application/json", "{asked}");
            let told = answer.json();
            let members = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
            assert_eq!(members(&told), ["error", "meta"], "{asked}");
            assert_eq!(members(&told["error"]), ["code", "details", "fix", "message"], "{asked}");
            assert_eq!(members(&told["meta"]), ["requestId", "timestamp"], "{asked}");
            assert_eq!(told["meta"]["requestId"], answer.header("x-request-id"), "{asked}");
            assert_eq!(told["meta"]["timestamp"], "2026-11-22T09:00:00.000Z", "{asked}");
            for text in ["message", "fix"] {
                assert!(told["error"][text].as_str().is_some_and(|text| text.ends_with('.')), "{asked}");
            }
            assert!(told["error"]["details"].is_object(), "{asked}");
            assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401 || asked.contains("Send one credential") || status == 403, "{asked}");
        }
        assert_eq!(app.anon("GET", "/v1x").await.header("content-type"), "text/html; charset=utf-8", "another door");
    }
}
