//! Where one request ends and the next begins: whatever could mean two things is refused, and the connection ends.

use crate::served;
use crate::support::{TestApp, Wire};

/// What is answered to these bytes, and whether the connection ends after it.
async fn exchange(app: &TestApp, text: &str) -> (u16, bool) {
    let mut wire = Wire::to(app).await;
    wire.say(text.replace("{host}", &app.address().to_string())).await;
    match wire.answer().await {
        Some(answer) => (answer.status, wire.closes().await),
        None => (0, true),
    }
}

served! {
    async fn r114_a_request_that_could_end_in_two_places_is_refused_and_hides_no_other(app: &TestApp) {
        let hidden = "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n";
        for (what, lines) in [
            ("length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
            ("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
            ("two lengths", "Content-Length: 5\r\nContent-Length: 6"),
            ("one length twice", "Content-Length: 5\r\nContent-Length: 5"),
            ("a list of lengths", "Content-Length: 5, 5"),
            ("a signed length", "Content-Length: +5"),
            ("a length that is none", "Content-Length: five"),
            ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            ("a coding we have not", "Transfer-Encoding: gzip, chunked"),
            ("a coding in disguise", "Transfer-Encoding: xchunked"),
            ("a folded line", "X-A: b\r\n c"),
            ("a space before the colon", "Content-Length : 5"),
        ] {
            let text = format!("POST /v1/verify HTTP/1.1\r\nHost: {{host}}\r\n{lines}\r\n\r\n0\r\n\r\n{hidden}");
            assert_eq!(exchange(app, &text).await, (400, true), "{what}");
        }
        let text = format!("POST /v1/verify HTTP/1.0\r\nHost: {{host}}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}");
        assert_eq!(exchange(app, &text).await, (400, true), "chunks in HTTP/1.0");
    }

    async fn r114_what_is_no_http_is_refused(app: &TestApp) {
        for text in [
            "GET\r\n\r\n",
            "GET /v1/me\r\n\r\n",
            "GET /v1/me HTTP/9.9\r\nHost: {host}\r\n\r\n",
            "G ET /v1/me HTTP/1.1\r\nHost: {host}\r\n\r\n",
            "GET /v1/\u{0}me HTTP/1.1\r\nHost: {host}\r\n\r\n",
            "GET /v1/me HTTP/1.1\r\nHost: {host}\r\nX\u{0}: a\r\n\r\n",
            "GET /v1/me HTTP/1.1\r\nHost: {host}\r\nX: a\rb\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{0}\u{5}hello",
        ] {
            let (status, closed) = exchange(app, text).await;
            assert!(matches!(status, 400 | 0) && closed, "{text:?}: {status} {closed}");
        }
        assert_eq!(app.anon("GET", "/healthz").await.status, 200);
    }

    async fn r114_a_method_that_a_path_does_not_answer_is_refused_and_the_others_are_named(app: &TestApp) {
        let paths = [("/v1/me", "GET, HEAD"), ("/v1/verify", "POST"), ("/v1/tokens/revoke", "POST"), ("/healthz", "GET, HEAD")];
        for (path, allowed) in paths {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"] {
                if allowed.split(", ").any(|known| known == method) {
                    continue;
                }
                let mut wire = Wire::to(app).await;
                let secret = "X-Api-Key: lk_pat_secret\r\nCookie: a=secret";
                wire.say(format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{secret}\r\n\r\n", app.address())).await;
                let answer = wire.answer_to(method).await.expect("an answer");
                assert_eq!((answer.status, answer.header("allow")), (405, allowed), "{method} {path}");
                assert!(!answer.body.contains("secret"), "{method} {path}: {}", answer.body);
            }
        }
        for method in ["TRACE", "CONNECT", "PROPFIND"] {
            assert_eq!(exchange(app, &format!("{method} /nothing HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n")).await.0, 404);
        }
    }

    async fn r114_no_spelling_of_a_path_leads_around_the_credential(app: &TestApp) {
        for path in ["/v1//me", "/v1/./me", "/v1/../v1/me", "/V1/me", "/v1/me/", "/v1/me;a=b", "/v1%2fme", "/v1/%2e%2e/me", "//v1/me"] {
            let (status, _) = exchange(app, &format!("GET {path} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n")).await;
            assert!(matches!(status, 401 | 404), "{path}: {status}");
        }
        assert_eq!(exchange(app, "GET /v1/%6de HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").await.0, 401);
    }

    async fn what_is_left_of_a_refused_body_is_never_taken_for_a_request(app: &TestApp) {
        let inner = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", app.address());
        for line in ["", "X-Api-Key: lk_pat_nobody\r\n", "Content-Type: application/json\r\n"] {
            let mut wire = Wire::to(app).await;
            let length = inner.len() + 100_000;
            wire.say(format!("POST /v1/verify HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n{line}\r\n", app.address())).await;
            let refused = wire.answer().await.expect("an answer");
            assert_eq!(refused.status, 401, "{line}");
            wire.say(&inner).await;
            assert!(wire.closes().await, "{line}");
        }
    }

    async fn requests_that_follow_each_other_on_one_connection_do_not_mix(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let host = app.address();
        let with = format!("GET /v1/me HTTP/1.1\r\nHost: {host}\r\nX-Api-Key: {}\r\n\r\n", token.secret.reveal());
        let without = format!("GET /v1/me HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let mut wire = Wire::to(app).await;
        wire.say([with.as_str(), &without, &with, &without].concat()).await;
        for status in [200, 401, 200, 401] {
            assert_eq!(wire.answer().await.expect("an answer").status, status);
        }
    }

    async fn an_answer_to_head_is_that_to_get_without_its_body(app: &TestApp) {
        for path in ["/healthz", "/v1/me", "/.well-known/latchkey-secret-patterns.json"] {
            let got = app.anon("GET", path).await;
            let mut wire = Wire::to(app).await;
            wire.say(format!("HEAD {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.address())).await;
            let head = wire.answer_to("HEAD").await.expect("an answer");
            assert_eq!((head.status, head.header("content-type")), (got.status, got.header("content-type")), "{path}");
            assert!(wire.closes().await, "{path}: no body follows");
        }
    }
}
