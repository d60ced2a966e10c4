//! How a credential is presented, and what is none.

use latchkey::base::rng::Rng;
use latchkey::execute;
use reqwest::Method;
use serde_json::json;

use super::unknown_secret;
use crate::support::TestApp;
use crate::support::app::Answer;
use crate::{both, served};

/// A secret with something done to it, never the same secret.
fn mutated(secret: &str, rng: &Rng) -> String {
    let random = u64::from_be_bytes(rng.bytes32()[..8].try_into().expect("8 of 32 bytes"));
    let (what, place) = (random % 10, (random / 10) as usize % secret.len());
    let letter = char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. %"[random as usize / 1_000 % 67]);
    let (before, after) = (&secret[..place], &secret[place + 1..]);
    let swapped: String =
        secret.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    let changed = match what {
        0 => secret[..place].to_owned(),
        1 => secret[place..].to_owned(),
        2 => [secret, &secret[..place]].concat(),
        3 => [before, &letter.to_string(), after].concat(),
        4 => [before, after].concat(),
        5 => [before, &letter.to_string(), &secret[place..]].concat(),
        6 => swapped,
        7 => secret.replacen('_', "%5F", 1),
        8 => format!("{secret}%00"),
        _ => format!("{secret}{letter}x"),
    };
    if changed.trim() == secret { mutated(secret, rng) } else { changed }
}

both! {
    async fn r66_no_change_of_a_token_is_a_token_and_r62_none_costs_a_read(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let secret = token.secret.reveal();
        assert_eq!(app.bearer(secret).get("/v1/me").await.status, 200);
        let misses = || app.app().ctx.verifier.misses();
        let rng = Rng::seeded(66);
        for _ in 0..200 {
            let changed = mutated(secret, &rng);
            let before = misses();
            let refused = app.send("GET", "/v1/me", &[("x-api-key", &changed)], "").await;
            assert_eq!(misses(), before, "a checksum that does not fit costs no read: {changed}");
            let code = if changed.trim().is_empty() { "AUTH_001" } else { "AUTH_002" };
            assert_eq!((refused.status, refused.code().as_str()), (401, code), "{changed}");
            let verdict = app.bearer(secret).post("/v1/verify", &json!({ "token": changed })).await.json();
            assert_eq!(verdict["data"], json!({ "valid": false, "code": "NOT_FOUND" }), "{changed}");
        }
        for told in ["\u{0}", " ", "\n", "\u{200b}"].map(|tail| format!("{secret}{tail}")) {
            let verdict = app.bearer(secret).post("/v1/verify", &json!({ "token": told })).await.json();
            assert_eq!(verdict["data"]["code"], "NOT_FOUND", "{told:?}");
        }
        app.app().ctx.db.close().await;
        let guessed = [&secret[..secret.len() - 1], if secret.ends_with('0') { "1" } else { "0" }].concat();
        assert_eq!(app.bearer(&guessed).get("/v1/me").await.status, 401, "not even of the change log");
        app.stop().await;
    }
}

served! {
    async fn r69_a_token_is_read_from_its_two_headers_alone(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let secret = token.secret.reveal();
        for name in ["access_token", "api_key", "apikey", "token", "key", "authorization", "x-api-key"] {
            let refused = app.anon("GET", &format!("/v1/me?{name}={secret}")).await;
            assert_eq!((refused.status, refused.code().as_str()), (401, "AUTH_001"), "{name}");
            let json = [("content-type", "application/json")];
            let body = json!({ name: secret, "token": secret }).to_string();
            for path in ["/v1/verify", "/v1/tokens/revoke"] {
                assert_eq!(app.send("POST", path, &json, body.clone()).await.code(), "AUTH_001", "{name} in the body of {path}");
            }
            let form = [("content-type", "application/x-www-form-urlencoded")];
            assert_eq!(app.send("POST", "/v1/verify", &form, format!("{name}={secret}")).await.code(), "AUTH_001", "{name}");
            for header in ["cookie", "proxy-authorization", "x-auth-token", "x-access-token", "x-api_key"] {
                let value = if header == "cookie" { format!("{name}={secret}") } else { format!("Bearer {secret}") };
                assert_eq!(app.send("GET", "/v1/me", &[(header, &value)], "").await.code(), "AUTH_001", "{header}");
            }
        }
        assert_eq!(app.anon("GET", &format!("/v1/{secret}")).await.status, 404);
        assert_eq!(app.bearer(secret).get("/v1/me").await.status, 200, "nothing was revoked by it");
    }

    async fn r69_the_headers_are_read_in_any_case_and_never_two_of_them(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let (one, two) = (app.token(&root, "one", &[]).await, app.token(&root, "two", &[]).await);
        let (one, two) = (one.secret.reveal(), two.secret.reveal());
        let (bearer, other) = (format!("Bearer {one}"), format!("Bearer {two}"));
        let odd = format!("bEaReR    {one}  ");
        let basic = format!("Basic {one}");
        for (headers, status) in [
            (vec![("authorization", &*bearer)], 200),
            (vec![("AUTHORIZATION", &*odd)], 200),
            (vec![("X-API-Key", one)], 200),
            (vec![("x-aPi-KEY", one)], 200),
            (vec![("authorization", &*bearer), ("x-api-key", one)], 200),
            (vec![("authorization", &*bearer), ("x-api-key", two)], 400),
            (vec![("authorization", &*bearer), ("x-api-key", "")], 400),
            (vec![("authorization", &*bearer), ("authorization", &*bearer)], 400),
            (vec![("authorization", &*bearer), ("authorization", &*other)], 400),
            (vec![("x-api-key", one), ("x-api-key", one)], 400),
            (vec![("authorization", &*basic)], 401),
            (vec![("authorization", one)], 401),
            (vec![("authorization", &*basic), ("x-api-key", one)], 401),
            (vec![("authorization", "Bearer"), ("x-api-key", one)], 401),
            (vec![("x-api-key", &*bearer)], 401),
            (vec![("authorization", "")], 401),
        ] {
            let answer = app.send("GET", "/v1/me", &headers, "").await;
            assert_eq!(answer.status, status, "{headers:?}: {}", answer.body);
            let challenge = answer.header("www-authenticate");
            match status {
                400 => assert!(challenge.contains("error=\"invalid_request\""), "{challenge}"),
                401 => assert!(challenge.starts_with("Bearer realm=\"latchkey\""), "{challenge}"),
                _ => assert_eq!(challenge, ""),
            }
        }
    }

    async fn a_bad_credential_is_never_rescued_by_a_network_that_may_ask_without(app: &TestApp) {
        let cookie = ("cookie", "sid=whatever; browser=0000000000000000000000000000000000000000000");
        let answer = app.send("GET", "/v1/me", &[cookie, ("x-api-key", "lk_pat_bad")], "").await;
        assert_eq!(answer.code(), "AUTH_002");
    }
}

/// What a token may do, asked in every way in which it can be presented.
async fn matrix(app: &TestApp, secret: &str) -> Vec<u16> {
    let bearer = format!("Bearer {secret}");
    let json = ("content-type", "application/json");
    let mut statuses = Vec::new();
    for (method, path) in [(Method::GET, "/v1/me"), (Method::HEAD, "/v1/me"), (Method::POST, "/v1/verify")] {
        let body = if method == Method::POST { json!({ "token": "nobody" }).to_string() } else { String::new() };
        let told = |answer: &Answer| {
            (answer.status, if method == Method::HEAD { String::new() } else { answer.json()["error"].to_string() })
        };
        let by_bearer = app.send(method.as_str(), path, &[("authorization", &bearer), json], body.clone()).await;
        let by_key = app.send(method.as_str(), path, &[("x-api-key", secret), json], body).await;
        assert_eq!(told(&by_bearer), told(&by_key), "{method} {path}");
        assert_eq!(by_bearer.header("www-authenticate"), by_key.header("www-authenticate"));
        statuses.push(by_bearer.status);
    }
    statuses
}

served! {
    async fn r68_every_set_of_scopes_opens_the_same_doors_in_either_header(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let all = ["profile", "verify", "admin"];
        for set in 0..8usize {
            let scopes: Vec<&str> = all.iter().enumerate().filter(|(n, _)| set >> n & 1 == 1).map(|(_, scope)| *scope).collect();
            let token = app.token(&root, &format!("set {set}"), &scopes).await;
            let may_verify = scopes.contains(&"verify") || scopes.contains(&"admin");
            assert_eq!(matrix(app, token.secret.reveal()).await, [200, 200, if may_verify { 200 } else { 403 }], "{scopes:?}");
        }
        let token = app.token(&root, "none", &[]).await;
        let refused = app.bearer(token.secret.reveal()).post("/v1/verify", &json!({ "token": "x" })).await;
        assert_eq!((refused.code().as_str(), &refused.json()["error"]["details"]), ("AUTH_003", &json!({ "scope": "verify" })));
        assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"latchkey\", error=\"insufficient_scope\", scope=\"verify\"");
    }

    async fn r68_scopes_that_cannot_be_read_allow_nothing_anywhere(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let ctx = &app.app().ctx;
        for (n, stored) in ["", "null", "[]x", "verify", r#"["everything"]"#, r#"["verify","everything"]"#, r#"["Verify"]"#, r#"{"verify":1}"#, r#"[["verify"]]"#].iter().enumerate() {
            let token = app.token(&root, &format!("t{n}"), &["verify"]).await;
            let mut tx = ctx.db.write().await.expect("a transaction");
            execute!(tx, sqlx::query("UPDATE credentials SET scopes = $1 WHERE id = $2").bind(*stored).bind(token.credential.id.to_db())).expect("planted");
            tx.commit().await.expect("committed");
            let secret = token.secret.reveal();
            assert_eq!(matrix(app, secret).await, [403, 403, 403], "{stored}");
            assert_eq!(app.bearer(secret).post("/v1/tokens/revoke", &json!({})).await.code(), "AUTH_003", "{stored}");
            let verifier = app.token(&root, &format!("v{n}"), &["verify"]).await;
            let verdict = app.bearer(verifier.secret.reveal()).post("/v1/verify", &json!({ "token": secret })).await.json();
            assert_eq!((&verdict["data"]["valid"], &verdict["data"]["code"]), (&json!(false), &json!("FORBIDDEN")), "{stored}");
        }
    }

    async fn r68_a_scope_ends_with_the_role_behind_it(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["admin"]).await;
        let mut tx = app.app().ctx.db.write().await.expect("a transaction");
        execute!(tx, sqlx::query("UPDATE accounts SET roles = '[\"user\"]' WHERE id = $1").bind(root.id().to_db())).expect("demoted");
        tx.commit().await.expect("committed");
        assert_eq!(matrix(app, token.secret.reveal()).await, [200, 200, 403]);
        let me = app.bearer(token.secret.reveal()).get("/v1/me").await.json();
        assert_eq!(me["data"]["credential"]["scopes"], json!([]));
    }

    async fn an_unknown_secret_is_told_as_one_that_was_revoked(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &[]).await;
        let bearer = app.bearer(token.secret.reveal());
        assert_eq!(bearer.post("/v1/tokens/revoke", &json!({})).await.status, 204);
        let (revoked, unknown) = (bearer.get("/v1/me").await, app.bearer(&unknown_secret(1)).get("/v1/me").await);
        assert_eq!(revoked.json()["error"], unknown.json()["error"]);
        assert_eq!(revoked.header("www-authenticate"), unknown.header("www-authenticate"));
        let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(&revoked), names(&unknown));
    }
}
