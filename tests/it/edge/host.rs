//! The hosts that are answered.

use reqwest::header::CONTENT_TYPE;

use crate::both;
use crate::support::{TestApp, Wire};

async fn ask(app: &TestApp, target: &str, hosts: &[&str]) -> u16 {
    let lines: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
    let mut wire = Wire::to(app).await;
    wire.say(format!("GET {target} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n")).await;
    wire.answer().await.map_or(0, |answer| answer.status)
}

both! {
    async fn r50_a_request_for_a_host_that_is_not_ours_gets_nothing(db: &TestDb) {
        let app = TestApp::start(db, &[("allowed_hosts", "auth.example.com, other.example.com:8443")]).await;
        let own = app.address().to_string();
        let port = app.address().port();
        for known in [own.as_str(), "auth.example.com", "AUTH.Example.Com", "other.example.com:8443", &format!("localhost:{port}")] {
            assert_eq!(ask(&app, "/v1/me", &[known]).await, 401, "{known}");
        }
        for unknown in ["evil.test", "auth.example.com.evil.test", "auth.example.com:81", "other.example.com", "127.0.0.1", "é"] {
            for path in ["/", "/v1/me", "/v1/verify", "/.well-known/security.txt", "/nothing"] {
                let status = ask(&app, path, &[unknown]).await;
                assert!(matches!(status, 421 | 400), "{unknown} {path}: {status}");
            }
        }
        assert_eq!(ask(&app, "/v1/me", &["evil.test"]).await, 421);
        app.stop().await;
    }

    async fn r50_a_request_names_its_host_once(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let own = app.address().to_string();
        assert_eq!(ask(&app, "/v1/me", &[]).await, 400);
        assert_eq!(ask(&app, "/v1/me", &[""]).await, 421);
        assert_eq!(ask(&app, "/v1/me", &[&own, &own]).await, 400);
        assert_eq!(ask(&app, "/v1/me", &[&own, "evil.test"]).await, 400);
        let mut wire = Wire::to(&app).await;
        wire.say("GET /v1/me HTTP/1.0\r\n\r\n").await;
        let refused = wire.answer().await.expect("an answer");
        assert_eq!((refused.status, refused.code().as_str()), (400, "VAL_001"));
        app.stop().await;
    }

    async fn r50_what_the_request_line_says_of_a_host_must_be_ours_too(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let own = app.address().to_string();
        assert_eq!(ask(&app, &format!("http://{own}/v1/me"), &[&own]).await, 401);
        assert_eq!(ask(&app, "http://evil.test/v1/me", &[&own]).await, 421);
        assert_eq!(ask(&app, &format!("http://{own}/v1/me"), &["evil.test"]).await, 421);
        assert_eq!(ask(&app, &format!("http://evil.test@{own}/v1/me"), &[&own]).await, 421);
        app.stop().await;
    }

    async fn r50_health_is_answered_for_any_host_and_nothing_else_is(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        for path in ["/healthz", "/readyz"] {
            assert_eq!(ask(&app, path, &["10.1.2.3"]).await, 200, "{path}");
        }
        for path in ["/healthz/", "//healthz", "/healthz/../v1/me", "/readyz%2f..%2fv1%2fme"] {
            assert!(ask(&app, path, &["10.1.2.3"]).await >= 400, "{path}");
        }
        app.stop().await;
    }

    async fn r50_headers_that_name_another_host_change_nothing(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let plain = app.anon("GET", "/.well-known/change-password").await;
        let forged = [("x-forwarded-host", "evil.test"), ("x-forwarded-proto", "https"), ("forwarded", "host=evil.test;proto=https")];
        let answer = app.send("GET", "/.well-known/change-password", &forged, "").await;
        assert_eq!((answer.status, answer.header("location")), (303, plain.header("location")));
        assert!(!answer.header("location").contains("evil"));
        app.stop().await;
    }

    async fn r50_a_refusal_is_told_in_the_shape_of_the_door(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let answer = app.send("GET", "/v1/me", &[("host", "evil.test")], "").await;
        assert_eq!((answer.status, answer.code().as_str()), (421, "VAL_001"));
        assert_eq!(answer.json()["meta"]["requestId"], answer.header("x-request-id"));
        let answer = app.send("GET", "/", &[("host", "evil.test")], "").await;
        assert_eq!((answer.status, answer.headers[CONTENT_TYPE].to_str().expect("text")), (421, "text/plain; charset=utf-8"));
        assert!(answer.body.contains("allowed_hosts") && !answer.body.contains("evil"), "{}", answer.body);
        app.stop().await;
    }
}
