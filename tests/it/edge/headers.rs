//! The headers of every answer, whoever gives it.

use latchkey::http::web::assets;

use super::inventory::{Access, ROUTES};
use crate::both;
use crate::support::TestApp;
use crate::support::app::Answer;

const ALWAYS: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("referrer-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    ),
];

/// Paths whose answers hold nothing of anybody, with what they say about keeping them.
fn kept(path: &str) -> Option<&'static str> {
    match path {
        _ if path.starts_with("/static/") => Some("public, max-age=31536000, immutable"),
        "/.well-known/latchkey-secret-patterns.json" => Some("public, max-age=3600"),
        "/.well-known/jwks.json" | "/.well-known/oauth-authorization-server" => Some("public, max-age=300"),
        _ => None,
    }
}

/// One answer of every sort that the server gives, with what it was asked.
async fn answers(app: &TestApp, token: &str) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    let credentials = [("x-api-key", token), ("cookie", "sid=a; browser=b")];
    for route in ROUTES.iter().filter(|route| route.access != Access::Elsewhere) {
        for method in ["GET", "HEAD", "POST", "DELETE", "OPTIONS"] {
            let path = route.sample();
            answers.push((format!("{method} {path}"), app.anon(method, &path).await));
            if path != "/v1/tokens/revoke" {
                answers.push((format!("{method} {path} with credentials"), app.send(method, &path, &credentials, "").await));
            }
        }
    }
    let json = ("content-type", "application/json");
    let long = format!("/v1/me?{}", "a".repeat(5_000));
    let large = "a".repeat(10_000);
    for (what, method, path, headers, body) in [
        ("no such page", "GET", "/nothing", vec![], String::new()),
        ("nothing there", "GET", "/v1/nothing", vec![], String::new()),
        ("nothing well known", "GET", "/.well-known/nothing", vec![], String::new()),
        ("no such file", "GET", "/static/style.0000000000000000.css", vec![], String::new()),
        ("too large", "POST", "/v1/verify", vec![json, credentials[0]], "a".repeat(70_000)),
        ("not JSON", "POST", "/v1/verify", vec![json, credentials[0]], "{".to_owned()),
        ("wrong type", "POST", "/v1/verify", vec![credentials[0]], "a=b".to_owned()),
        ("unknown field", "POST", "/v1/verify", vec![json, credentials[0]], "{\"a\":1}".to_owned()),
        ("foreign host", "GET", "/v1/me", vec![("host", "evil.test")], String::new()),
        ("foreign host of a page", "GET", "/", vec![("host", "evil.test")], String::new()),
        ("long address", "GET", &long, vec![], String::new()),
        ("large head", "GET", "/", vec![("x-a", &*large), ("x-b", &*large)], String::new()),
    ] {
        answers.push((what.to_owned(), app.send(method, path, &headers, body).await));
    }
    answers
}

/// What is wrong with an answer.
fn wrong(asked: &str, answer: &Answer) -> Vec<String> {
    let path = asked.split(' ').nth(1).unwrap_or_default();
    let mut wrong = Vec::new();
    for (name, value) in ALWAYS {
        let value = match name {
            "cache-control" if answer.status == 200 => kept(path).unwrap_or(value),
            "referrer-policy" if ["/setup/", "/verify/", "/profile/tokens"].iter().any(|start| path.starts_with(start)) => {
                "no-referrer"
            }
            _ => value,
        };
        if answer.headers.get_all(name).iter().collect::<Vec<_>>() != [value] {
            wrong.push(format!("{name}: {}", answer.header(name)));
        }
    }
    if !answer.header("permissions-policy").contains("camera=(), ") || !answer.header("x-request-id").starts_with("req_") {
        wrong.push("permissions-policy or x-request-id".to_owned());
    }
    for (name, _) in answer.headers.iter().filter(|(name, _)| name.as_str().starts_with("access-control-")) {
        wrong.push(name.to_string());
    }
    let kind = answer.header("content-type");
    let right = match path {
        _ if answer.body.is_empty() => kind.is_empty() || asked.starts_with("HEAD"),
        _ if answer.status == 200 && path.starts_with("/static/") => kind == "text/css; charset=utf-8",
        _ if answer.body.starts_with('{') => kind == "application/json",
        _ if answer.body.trim_start().starts_with("<!") => kind == "text/html; charset=utf-8",
        _ => kind == "text/plain; charset=utf-8",
    };
    if !right {
        wrong.push(format!("content-type: {kind}"));
    }
    wrong
}

both! {
    async fn r39_every_answer_carries_its_headers_and_r40_and_r41_and_r42_and_r46(db: &TestDb) {
        for (settings, transport) in [
            (vec![], ""),
            (vec![("public_url", "https://auth.example.com")], "max-age=63072000; includeSubDomains"),
            (vec![("public_url", "https://auth.example.com"), ("hsts_subdomains", "no")], "max-age=63072000"),
        ] {
            let app = TestApp::start(db, &settings).await;
            let name = format!("root{}@example.com", transport.len());
            let root = app.admin(&name).await;
            let token = app.token(&root, "CI", &["verify"]).await;
            let mut broken = answers(&app, token.secret.reveal()).await;
            app.app().ctx.db.close().await;
            let down = app.bearer(token.secret.reveal());
            broken.push(("database gone".to_owned(), down.post("/v1/tokens/revoke", &serde_json::json!({})).await));
            broken.push(("not ready".to_owned(), app.anon("GET", "/readyz").await));
            assert!(broken[broken.len() - 2..].iter().all(|(_, answer)| answer.status == 503));
            for (asked, answer) in &broken {
                let wrong = wrong(asked, answer);
                assert!(wrong.is_empty(), "{asked} ({}): {wrong:?}\n{}", answer.status, answer.body);
                assert_eq!(answer.header("strict-transport-security"), transport, "{asked}");
            }
            let statuses: std::collections::BTreeSet<u16> = broken.iter().map(|(_, answer)| answer.status).collect();
            for status in [200, 303, 400, 401, 404, 405, 413, 414, 415, 421, 431, 503] {
                assert!(statuses.contains(&status), "{status} is among {statuses:?}");
            }
            app.stop().await;
        }
    }

    async fn r38_no_origin_is_ever_let_in_and_a_preflight_gets_nothing(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let own = app.url("");
        for origin in ["https://evil.test", "null", &own] {
            for route in ROUTES {
                for method in ["GET", "POST", "OPTIONS"] {
                    let asked = [
                        ("origin", origin),
                        ("access-control-request-method", "POST"),
                        ("access-control-request-headers", "authorization, x-api-key"),
                        ("access-control-request-private-network", "true"),
                        ("x-api-key", token.secret.reveal()),
                    ];
                    let with = if route.path == "/v1/tokens/revoke" { 4 } else { 5 };
                    let answer = app.send(method, &route.sample(), &asked[..with], "").await;
                    let let_in: Vec<_> = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control-")).collect();
                    assert!(let_in.is_empty(), "{method} {} from {origin}: {let_in:?}", route.path);
                    assert!(method != "OPTIONS" || answer.status >= 400, "OPTIONS {}", route.path);
                }
            }
        }
        app.stop().await;
    }

    async fn r41_a_page_whose_address_is_a_secret_sends_no_referrer(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        for path in ["/verify/abc", "/setup/abc", "/profile/tokens", "/profile/tokens/new"] {
            assert_eq!(app.anon("GET", path).await.header("referrer-policy"), "no-referrer", "{path}");
        }
        app.stop().await;
    }
}

#[test]
fn r42_files_that_are_kept_for_ever_are_named_by_their_content() {
    for name in ["style.css", "app.js"] {
        let hash = assets::url(name).rsplit('.').nth(1).expect("a hash");
        assert!(hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{}", assets::url(name));
    }
}
