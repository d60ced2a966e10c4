//! Health and metrics.

use crate::support::TestApp;
use crate::{both, served};

served! {
    async fn r118_nothing_tells_which_software_answers_in_which_version(app: &TestApp) {
        for path in ["/", "/healthz", "/readyz", "/v1/me", "/nothing", "/.well-known/security.txt"] {
            let answer = app.anon("GET", path).await;
            let told = format!("{:?}", answer.headers);
            for name in ["server", "x-powered-by", "via"] {
                assert!(!answer.headers.contains_key(name), "{path}: {told}");
            }
            assert!(!told.contains(env!("CARGO_PKG_VERSION")) && !told.contains("actix"), "{path}: {told}");
            assert!(!answer.body.contains(env!("CARGO_PKG_VERSION")) || path == "/", "{path}");
        }
        assert_eq!(app.anon("GET", "/healthz").await.body, "ok\n");
        assert_eq!(app.anon("GET", "/readyz").await.body, "ready\n");
    }

    async fn r118_metrics_are_not_on_the_door_of_everybody(app: &TestApp) {
        assert_eq!(app.anon("GET", "/metrics").await.status, 404);
        assert_eq!(app.metrics_address(), None);
    }
}

both! {
    async fn r118_metrics_have_a_listener_of_their_own_and_tell_no_secret(db: &TestDb) {
        let app = TestApp::start(db, &[("metrics_bind", "127.0.0.1:0")]).await;
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
        let address = app.metrics_address().expect("metrics were asked for");
        let get = async |path: &str| {
            let answer = reqwest::get(format!("http://{address}{path}")).await.expect("an answer");
            (answer.status().as_u16(), answer.text().await.expect("a body"))
        };
        let (status, page) = get("/metrics").await;
        assert_eq!(status, 200);
        assert!(page.contains("latchkey_http_answers_total{class=\"2xx\"} 1\n"), "{page}");
        assert!(page.contains("latchkey_verify_misses_total 1\n"), "{page}");
        for told in ["alice", "lk_pat", token.secret.reveal(), &alice.id().to_string()] {
            assert!(!page.contains(told), "{page}");
        }
        for path in ["/", "/v1/me", "/healthz"] {
            assert_eq!(get(path).await.0, 404, "{path}");
        }
        assert_eq!(app.anon("GET", "/metrics").await.status, 404);
        app.stop().await;
    }
}
